// File name patterns as coverage.py understands them.
#pragma once

#include <covey/base/result.hpp>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace covey::base {

enum class LetterCase { counts, ignored };

// A list of patterns, one of which must match the whole path.
//
//   *      any characters but slashes           ?      one character but a slash
//   **/    any directories, or none             /      a slash or a backslash; so is a backslash
//   /*     at the end: everything below         [a-f]  one of these characters, [^a-f] one but these
//
// A leading */ means **/, and so does a pattern without a slash, which matches the name anywhere. Characters are code
// points; a byte that is not UTF-8 is a character of its own. Matching takes time in proportion to path times pattern.
class GlobSet {
 public:
  // Fails, naming the part, on three stars in a row, on ** beside anything but a slash, on **/**, and on a bracket that
  // opens or closes no set of characters.
  static Result<GlobSet> compile(const std::vector<std::string>& patterns, LetterCase letters = LetterCase::counts);

  // Whether any pattern matches; a set without patterns matches nothing.
  bool matches(std::string_view path) const;

  // How many bytes of the path's beginning the first pattern that fits one takes; nothing where none does. Where a
  // pattern could end in several places, wildcards take as much as they can, the earlier ones before the later.
  std::optional<std::size_t> prefix(std::string_view path) const;
  bool empty() const { return m_patterns.empty(); }

 private:
  struct Range {
    char32_t first;
    char32_t last;
  };
  struct Token {
    enum class Kind {
      literal,      // `character`
      slash,        // a slash or a backslash
      no_slash,     // one character that is neither
      no_slashes,   // any number of these
      one_of,       // a character in `ranges`, or outside where `negated`
      directories,  // nothing, or anything on one line up to a slash
      rest,         // anything on one line
    };
    Kind kind;
    char32_t character = 0;
    bool negated = false;
    std::vector<Range> ranges;
  };
  using Pattern = std::vector<Token>;
  class Parser;
  class Characters;
  class Match;
  class Prefix;

  std::vector<Pattern> m_patterns;
  LetterCase m_letters = LetterCase::counts;
};

// The patterns as the user gave them, and each that does not begin with a wildcard once more as a canonical absolute
// path below `cwd`, which must itself be canonical.
std::vector<std::string> prepare_patterns(const std::vector<std::string>& patterns, std::string_view cwd);

}  // namespace covey::base
