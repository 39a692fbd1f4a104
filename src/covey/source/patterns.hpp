// Regular expressions that mark lines of a file.
#pragma once

#include <covey/base/result.hpp>
#include <covey/model/line_set.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace covey::source {

// Python regular expressions, compiled once for many files; copies share the compiled code, and any number of threads
// may use it at the same time.
class Patterns {
 public:
  // Matches nothing.
  Patterns() = default;

  // As coverage.py joins them: one alone stands for itself, several are alternatives of one expression; none, or one
  // that is empty, matches nothing. Fails with the expression that is bad and why.
  static base::Result<Patterns> compile(const std::vector<std::string>& patterns);

  // The lines of `text`, which is UTF-8, that hold some part of a match; a match that ends after a newline takes in the
  // line that begins there. Fails where a match costs more steps than it may, as an expression that backtracks without
  // end does, with the expression and the line.
  base::Result<model::LineSet> matching_lines(std::string_view text) const;

  // Whether there is a match anywhere in `text`, which is one line of UTF-8. Fails likewise.
  base::Result<bool> found_in(std::string_view text) const;

 private:
  struct Compiled;
  explicit Patterns(std::shared_ptr<const Compiled> compiled) : m_compiled(std::move(compiled)) {}

  std::shared_ptr<const Compiled> m_compiled;
};

}  // namespace covey::source
