#include <covey/base/file.hpp>
#include <covey/base/path.hpp>
#include <covey/cli/replace.hpp>
#include <covey/cli/run_lock.hpp>
#include <covey/console/messages.hpp>
#include <cstdio>
#include <filesystem>

namespace covey::cli {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view k_gone = ".gone-";  // a run's folder on its way out
constexpr std::string_view k_new = ".new-";    // a run's folder on its way in
constexpr auto k_stale = std::chrono::hours(1);

// Renamed first: a reader sees the whole folder or none of it. Whether it is gone.
bool remove_run_folder(const std::string& folder, const std::string& slug_directory) {
  auto aside = slug_directory + "/" + std::string(k_gone) + base::random_hex(16);
  if (::rename(folder.c_str(), aside.c_str()) == 0) {
    remove_tree(aside);
    return true;
  }
  auto failure = base::fail_errno(folder).value();
  if (!base::exists(folder)) return true;  // another run was faster
  console::print_warning(failure.message() + ": the earlier run's data stays");
  return false;
}

// Names below `directory` that begin with `prefix` and have not changed for an hour: whoever made them is gone.
void remove_stale(const std::string& directory, std::string_view prefix) {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(directory, error)) {
    if (!entry.path().filename().native().starts_with(prefix)) continue;
    auto changed = entry.last_write_time(error);
    if (!error && fs::file_time_type::clock::now() - changed > k_stale) remove_tree(entry.path());
  }
}

}  // namespace

void remove_tree(const std::string& path) {
  std::error_code error;
  fs::remove_all(path, error);
  if (error) console::print_warning(path + ": cannot be removed: " + error.message());
}

std::set<std::string> finished_runs(const std::vector<RunFolder>& folders) {
  std::set<std::string> finished;
  std::set<std::string> going_on;
  for (const auto& folder : folders) (folder.alive ? going_on : finished).insert(folder.run_id);
  for (const auto& run_id : going_on) finished.erase(run_id);
  return finished;
}

int replace_runs(const std::vector<RunFolder>& folders, const std::string& slug, std::optional<int> part,
                 const std::set<std::string>& finished) {
  int removed = 0;
  for (const auto& folder : folders)
    if (folder.slug == slug && folder.part == part.value_or(folder.part) && finished.contains(folder.run_id))
      removed += remove_run_folder(folder.path, std::string(base::dirname(folder.path))) ? 1 : 0;
  return removed;
}

void sweep_runs(const DataDirectory& data) {
  std::set<std::string> used;
  for (const auto& slug : data.slugs()) {
    remove_stale(data.jobs() + "/" + slug, k_gone);
    for (const auto& run_id : base::names_in(data.jobs() + "/" + slug)) used.insert(run_id);
  }
  remove_stale(data.runs(), k_new);
  for (const auto& run_id : base::names_in(data.runs()))
    if (!run_id.starts_with('.') && !used.contains(run_id) && liveness(data, run_id) == Liveness::over)
      remove_tree(data.run(run_id));
}

}  // namespace covey::cli
