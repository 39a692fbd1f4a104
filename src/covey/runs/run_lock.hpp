// A run is alive exactly while one of the locks in its folder is held: the kernel lets go of them whatever ends the
// process, so neither a reused pid nor a clock that jumps nor another machine on a network directory can mislead.
#pragma once

#include <covey/base/file.hpp>
#include <covey/base/result.hpp>
#include <covey/runs/data_directory.hpp>
#include <covey/shard/settings.hpp>
#include <string>

namespace covey::runs {

enum class Liveness {
  alive,    // a lock is held
  over,     // none is, or the run has no folder
  unknown,  // this file system has no locks
};

// That of the run, by all locks in its folder. Never fails: where none is held and one cannot be looked at, `unknown`.
Liveness liveness(const DataDirectory& data, const std::string& run_id);

// A started run's place in runs/<run id>: its settings, and the lock, held until the object or the process is gone.
class RunLock {
 public:
  // Makes runs/<run id> in one step: no other process ever sees it without its lock held. Fails, naming the path, where
  // the folder or a file in it cannot be made.
  static base::Result<RunLock> begin(const DataDirectory& data, const shard::Settings& settings);

  // Adds a lock and settings of its own to a run that is alive, so that it stays alive while this one goes on. Fails as
  // begin() does.
  static base::Result<RunLock> join(const DataDirectory& data, const shard::Settings& settings);

  // Of the settings that were written: the program's COVEY_RUN.
  const std::string& settings_path() const { return m_settings_path; }

 private:
  RunLock(base::UniqueFd lock, std::string settings_path)
      : m_lock(std::move(lock)), m_settings_path(std::move(settings_path)) {}

  base::UniqueFd m_lock;
  std::string m_settings_path;
};

}  // namespace covey::runs
