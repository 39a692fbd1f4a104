// The data directory: where runs keep what they measured. docs/data-directory.md shows the layout and the rules.
#pragma once

#include <covey/base/environment.hpp>
#include <covey/base/result.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace covey::runs {

// One run's folder in one job: jobs/<slug>/<run id>, with the shards and session records of that run's processes there.
struct RunFolder {
  std::string path;           // absolute
  std::string slug;           // the job's
  std::string run_id;         // 16 hex digits
  int part = 1;               // of the machines that share the job
  bool append = false;        // adds to what the job had before
  bool no_data = false;       // its records say that nothing was measured
  std::string incomplete;     // why something is missing; empty where records and losses know of nothing
  bool alive = false;         // the run goes on
  double start = 0;           // unix seconds
  std::optional<double> end;  // unix seconds; nothing where a session did not end, or nobody saw it end
};

// The folders that count, in the order given: of each job all that are not superseded. X is superseded by Y of the same
// job and part where Y does not append and started after X ended, or where X neither ended nor is alive and Y started
// after it. Runs that found nothing to measure neither count nor supersede. So two runs at once both count, a run that
// died counts until the next one starts, and the parts of a job add up.
std::vector<RunFolder> current_runs(const std::vector<RunFolder>& folders);

// Whether runs have left something at the path.
bool is_data_directory(const std::string& path);

class DataDirectory {
 public:
  // For reading. Fails where there is no such directory.
  static base::Result<DataDirectory> open(const std::string& path);

  // For a run: makes what is missing. Fails, naming the directory and the reason, where it cannot be written to.
  static base::Result<DataDirectory> create(const std::string& path);

  const std::string& path() const { return m_path; }  // absolute, without symbolic links
  // Where docs/data-directory.md says that they lie; a run or a job need not be there.
  std::string jobs() const { return m_path + "/jobs"; }
  std::string runs() const { return m_path + "/runs"; }
  std::string tables() const { return m_path + "/tables"; }
  std::string run(const std::string& run_id) const { return runs() + "/" + run_id; }
  std::string job(const std::string& slug, const std::string& run_id) const {
    return jobs() + "/" + slug + "/" + run_id;
  }

  std::vector<std::string> slugs() const;  // of all jobs, sorted

  // Every run's folder of every job, sorted by slug and run id. What cannot be read is taken for a run that never
  // ended.
  std::vector<RunFolder> run_folders() const;

  // current_runs of these.
  std::vector<RunFolder> current() const { return current_runs(run_folders()); }

 private:
  explicit DataDirectory(std::string path) : m_path(std::move(path)) {}
  std::string m_path;
};

// Lets other users reach what the directory holds by name, whatever the umask is: to a process that has given up the
// user it was started as, the run is there and its losses can be told. Nothing where the directory is somebody else's.
void let_others_through(const std::string& directory);

// The paths of a run folder's shards, sorted.
std::vector<std::string> shard_paths(const RunFolder& folder);

// The file in a combined run's folder that holds what data files of coverage.py's had to say; it may not be there.
std::string united_data_path(const std::string& folder);

// Where the data directory is: `data_file` (--data-file), else COVEY_DATA, else .covey; absolute, below `cwd`.
std::string data_directory_path(const std::optional<std::string>& data_file, const base::Environment& environment,
                                const std::string& cwd);

}  // namespace covey::runs
