#include <covey/base/file.hpp>
#include <covey/base/path.hpp>
#include <covey/runs/replace.hpp>
#include <covey/runs/run_lock.hpp>
#include <cstdio>
#include <filesystem>

namespace covey::runs {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view k_gone = ".gone-";  // a run's folder on its way out
constexpr std::string_view k_new = ".new-";    // a run's folder on its way in
constexpr auto k_stale = std::chrono::hours(1);

using Failures = std::vector<base::Error>;

void remove_or_tell(const std::string& path, Failures& failures) {
  if (auto removed = remove_tree(path); !removed) failures.push_back(removed.error());
}

// Renamed first: a reader sees the whole folder or none of it. Whether it is gone.
bool remove_run_folder(const std::string& folder, const std::string& slug_directory, Failures& failures) {
  auto aside = slug_directory + "/" + std::string(k_gone) + base::random_hex(16);
  if (::rename(folder.c_str(), aside.c_str()) == 0) {
    remove_or_tell(aside, failures);
    return true;
  }
  auto failure = base::fail_errno(folder).value();
  if (!base::exists(folder)) return true;  // another run was faster
  failure.what += ": the earlier run's data stays";
  failures.push_back(std::move(failure));
  return false;
}

// Names below `directory` that begin with `prefix` and have not changed for an hour: whoever made them is gone.
void remove_stale(const std::string& directory, std::string_view prefix, Failures& failures) {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(directory, error)) {
    if (!entry.path().filename().native().starts_with(prefix)) continue;
    auto changed = entry.last_write_time(error);
    if (!error && fs::file_time_type::clock::now() - changed > k_stale) remove_or_tell(entry.path(), failures);
  }
}

}  // namespace

base::Result<void> remove_tree(const std::string& path) {
  std::error_code error;
  fs::remove_all(path, error);
  if (error) return base::fail(base::ErrorKind::io, path, "cannot be removed: " + error.message());
  return {};
}

std::set<std::string> finished_runs(const std::vector<RunFolder>& folders) {
  std::set<std::string> finished;
  std::set<std::string> going_on;
  for (const auto& folder : folders) (folder.alive ? going_on : finished).insert(folder.run_id);
  for (const auto& run_id : going_on) finished.erase(run_id);
  return finished;
}

Replaced replace_runs(const std::vector<RunFolder>& folders, const std::string& slug, std::optional<int> part,
                      const std::set<std::string>& finished) {
  Replaced replaced;
  for (const auto& folder : folders)
    if (folder.slug == slug && folder.part == part.value_or(folder.part) && finished.contains(folder.run_id))
      replaced.n_folders +=
          remove_run_folder(folder.path, std::string(base::dirname(folder.path)), replaced.failures) ? 1 : 0;
  return replaced;
}

std::vector<base::Error> sweep_runs(const DataDirectory& data) {
  Failures failures;
  std::set<std::string> used;
  for (const auto& slug : data.slugs()) {
    remove_stale(data.jobs() + "/" + slug, k_gone, failures);
    for (const auto& run_id : base::names_in(data.jobs() + "/" + slug)) used.insert(run_id);
  }
  remove_stale(data.runs(), k_new, failures);
  for (const auto& run_id : base::names_in(data.runs()))
    if (!run_id.starts_with('.') && !used.contains(run_id) && liveness(data, run_id) == Liveness::over)
      remove_or_tell(data.run(run_id), failures);
  return failures;
}

}  // namespace covey::runs
