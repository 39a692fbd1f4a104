#include <dirent.h>
#include <sys/stat.h>
#include <algorithm>
#include <covey/base/file.hpp>
#include <covey/base/path.hpp>
#include <covey/runs/data_directory.hpp>
#include <covey/runs/run_lock.hpp>
#include <covey/runs/session.hpp>
#include <covey/shard/losses.hpp>
#include <map>
#include <memory>

namespace covey::runs {

namespace {

bool is_run_id(const std::string& name) {
  return name.size() == 16 && name.find_first_not_of("0123456789abcdef") == std::string::npos;
}

// Only into a directory of our own: in another, version control would stop seeing the user's files.
base::Result<void> mark_as_data(const std::string& path) {
  auto ignored = base::write_file_atomic(path + "/.gitignore", "# Made by covey.\n*\n");
  if (!ignored) return ignored;
  return base::write_file_atomic(path + "/CACHEDIR.TAG",
                                 "Signature: 8a477f597d28d172789f06886806bc55\n# Made by covey: coverage data.\n");
}

bool is_link(const std::string& path) {
  struct stat status {};
  return ::lstat(path.c_str(), &status) == 0 && S_ISLNK(status.st_mode);
}

// Fails where a part of the data directory is a symbolic link: whoever can plant the directory (another job's archive,
// a checkout) could have Covey write to, or remove, what lies where the link leads.
base::Result<void> refuse_links(const DataDirectory& data) {
  std::vector<std::string> parts = {data.jobs(), data.runs(), data.tables(), data.path() + "/analysis"};
  for (const auto& folder : {data.jobs(), data.runs(), data.tables()})
    for (const auto& name : base::names_in(folder)) parts.push_back(folder + "/" + name);
  for (const auto& slug : data.slugs())
    for (const auto& name : base::names_in(data.jobs() + "/" + slug)) parts.push_back(data.job(slug, name));
  for (const auto& part : parts)
    if (is_link(part))
      return base::fail(base::ErrorKind::format, part, "is a symbolic link, which no part of a data directory may be");
  return {};
}

bool is_empty(const std::string& path) {
  std::unique_ptr<DIR, int (*)(DIR*)> directory(::opendir(path.c_str()), ::closedir);
  if (!directory) return false;
  int entries = 0;
  while (entries < 3 && ::readdir(directory.get()) != nullptr) ++entries;
  return entries == 2;  // "." and ".."
}

double modified(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return 0;
  return static_cast<double>(status.st_mtim.tv_sec) + static_cast<double>(status.st_mtim.tv_nsec) / 1e9;
}

// What a folder's session records say of it together.
void read_records(RunFolder& folder) {
  bool all_ended = true;
  bool any_data = false;
  folder.part = 0;
  for (const auto& path : session_paths(folder.path)) {
    auto session = read_session(path);
    if (!session) {
      all_ended = false;
      continue;
    }
    folder.append |= session->append;
    folder.part = session->part;
    if (folder.incomplete.empty()) folder.incomplete = session->incomplete;
    any_data |= !session->no_data;
    if (folder.start == 0 || session->start < folder.start) folder.start = session->start;
    all_ended &= session->end.has_value();
    if (session->end) folder.end = std::max(folder.end.value_or(0), *session->end);
  }
  if (!all_ended) folder.end.reset();
  folder.no_data = folder.end.has_value() && !any_data;
}

// What only the run as a whole knows: whether it is alive, what its processes lost and, for folders without a record of
// their own (the run has not ended, or died before it could write them), when it started, whether it appends and which
// part it is.
void add_facts_of_runs(const DataDirectory& data, std::vector<RunFolder>& folders) {
  struct Run {
    Liveness liveness;
    double start = 0;
    bool append = false;
    int part = 1;
    std::string incomplete;
  };
  std::map<std::string, Run> runs;
  for (const auto& folder : folders) {
    auto [run, added] = runs.try_emplace(folder.run_id);
    if (added) {
      run->second.liveness = liveness(data, folder.run_id);
      auto path = data.run(folder.run_id) + "/settings";
      auto text = base::read_file(path);
      auto settings = text ? shard::parse_settings(*text, path) : tl::unexpected(text.error());
      run->second.append = settings && settings->append;
      if (auto losses = shard::read_losses(shard::losses_path(path)); losses && losses->n_processes > 0)
        run->second.incomplete = losses->reason;
    }
    if (folder.start != 0 && (run->second.start == 0 || folder.start < run->second.start))
      run->second.start = folder.start;
    if (folder.part != 0) run->second.part = folder.part;
  }
  for (auto& folder : folders) {
    const auto& run = runs[folder.run_id];
    folder.alive = run.liveness == Liveness::alive || (run.liveness == Liveness::unknown && !folder.end);
    folder.append |= run.append;
    if (folder.incomplete.empty()) folder.incomplete = run.incomplete;
    if (folder.part == 0) folder.part = run.part;
    if (folder.start == 0) folder.start = run.start;
    if (folder.start == 0) folder.start = modified(folder.path);
  }
}

bool supersedes(const RunFolder& y, const RunFolder& x) {
  if (y.slug != x.slug || y.part != x.part || y.run_id == x.run_id || y.append || y.no_data) return false;
  if (x.end) return y.start > *x.end;
  return !x.alive && y.start > x.start;
}

}  // namespace

std::vector<RunFolder> current_runs(const std::vector<RunFolder>& folders) {
  std::vector<RunFolder> current;
  for (const auto& x : folders) {
    bool superseded = std::any_of(folders.begin(), folders.end(), [&](const auto& y) { return supersedes(y, x); });
    if (!superseded && !x.no_data) current.push_back(x);
  }
  return current;
}

bool is_data_directory(const std::string& path) { return base::is_directory(path + "/jobs"); }

base::Result<DataDirectory> DataDirectory::open(const std::string& path) {
  if (!base::is_directory(path)) {
    auto what = base::exists(path) ? "is no directory" : "no such data directory (covey run makes it)";
    return base::fail(base::ErrorKind::not_found, path, what);
  }
  DataDirectory data(base::canonical(path));
  if (auto checked = refuse_links(data); !checked) return tl::unexpected(checked.error());
  return data;
}

base::Result<DataDirectory> DataDirectory::create(const std::string& path) {
  if (auto made = base::make_directories(path); !made) return tl::unexpected(made.error());
  DataDirectory data(base::canonical(path));
  if (auto checked = refuse_links(data); !checked) return tl::unexpected(checked.error());
  if (is_empty(data.path())) {
    if (auto marked = mark_as_data(data.path()); !marked) return tl::unexpected(marked.error());
    let_others_through(data.path());
  }
  for (const auto& folder : {data.jobs(), data.runs(), data.tables()})
    if (auto made = base::make_directories(folder); !made) return tl::unexpected(made.error());
  let_others_through(data.runs());
  return data;
}

void let_others_through(const std::string& directory) {
  struct stat status {};
  if (::stat(directory.c_str(), &status) == 0) ::chmod(directory.c_str(), (status.st_mode & 07777) | 0111);
}

std::vector<std::string> DataDirectory::slugs() const { return base::names_in(jobs()); }

std::vector<RunFolder> DataDirectory::run_folders() const {
  std::vector<RunFolder> folders;
  for (const auto& slug : slugs())
    for (const auto& name : base::names_in(jobs() + "/" + slug)) {
      if (!is_run_id(name)) continue;
      RunFolder folder;
      folder.path = job(slug, name);
      folder.slug = slug;
      folder.run_id = name;
      read_records(folder);
      folders.push_back(std::move(folder));
    }
  add_facts_of_runs(*this, folders);
  return folders;
}

std::vector<std::string> shard_paths(const RunFolder& folder) {
  std::vector<std::string> paths;
  for (const auto& name : base::names_in(folder.path))
    if (name.ends_with(".shard")) paths.push_back(folder.path + "/" + name);
  return paths;
}

std::string united_data_path(const std::string& folder) { return folder + "/data.coverage"; }

std::string data_directory_path(const std::optional<std::string>& data_file, const base::Environment& environment,
                                const std::string& cwd) {
  auto path = data_file.value_or("");
  if (path.empty()) path = environment.value("COVEY_DATA");
  if (path.empty()) path = ".covey";
  return base::join(cwd, path);
}

}  // namespace covey::runs
