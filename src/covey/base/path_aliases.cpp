#include <algorithm>
#include <array>
#include <covey/base/file.hpp>
#include <covey/base/path.hpp>
#include <covey/base/path_aliases.hpp>

namespace covey::base {

namespace {

constexpr const char* k_slashes = "/\\";

bool is_slash(char character) { return character == '/' || character == '\\'; }

// The separator that a path is written with: the first one in it.
char separator_of(std::string_view path) {
  auto at = path.find_first_of(k_slashes);
  return at == std::string_view::npos ? '/' : path[at];
}

// On any system: "/a", "c:\a", "c:/a", "\\host\share".
bool is_absolute_anywhere(std::string_view path) {
  if (is_absolute(path)) return true;
  bool drive = path.size() > 2 && path[1] == ':' && is_slash(path[2]);
  bool share = path.size() > 1 && is_slash(path[0]) && is_slash(path[1]);
  return drive || share;
}

std::string_view without_last_slashes(std::string_view path) {
  return path.substr(0, path.find_last_not_of(k_slashes) + 1);
}

bool starts_with_dot(std::string_view path) { return path.starts_with("./") || path.starts_with(".\\"); }

// The end of the last "<directory>/" in the path that stands at its beginning or behind a slash of its first line.
std::size_t end_of_directory(std::string_view path, std::string_view directory) {
  const auto line = path.substr(0, path.find('\n'));
  for (auto at = line.size() + 1; at-- > 0;) {
    if (at > 0 && !is_slash(line[at - 1])) continue;
    auto end = at + directory.size();
    if (path.substr(at).starts_with(directory) && end < path.size() && is_slash(path[end])) return end + 1;
  }
  return 0;
}

}  // namespace

std::size_t PathAliases::Rule::prefix(std::string_view path) const {
  if (glob.empty()) return end_of_directory(path, directory);
  return glob.prefix(path).value_or(0);
}

Result<PathAliases> PathAliases::of_places(const std::vector<Places>& rules, PathAliasOptions options) {
  PathAliases aliases(std::move(options));
  for (const auto& [name, places] : rules)
    for (std::size_t i = 1; i < places.size(); ++i)
      if (auto added = aliases.add(places[i], places[0]); !added)
        return tl::unexpected(added.error().at(name + ": " + places[i]));
  return aliases;
}

Result<void> PathAliases::add(const std::string& pattern, const std::string& result) {
  const char separator = separator_of(pattern);
  std::string prepared(pattern.size() > 1 ? without_last_slashes(pattern) : pattern);
  if (prepared.ends_with('*')) return fail(ErrorKind::usage, "", "Pattern must not end with wildcards.");
  if (!m_options.relative && !prepared.starts_with('*') && !is_absolute_anywhere(prepared + separator))
    prepared = canonical(prepared, m_options.cwd);
  if (!prepared.ends_with(separator)) prepared += separator;
  auto glob = GlobSet::compile({prepared}, LetterCase::ignored);
  if (!glob) return tl::unexpected(glob.error());
  m_rules.push_back({pattern, std::move(*glob), {}, std::string(without_last_slashes(result)) + separator_of(result)});
  return {};
}

std::string PathAliases::apply(const Rule& rule, std::size_t prefix, const std::string& path) const {
  std::string mapped = rule.result + path.substr(prefix);
  std::replace(mapped.begin(), mapped.end(), separator_of(path), separator_of(rule.result));
  if (!m_options.relative) mapped = canonical(mapped, m_options.cwd);
  bool wants_dot = starts_with_dot(rule.result) && rule.result.size() > 2;
  return starts_with_dot(mapped) && !wants_dot ? mapped.substr(2) : mapped;
}

std::string PathAliases::map(const std::string& path, const Exists& exists) {
  for (const auto& rule : m_rules) {
    auto prefix = rule.prefix(path);
    if (prefix == 0) continue;
    auto mapped = apply(rule, prefix, path);
    if (exists(mapped)) return mapped;
  }
  if (!m_options.relative) return path;
  auto relative = relative_to(path, m_options.cwd);
  return add_directory_of(relative) ? map(relative, exists) : relative;
}

bool PathAliases::add_directory_of(const std::string& path) {
  if (is_absolute_anywhere(path)) return false;
  auto end = path.find_first_of(k_slashes);
  if (end == std::string::npos) return false;
  auto directory = path.substr(0, end);
  auto pattern = "*/" + directory;
  for (const auto& rule : m_rules)
    if (rule.pattern == pattern) return false;
  m_rules.push_back({pattern, {}, directory, directory + '/'});
  return true;
}

bool source_exists(const std::string& path) {
  if (exists(path)) return true;
  const auto separator = separator_of(path);
  for (std::string_view extension : std::array{".zip", ".whl", ".egg", ".pex", ".par"}) {
    auto at = path.find(std::string(extension) + separator);
    if (at != std::string::npos && exists(path.substr(0, at + extension.size()))) return true;
  }
  return false;
}

}  // namespace covey::base
