#include <unistd.h>
#include <climits>
#include <covey/base/path.hpp>
#include <cstdlib>
#include <optional>
#include <vector>

namespace covey::base {

namespace {

std::vector<std::string_view> parts_of(std::string_view path) {
  std::vector<std::string_view> parts;
  for (std::size_t start = 0; start <= path.size();) {
    auto end = std::min(path.find('/', start), path.size());
    auto part = path.substr(start, end - start);
    if (!part.empty() && part != ".") parts.push_back(part);
    start = end + 1;
  }
  return parts;
}

// The target of a symbolic link; nothing where `path` is none, is missing or cannot be looked at.
std::optional<std::string> link_target(const std::string& path) {
  char buffer[PATH_MAX];
  auto size = ::readlink(path.c_str(), buffer, sizeof buffer);
  if (size < 0) return std::nullopt;
  return std::string(buffer, static_cast<std::size_t>(size));
}

// Resolves symbolic links part by part. Each link is read once, so that links to links to links cannot make it run
// exponentially long.
class Resolver {
 public:
  explicit Resolver(std::string start) : m_path(std::move(start)) {}

  std::string resolve(std::string_view path) {
    push(path);
    while (!m_rest.empty()) {
      auto step = std::move(m_rest.back());
      m_rest.pop_back();
      if (step.ends_link) {
        m_links[step.text] = m_path;
      } else if (step.text == "..") {
        m_path = dirname(m_path);
      } else {
        enter(join(m_path, step.text));
      }
    }
    return std::move(m_path);
  }

 private:
  // A part still to walk; or, where ends_link, the link whose target's parts have all been walked by now.
  struct Step {
    std::string text;
    bool ends_link = false;
  };

  void push(std::string_view path) {
    if (is_absolute(path)) m_path = "/";
    auto parts = parts_of(path);
    for (auto part = parts.rbegin(); part != parts.rend(); ++part) m_rest.push_back({std::string(*part), false});
  }

  void enter(std::string path) {
    if (auto known = m_links.find(path); known != m_links.end()) {
      m_path = known->second.value_or(path);  // no value: a link that leads back to itself
      return;
    }
    auto target = link_target(path);
    if (!target) {
      m_path = std::move(path);
      return;
    }
    m_links.emplace(path, std::nullopt);
    m_rest.push_back({std::move(path), true});
    push(*target);
  }

  std::string m_path;
  std::vector<Step> m_rest;
  std::unordered_map<std::string, std::optional<std::string>> m_links;  // no value while a link is being resolved
};

}  // namespace

std::string join(std::string_view directory, std::string_view path) {
  if (is_absolute(path) || directory.empty()) return std::string(path);
  std::string joined(directory);
  if (joined.back() != '/') joined += '/';
  return joined += path;
}

std::string_view basename(std::string_view path) { return path.substr(path.rfind('/') + 1); }

std::string_view dirname(std::string_view path) {
  auto head = path.substr(0, path.rfind('/') + 1);
  auto last = head.find_last_not_of('/');
  return last == std::string_view::npos ? head : head.substr(0, last + 1);
}

std::string_view extension(std::string_view path) {
  const auto name = basename(path);
  const auto dot = name.rfind('.');
  const bool has_stem = dot != name.npos && name.find_first_not_of('.') < dot;
  return has_stem ? name.substr(dot) : std::string_view();
}

bool is_absolute(std::string_view path) { return path.starts_with('/'); }

std::string normalized(std::string_view path) {
  bool rooted = is_absolute(path);
  std::vector<std::string_view> kept;
  for (auto part : parts_of(path)) {
    bool climbs = part == "..";
    if (!climbs || (kept.empty() && !rooted) || (!kept.empty() && kept.back() == "..")) {
      kept.push_back(part);
    } else if (!kept.empty()) {
      kept.pop_back();
    }
  }
  std::string result;
  if (rooted) result = path.starts_with("//") && !path.starts_with("///") ? "//" : "/";
  for (std::size_t i = 0; i < kept.size(); ++i) {
    if (i > 0) result += '/';
    result += kept[i];
  }
  return result.empty() ? "." : result;
}

std::string absolute(std::string_view path, std::string_view cwd) { return normalized(join(cwd, path)); }

std::string canonical(std::string_view path, std::string_view cwd) {
  return Resolver(is_absolute(path) ? "/" : std::string(cwd)).resolve(path);
}

std::string canonical(std::string_view path) {
  return canonical(path, is_absolute(path) ? std::string() : current_directory());
}

std::string CanonicalPaths::joined(const std::string& directory, std::string_view name) const {
  auto path = join(directory, name);
  return link_target(path) ? canonical(path) : path;
}

// Canonical, of an absolute one.
const std::string& CanonicalPaths::directory(std::string_view path) {
  auto known = m_directories.find(std::string(path));
  if (known != m_directories.end()) return known->second;
  const auto name = basename(path);
  const auto above = dirname(path);
  const bool is_plain = !name.empty() && name != "." && name != ".." && above != path;
  auto found = is_plain ? joined(directory(above), name) : canonical(path);
  return m_directories.emplace(path, std::move(found)).first->second;
}

std::string CanonicalPaths::of(std::string_view path) {
  const auto name = basename(path);
  if (!is_absolute(path) || name.empty() || name == "." || name == "..") return canonical(path);
  if (path == m_last) return m_last_is;
  m_last_is = joined(directory(dirname(path)), name);
  m_last = path;
  return m_last_is;
}

std::string current_directory() {
  char buffer[PATH_MAX];
  return ::getcwd(buffer, sizeof buffer) != nullptr ? buffer : "/";
}

std::string relative_to(std::string_view path, std::string_view directory) {
  std::string prefix(directory);
  if (!prefix.ends_with('/')) prefix += '/';
  return std::string(path.starts_with(prefix) ? path.substr(prefix.size()) : path);
}

bool is_below(std::string_view path, std::string_view directory) {
  if (!path.starts_with(directory)) return false;
  return path.size() == directory.size() || directory.ends_with('/') || path[directory.size()] == '/';
}

}  // namespace covey::base
