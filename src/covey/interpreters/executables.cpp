#include <unistd.h>
#include <covey/base/file.hpp>
#include <covey/base/path.hpp>
#include <covey/interpreters/executables.hpp>

namespace covey::interpreters {

namespace {

constexpr std::string_view k_default_path = "/usr/local/bin:/usr/bin:/bin";

bool is_executable(const std::string& path) { return base::is_file(path) && ::access(path.c_str(), X_OK) == 0; }

tl::unexpected<base::Error> missing(const std::string& where, const std::string& what) {
  return base::fail(base::ErrorKind::not_found, where, what);
}

}  // namespace

std::string own_directory() { return std::string(base::dirname(base::canonical("/proc/self/exe"))); }

std::string find_executable(const std::string& name, const base::Environment& environment, const std::string& cwd) {
  if (name.empty() || name.find('/') != name.npos) return name;
  auto path = environment.value("PATH");
  std::string_view rest = path.empty() ? k_default_path : std::string_view(path);
  for (;;) {
    auto directory = rest.substr(0, rest.find(':'));
    // An empty entry is the current directory.
    auto candidate = base::join(base::join(cwd, directory), name);
    if (is_executable(candidate)) return candidate;
    if (directory.size() == rest.size()) return "";
    rest.remove_prefix(directory.size() + 1);
  }
}

base::Result<std::string> find_python(const std::optional<std::string>& named, const base::Environment& environment,
                                      const std::string& cwd, const std::string& own_directory) {
  if (named) {
    auto found = find_executable(*named, environment, cwd);
    if (found.empty() || !is_executable(found)) return missing(*named, "no such interpreter (--python)");
    return found;
  }
  for (const char* name : {"python", "python3"})
    if (auto path = base::join(own_directory, name); is_executable(path)) return path;
  auto active = environment.value("VIRTUAL_ENV");
  if (auto path = base::join(active, "bin/python"); !active.empty() && is_executable(path)) return path;
  auto found = find_executable("python3", environment, cwd);
  if (found.empty()) return missing("python3", "no such interpreter on PATH (--python names one)");
  return found;
}

}  // namespace covey::interpreters
