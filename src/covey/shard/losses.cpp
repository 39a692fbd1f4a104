#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <covey/base/file.hpp>
#include <covey/base/kept_errno.hpp>
#include <covey/base/path.hpp>
#include <covey/shard/losses.hpp>
#include <cstring>

namespace covey::shard {

namespace {

constexpr char k_magic[8] = {'C', 'O', 'V', 'E', 'Y', 'L', 'O', 'S'};

// A block of the file system, so that what is written later lies in it.
struct Record {
  char magic[8];
  std::uint32_t version;
  std::uint32_t n_processes;
  char reason[4072];  // UTF-8, ended by NUL
  std::uint32_t n_bare_pythons;
  std::uint32_t not_loaded;  // not 0: some processes could not load the extension (python/covey/not_loaded.py)
};
static_assert(sizeof(Record) == 4096 && offsetof(Record, reason) == 16 && offsetof(Record, not_loaded) == 4092);

// By a map where RLIMIT_FSIZE lets nobody write, and only there: of a full file system that copies on write, a store
// into a map is a SIGBUS.
bool write_over(int fd, std::string_view bytes) {
  if (base::may_have_size(sizeof(Record)))
    return ::pwrite(fd, bytes.data(), bytes.size(), 0) == static_cast<ssize_t>(bytes.size());
  void* map = ::mmap(nullptr, sizeof(Record), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (map == MAP_FAILED) return false;
  bytes.copy(static_cast<char*>(map), bytes.size());
  ::munmap(map, sizeof(Record));
  return true;
}

bool is_record(const Record& record) {
  return std::memcmp(record.magic, k_magic, sizeof k_magic) == 0 && record.version == 1;
}

// Lets `change` have the record; false where what it made of that could not be written. True where there is none.
template <typename Change>
bool change_record(const std::string& path, Change change) noexcept {
  base::KeptErrno kept;
  base::UniqueFd fd(::open(path.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (!fd) return true;
  base::lock_briefly(fd.get());
  Record record{};
  if (::pread(fd.get(), &record, sizeof record, 0) != ssize_t{sizeof record} || !is_record(record)) return true;
  change(record);
  return write_over(fd.get(), {reinterpret_cast<const char*>(&record), offsetof(Record, not_loaded)});
}

}  // namespace

std::string losses_path(std::string_view settings_path) { return base::join(base::dirname(settings_path), "losses"); }

base::Result<void> create_losses(const std::string& path) {
  Record record{};
  std::memcpy(record.magic, k_magic, sizeof k_magic);
  record.version = 1;
  auto written = base::write_file_atomic(path, {reinterpret_cast<const char*>(&record), sizeof record});
  // Whatever the umask says: a process that has given up the user it was started as must be able to say so.
  if (written && ::chmod(path.c_str(), 0666) != 0) return base::fail_errno(path);
  return written;
}

void note_loss(const std::string& path, std::string_view reason) noexcept {
  base::KeptErrno kept;
  const bool noted = change_record(path, [&](Record& record) {
    ++record.n_processes;
    if (record.reason[0] == '\0') reason.copy(record.reason, sizeof record.reason - 1);
  });
  // That it is gone can be told where nothing can be written at all: full file systems that copy on write let files be
  // removed.
  if (!noted) ::unlink(path.c_str());
}

void note_bare_python(const std::string& path) noexcept {
  static_cast<void>(change_record(path, [](Record& record) { ++record.n_bare_pythons; }));
}

base::Result<Losses> read_losses(const std::string& path) {
  auto bytes = base::read_file(path, sizeof(Record));
  if (!bytes) return tl::unexpected(bytes.error());
  Record record{};
  if (bytes->size() == sizeof record) std::memcpy(&record, bytes->data(), sizeof record);
  if (!is_record(record)) return base::fail(base::ErrorKind::format, path, "is no record of losses");
  record.reason[sizeof record.reason - 1] = '\0';
  Losses losses{record.n_processes, record.reason, record.n_bare_pythons};
  if (record.not_loaded == 0) return losses;
  ++losses.n_processes;
  if (losses.reason.empty()) losses.reason = "a process is not measured: covey's extension could not be loaded";
  return losses;
}

}  // namespace covey::shard
