#include <unistd.h>
#include <algorithm>
#include <cerrno>
#include <covey/base/file.hpp>
#include <covey/base/path.hpp>
#include <covey/inputs/data_files.hpp>

namespace covey::inputs {

namespace {

// In `directory`, all that begin with `name` and a dot.
std::vector<std::string> parallel_files(const std::string& directory, std::string_view name) {
  std::vector<std::string> files;
  for (const auto& entry : base::names_in(directory))
    if (entry.starts_with(name) && entry.substr(name.size()).starts_with('.'))
      files.push_back(base::join(directory, entry));
  return files;
}

base::Result<void> remove_file(const std::string& path) {
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) return base::fail_errno(path);
  return {};
}

}  // namespace

std::string data_file_path(const std::string& configured, const base::Environment& environment,
                           const std::string& cwd) {
  auto path = environment.value("COVERAGE_FILE");
  if (path.empty()) path = configured.empty() ? ".coverage" : configured;
  return base::absolute(path, cwd);
}

base::Result<std::vector<std::string>> combinable_files(const std::string& data_file,
                                                        const std::vector<std::string>& paths, const std::string& cwd) {
  const auto absolute = base::absolute(data_file, cwd);
  const auto name = base::basename(absolute);
  std::vector<std::string> files;
  for (const auto& path : paths.empty() ? std::vector{std::string(base::dirname(absolute))} : paths) {
    const auto place = base::absolute(path, cwd);
    if (base::is_file(place)) {
      files.push_back(place);
    } else if (base::is_directory(place)) {
      auto found = parallel_files(place, name);
      files.insert(files.end(), found.begin(), found.end());
    } else {
      return base::fail(base::ErrorKind::no_data, "", "Couldn't combine from non-existent path '" + path + "'");
    }
  }
  std::erase_if(files, [](const auto& file) { return file.ends_with("-journal"); });
  std::sort(files.begin(), files.end());
  return files;
}

base::Result<void> erase_data_files(const std::string& data_file, ErasedFiles which) {
  if (auto removed = remove_file(data_file); !removed) return removed;
  if (which == ErasedFiles::data_file) return {};
  const std::string directory(base::dirname(data_file));
  for (const auto& file : parallel_files(directory, base::basename(data_file)))
    if (auto removed = remove_file(file); !removed) return removed;
  return {};
}

}  // namespace covey::inputs
