// Regular expressions in Python's dialect, written for PCRE2.
#pragma once

#include <covey/base/result.hpp>
#include <string>
#include <string_view>

namespace covey::source {

// An expression in PCRE2's dialect. It means the same as the Python one where it is compiled with MULTILINE,
// ALT_CIRCUMFLEX and NEWLINE_LF, and with what is set here.
struct Pcre2Pattern {
  std::string text;
  bool ignore_case = false;
  bool dot_all = false;
  bool ascii_only = false;     // (?a): no Unicode properties
  bool has_flags = false;      // global flags, which stand only at the very start of an expression
  bool needs_unicode = false;  // holds characters beyond ASCII
  bool has_numbers = false;    // refers to groups by number, which changes where it is joined with others
};

// Python's `pattern` for subjects that are UTF-8 (`unicode`) or ASCII only. Fails with Python's reason where Python
// takes it for bad, as far as PCRE2 would not, and for \N{...}.
base::Result<Pcre2Pattern> translate_regex(std::string_view pattern, bool unicode);

}  // namespace covey::source
