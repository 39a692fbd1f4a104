#include <algorithm>
#include <covey/base/file.hpp>
#include <covey/base/path.hpp>
#include <covey/forge/git.hpp>

namespace covey::forge {

namespace {

constexpr int k_ref_depth = 5;                     // as git: a symbolic reference may name another one
constexpr std::size_t k_limit = 64 * 1024 * 1024;  // bytes: packed-refs holds a line for every branch and tag

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view k_blank = " \t\r\n";
  auto first = text.find_first_not_of(k_blank);
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(k_blank) - first + 1);
}

// The file's text without blanks around it; empty where it cannot be read.
std::string read_trimmed(const std::string& path) {
  auto text = base::read_file(path, k_limit);
  return text ? std::string(trimmed(*text)) : "";
}

std::string_view take_line(std::string_view& text) {
  auto line = text.substr(0, text.find('\n'));
  text.remove_prefix(std::min(line.size() + 1, text.size()));
  return line;
}

bool is_object_id(std::string_view text) {
  return (text.size() == 40 || text.size() == 64) && text.find_first_not_of("0123456789abcdef") == text.npos;
}

// A reference becomes a path below the repository, and must stay there.
bool is_ref_name(std::string_view name) { return name.starts_with("refs/") && name.find("..") == name.npos; }

// `directory`/.git, or where the file of that name points in linked worktrees and submodules; empty where there is
// none.
std::string git_directory(const std::string& directory) {
  auto path = base::join(directory, ".git");
  if (base::is_file(path)) {
    constexpr std::string_view k_pointer = "gitdir:";
    auto text = read_trimmed(path);
    if (!text.starts_with(k_pointer)) return "";
    path = base::join(directory, trimmed(std::string_view(text).substr(k_pointer.size())));
  }
  return base::is_file(base::join(path, "HEAD")) ? path : "";
}

// Where a linked worktree finds what it shares with the others: the main one's .git.
std::string common_directory(const std::string& git) {
  auto text = read_trimmed(base::join(git, "commondir"));
  return text.empty() ? git : base::join(git, text);
}

std::string packed_ref(std::string_view packed, std::string_view name) {
  while (!packed.empty()) {
    auto line = take_line(packed);
    auto space = line.find(' ');
    if (space != line.npos && trimmed(line.substr(space)) == name) return std::string(line.substr(0, space));
  }
  return "";
}

std::string head_commit(const std::string& git, const std::string& common) {
  constexpr std::string_view k_symbolic = "ref:";
  auto value = read_trimmed(base::join(git, "HEAD"));
  for (int depth = 0; depth < k_ref_depth && value.starts_with(k_symbolic); ++depth) {
    std::string name(trimmed(std::string_view(value).substr(k_symbolic.size())));
    if (!is_ref_name(name)) return "";
    value = read_trimmed(base::join(git, name));
    if (value.empty()) value = read_trimmed(base::join(common, name));
    if (value.empty())
      value = packed_ref(base::read_file(base::join(common, "packed-refs"), k_limit).value_or(""), name);
  }
  return is_object_id(value) ? value : "";
}

// A value as it stands in a configuration file, after the "=": quotes, backslashes and comments.
std::string config_value(std::string_view text) {
  std::string value;
  bool quoted = false;
  std::size_t kept = 0;  // unquoted blanks at the end are not part of the value
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (!quoted && (c == '#' || c == ';')) break;
    if (c == '"') {
      quoted = !quoted;
    } else {
      if (c == '\\' && i + 1 < text.size()) c = text[++i];
      value += c;
    }
    if (quoted || (c != ' ' && c != '\t')) kept = value.size();
  }
  value.resize(kept);
  return value;
}

bool equal_ignoring_case(std::string_view text, std::string_view lower) {
  auto lowered = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return std::equal(text.begin(), text.end(), lower.begin(), lower.end(),
                    [&](char a, char b) { return lowered(a) == b; });
}

// Whether a line is the header [remote "origin"].
bool opens_origin(std::string_view line) {
  if (!line.ends_with(']')) return false;
  auto inside = trimmed(line.substr(1, line.size() - 2));
  auto space = inside.find_first_of(" \t");
  if (space == inside.npos) return false;
  return equal_ignoring_case(inside.substr(0, space), "remote") && trimmed(inside.substr(space)) == "\"origin\"";
}

}  // namespace

std::string origin_url(std::string_view config) {
  bool in_origin = false;
  while (!config.empty()) {
    auto line = trimmed(take_line(config));
    if (line.starts_with('[')) {
      in_origin = opens_origin(line);
      continue;
    }
    auto equals = line.find('=');
    if (!in_origin || equals == line.npos || !equal_ignoring_case(trimmed(line.substr(0, equals)), "url")) continue;
    return config_value(trimmed(line.substr(equals + 1)));
  }
  return "";
}

std::string tested_commit(const Repository& repository, const base::Environment& environment) {
  auto commit = repository.commit;
  if (commit.empty()) commit = environment.value("COVEY_COMMIT");
  if (commit.empty()) commit = environment.value("GITHUB_SHA");
  return commit;
}

std::string repository_name(std::string_view url) {
  auto drop_end = [&](std::string_view end) {
    bool ends = url.ends_with(end);
    if (ends) url.remove_suffix(end.size());
    return ends;
  };
  while (drop_end("/") || drop_end(".git")) {
  }
  return std::string(url.substr(url.find_last_of("/:") + 1));
}

std::optional<Repository> find_repository(const std::string& directory) {
  for (std::string root = directory;; root = base::dirname(root)) {
    auto git = git_directory(root);
    if (!git.empty()) {
      auto common = common_directory(git);
      auto config = base::read_file(base::join(common, "config"), k_limit).value_or("");
      auto name = repository_name(origin_url(config));
      if (name.empty()) name = base::basename(root);
      return Repository{root, name, head_commit(git, common)};
    }
    if (root.size() <= 1) return std::nullopt;
  }
}

}  // namespace covey::forge
