#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cerrno>
#include <covey/base/file_lock.hpp>
#include <covey/runs/run_lock.hpp>
#include <covey/shard/losses.hpp>
#include <cstdio>

namespace covey::runs {

namespace {

Liveness lock_state(const std::string& path) {
  base::UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!fd) return errno == ENOENT ? Liveness::over : Liveness::unknown;
  // Shared, so that two that ask at once do not take each other for the owner.
  if (::flock(fd.get(), LOCK_SH | LOCK_NB) == 0) return Liveness::over;
  return errno == EWOULDBLOCK ? Liveness::alive : Liveness::unknown;
}

}  // namespace

Liveness liveness(const DataDirectory& data, const std::string& run_id) {
  auto folder = data.run(run_id);
  auto state = Liveness::over;
  for (const auto& name : base::names_in(folder)) {
    if (name != "lock" && !name.starts_with("lock-")) continue;
    auto found = lock_state(folder + "/" + name);
    if (found == Liveness::alive) return found;
    if (found == Liveness::unknown) state = found;
  }
  return state;
}

// Where the file system has no locks the run goes on without: liveness() then says unknown, and such runs are replaced
// only once they ended.
base::Result<RunLock> RunLock::begin(const DataDirectory& data, const shard::Settings& settings) {
  // Made aside: a folder with a lock file that is not locked yet would pass for a dead run and be removed.
  auto folder = data.run(settings.run_id);
  auto aside = data.runs() + "/.new-" + settings.run_id;
  if (::mkdir(aside.c_str(), 0777) != 0) return base::fail_errno(data.runs());
  let_others_through(aside);
  auto lock = base::make_locked(aside + "/lock");
  auto written = lock ? shard::create_losses(aside + "/losses") : tl::unexpected(lock.error());
  if (written) written = base::write_file_atomic(aside + "/settings", shard::serialize(settings));
  if (written && ::rename(aside.c_str(), folder.c_str()) != 0) written = base::fail_errno(folder);
  if (written) return RunLock(std::move(*lock), folder + "/settings");
  for (const char* name : {"/settings", "/losses", "/lock"}) ::unlink((aside + name).c_str());
  ::rmdir(aside.c_str());
  return tl::unexpected(written.error());
}

base::Result<RunLock> RunLock::join(const DataDirectory& data, const shard::Settings& settings) {
  auto folder = data.run(settings.run_id);
  auto suffix = base::random_hex(8);
  auto aside = folder + "/.new-" + suffix;
  auto lock = base::make_locked(aside);
  if (!lock) return tl::unexpected(lock.error());
  if (::rename(aside.c_str(), (folder + "/lock-" + suffix).c_str()) != 0) return base::fail_errno(folder);
  auto path = folder + "/settings-" + suffix;
  auto written = base::write_file_atomic(path, shard::serialize(settings));
  if (!written) return tl::unexpected(written.error());
  return RunLock(std::move(*lock), path);
}

}  // namespace covey::runs
