#include <dirent.h>
#include <algorithm>
#include <covey/base/file.hpp>
#include <covey/base/glob.hpp>
#include <covey/base/path.hpp>
#include <covey/runs/unexecuted.hpp>
#include <covey/shard/writer.hpp>
#include <memory>
#include <optional>
#include <set>

namespace covey::runs {

namespace {

struct Listing {
  std::vector<std::string> files;
  std::vector<std::string> directories;  // real ones: links to directories are not followed
};

Listing list(const std::string& directory) {
  Listing listing;
  std::unique_ptr<DIR, int (*)(DIR*)> stream(opendir(directory.c_str()), closedir);
  if (stream == nullptr) return listing;
  while (const dirent* entry = readdir(stream.get())) {
    std::string name = entry->d_name;
    if (name == "." || name == "..") continue;
    const auto path = directory + "/" + name;
    const bool may_be_link = entry->d_type == DT_LNK || entry->d_type == DT_UNKNOWN;
    if (entry->d_type == DT_DIR || (may_be_link && base::is_directory(path))) {
      if (entry->d_type != DT_LNK) listing.directories.push_back(name);
    } else {
      listing.files.push_back(name);
    }
  }
  return listing;
}

// Names with other characters cannot have been imported: they are what editors leave.
bool is_importable(std::string_view name) {
  auto dot = name.find('.');
  if (dot == 0 || dot == name.npos) return false;
  auto extension = name.substr(dot);
  return (extension == ".py" || extension == ".pyw") && name.find_first_of("#~!$@%^&*()+=,") == name.npos;
}

// The directory of `package`, going by one of its modules: "/x/pkg" for pkg.a.b in "/x/pkg/a/b.py". Empty for a module
// that is no package, and where the file's name does not go with the module's.
std::string package_directory(const std::string& package, const std::string& module, const std::string& path) {
  if (module.compare(0, package.size(), package) != 0) return {};
  std::string tail = module.substr(package.size());
  if (!tail.empty() && tail[0] != '.') return {};
  std::replace(tail.begin(), tail.end(), '.', '/');
  for (const char* end : {"/__init__.py", ".py"}) {
    const auto ending = tail + end;
    if (tail.empty() && ending == ".py") continue;
    if (path.size() > ending.size() && path.compare(path.size() - ending.size(), ending.size(), ending) == 0)
      return path.substr(0, path.size() - ending.size());
  }
  return {};
}

std::set<std::string> source_directories(const shard::Settings& settings, const model::Measurement& measured) {
  std::set<std::string> directories(settings.source_dirs.begin(), settings.source_dirs.end());
  for (const auto& package : settings.source_packages)
    for (const auto& [path, file] : measured.files)
      for (const auto& module : file.modules)
        // Without a file of its own (a namespace package) there is nowhere to look, for coverage.py as for us.
        if (auto directory = package_directory(package, module, path); base::exists(directory + "/__init__.py"))
          directories.insert(directory);
  return directories;
}

// A file that was found and did not run, with the digest of its source where it could be read.
struct UnexecutedFile {
  std::string path;
  std::optional<base::Digest128> digest;
};

base::Result<void> write_unexecuted(const std::string& folder, const std::string& run_id, std::uint32_t python,
                                    const std::string& executable, const std::vector<UnexecutedFile>& files) {
  auto writer = shard::Writer::create({folder, run_id, python, {{"python", executable}, {"writer", "covey run"}}});
  if (!writer) return tl::unexpected(writer.error());
  for (const auto& [path, digest] : files) {
    shard::ShardFile file{path, {}, shard::k_file_unexecuted, digest.value_or(base::Digest128())};
    if (digest) file.flags |= shard::k_file_has_source;
    if (auto added = (*writer)->add_file(file); !added) return tl::unexpected(added.error());
  }
  return {};
}

}  // namespace

std::vector<std::string> python_files(const std::string& directory, bool namespace_packages) {
  std::vector<std::string> found;
  std::vector<std::string> pending{directory};
  base::CanonicalPaths canonical;
  while (!pending.empty()) {
    const auto current = std::move(pending.back());
    pending.pop_back();
    auto listing = list(current);
    const bool is_package = namespace_packages || current == directory ||
                            std::find(listing.files.begin(), listing.files.end(), "__init__.py") != listing.files.end();
    if (!is_package) continue;
    for (const auto& name : listing.files)
      if (is_importable(name)) found.push_back(canonical.of(current + "/" + name));
    for (const auto& name : listing.directories) pending.push_back(current + "/" + name);
  }
  std::sort(found.begin(), found.end());
  return found;
}

std::vector<std::string> unexecuted_files(const shard::Settings& settings, const model::Measurement& measured) {
  auto omit = base::GlobSet::compile(base::prepare_patterns(settings.omit, settings.root)).value_or(base::GlobSet());
  std::set<std::string> files;
  for (const auto& directory : source_directories(settings, measured))
    for (auto& path : python_files(directory, settings.namespace_packages))
      if (!omit.matches(path) && measured.files.count(path) == 0) files.insert(std::move(path));
  return {files.begin(), files.end()};
}

std::vector<std::string> unimported_packages(const shard::Settings& settings, const model::Measurement& measured) {
  std::set<std::string> modules;
  for (const auto& [path, file] : measured.files) modules.insert(file.modules.begin(), file.modules.end());
  std::vector<std::string> missing;
  for (const auto& package : settings.source_packages) {
    auto below = modules.lower_bound(package + ".");
    const bool imported = modules.count(package) != 0 ||
                          (below != modules.end() && below->compare(0, package.size() + 1, package + ".") == 0);
    if (!imported) missing.push_back(package);
  }
  return missing;
}

base::Result<void> add_unexecuted(const RunFolder& folder, const shard::Settings& settings,
                                  model::Measurement& measurement) {
  if (!measurement.ran_anything()) return {};
  if (measurement.interpreters.empty()) return {};
  const auto& [python, executable] = *measurement.interpreters.rbegin();
  std::vector<UnexecutedFile> files;
  for (const auto& path : unexecuted_files(settings, measurement)) {
    auto& file = measurement.files[path];
    file.python = python;
    files.push_back({path, std::nullopt});
    if (auto bytes = base::read_file(path, base::k_source_limit)) files.back().digest = base::digest128(*bytes);
    if (files.back().digest) file.digests.insert(*files.back().digest);
  }
  return files.empty() ? base::Result<void>() : write_unexecuted(folder.path, folder.run_id, python, executable, files);
}

}  // namespace covey::runs
