// The names that one source has on different machines: coverage.py's [paths] rules.
#pragma once

#include <covey/base/glob.hpp>
#include <covey/base/result.hpp>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace covey::base {

struct PathAliasOptions {
  std::string cwd;        // canonical: relative patterns and results are below it
  bool relative = false;  // [run] relative_files: paths below `cwd` become relative, results stay as they are written
};

// Maps measured paths of other machines to those of this one. Rules are tried in the order in which they were added;
// the first whose pattern fits the path's beginning, and whose result names a file that exists, counts.
class PathAliases {
 public:
  using Exists = std::function<bool(const std::string& path)>;

  explicit PathAliases(PathAliasOptions options) : m_options(std::move(options)) {}

  // The rules of [paths], each a name and places: what fits any place but the first becomes that first one. Fails as
  // add() does, naming the rule and the place.
  using Places = std::pair<std::string, std::vector<std::string>>;
  static Result<PathAliases> of_places(const std::vector<Places>& rules, PathAliasOptions options);

  // What fits `pattern`, a glob of a directory in either system's style, becomes `result`; letter case does not count.
  // A pattern that is not absolute and does not begin with * is taken as below `cwd`, but for relative files. Fails on
  // a pattern that ends in a wildcard or is none that GlobSet takes.
  Result<void> add(const std::string& pattern, const std::string& result);

  // The path after the first rule that fits, in the separators of that rule's result; `path` itself (with relative
  // files: what it is below `cwd`) where none does. With relative files each first directory that a relative path is
  // found in becomes a rule of its own, so that later paths that have it anywhere are taken for files below it: the
  // order of calls matters there.
  std::string map(const std::string& path, const Exists& exists);

 private:
  struct Rule {
    std::string pattern;  // as it was given
    GlobSet glob;
    std::string directory;  // in place of `glob`: this name, below anything
    std::string result;     // ends in a separator

    std::size_t prefix(std::string_view path) const;  // in bytes; 0 where it does not fit
  };

  std::string apply(const Rule& rule, std::size_t prefix, const std::string& path) const;
  bool add_directory_of(const std::string& path);

  PathAliasOptions m_options;
  std::vector<Rule> m_rules;
};

// Whether there is such a file, or a zip file (.zip .whl .egg .pex .par) that the path leads into.
bool source_exists(const std::string& path);

}  // namespace covey::base
