#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <algorithm>
#include <atomic>
#include <cerrno>
#include <covey/base/file.hpp>
#include <covey/shard/writer.hpp>
#include <cstring>

namespace covey::shard {

namespace {

constexpr std::size_t k_page = 4096;

std::size_t rounded_up(std::size_t size, std::size_t unit) { return (size + unit - 1) / unit * unit; }

// Blocks for [offset, offset + size): without them a store into the map of a full disk is a SIGBUS in the tests.
bool reserve(int fd, std::size_t offset, std::size_t size) {
  int status = 0;
  do {
    status = fallocate(fd, 0, static_cast<off_t>(offset), static_cast<off_t>(size));
  } while (status != 0 && errno == EINTR);
  if (status == 0) return true;
  if (errno != EOPNOTSUPP) return false;
  static const char zeros[k_page] = {};  // a file system without fallocate: writing reserves
  for (std::size_t done = 0; done < size; done += k_page)
    if (pwrite(fd, zeros, k_page, static_cast<off_t>(offset + done)) != static_cast<ssize_t>(k_page)) return false;
  return true;
}

char* map(int fd, std::size_t offset, std::size_t size) {
  void* address = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, static_cast<off_t>(offset));
  return address == MAP_FAILED ? nullptr : static_cast<char*>(address);
}

std::uint64_t now_ns() {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000 + static_cast<std::uint64_t>(now.tv_nsec);
}

}  // namespace

base::Result<std::unique_ptr<Writer>> Writer::create(const ShardStart& start) {
  if (auto made = base::make_directories(start.directory); !made) return tl::unexpected(made.error());
  std::unique_ptr<Writer> writer(new Writer);
  writer->m_path = start.directory + "/" + base::random_hex(16) + ".shard";
  base::UniqueFd fd(open(writer->m_path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
  if (fd.get() < 0) return base::fail_errno(writer->m_path);
  const std::size_t size = k_header_size + k_first_chunk;
  struct stat status {};
  char* address = reserve(fd.get(), 0, size) && fstat(fd.get(), &status) == 0 ? map(fd.get(), 0, size) : nullptr;
  if (address == nullptr) {
    auto error = base::fail_errno(writer->m_path);
    unlink(writer->m_path.c_str());
    return error;
  }
  writer->m_inode = status.st_ino;
  writer->m_device = status.st_dev;
  writer->m_file_size = size;
  writer->m_chunk_size = k_first_chunk;

  auto* header = reinterpret_cast<Header*>(address);
  header->version = k_version;
  header->header_size = k_header_size;
  header->started_ns = now_ns();
  header->pid = static_cast<std::uint32_t>(getpid());
  header->parent_pid = static_cast<std::uint32_t>(getppid());
  header->python = start.python;
  std::memcpy(header->run_id, start.run_id.data(), std::min(start.run_id.size(), sizeof header->run_id));
  auto* chunk = reinterpret_cast<ChunkHeader*>(address + k_header_size);
  chunk->size = k_first_chunk;
  chunk->magic = k_chunk_magic;
  writer->m_header = header;
  writer->m_next = address + k_header_size + sizeof(ChunkHeader);
  writer->m_end = address + size;
  std::memcpy(header->magic, k_magic, sizeof k_magic);

  std::string text;
  for (const auto& [key, value] : start.process) {
    text.append(key.c_str(), key.size() + 1);
    text.append(value.c_str(), std::strlen(value.c_str()) + 1);
  }
  const std::size_t record_size = rounded_up(sizeof(ProcessRecord) + text.size(), k_record_alignment);
  auto at = writer->begin_record(record_size, RecordType::process);
  if (!at) return tl::unexpected(at.error());
  reinterpret_cast<ProcessRecord*>(*at)->text_size = static_cast<std::uint32_t>(text.size());
  std::memcpy(*at + sizeof(ProcessRecord), text.data(), text.size());
  writer->commit_record(record_size);
  return writer;
}

base::Result<std::uint32_t> Writer::add_file(const ShardFile& file) {
  const std::size_t size = rounded_up(sizeof(FileRecord) + file.path.size() + file.module.size(), k_record_alignment);
  auto at = begin_record(size, RecordType::file);
  if (!at) return tl::unexpected(at.error());
  auto* record = reinterpret_cast<FileRecord*>(*at);
  record->file_id = count(RecordType::file);
  record->flags = file.flags;
  std::memcpy(record->digest, file.digest.bytes.data(), sizeof record->digest);
  record->path_size = static_cast<std::uint32_t>(file.path.size());
  record->module_size = static_cast<std::uint32_t>(file.module.size());
  char* text = std::copy(file.path.begin(), file.path.end(), *at + sizeof(FileRecord));
  std::copy(file.module.begin(), file.module.end(), text);
  commit_record(size);
  return record->file_id;
}

base::Result<std::uint8_t*> Writer::add_code(std::uint32_t file_id, std::uint32_t first_line, std::uint32_t n_points,
                                             std::int32_t def_line) {
  const std::size_t size = rounded_up(sizeof(CodeRecord) + n_points, k_record_alignment);
  auto at = begin_record(size, RecordType::code);
  if (!at) return tl::unexpected(at.error());
  auto* record = reinterpret_cast<CodeRecord*>(*at);
  record->file_id = file_id;
  record->first_line = first_line;
  record->n_points = n_points;
  record->def_line = def_line;
  commit_record(size);
  return reinterpret_cast<std::uint8_t*>(*at + sizeof(CodeRecord));
}

base::Result<void> Writer::add_trail(std::uint32_t file_id, std::uint32_t from, std::span<const int> lines,
                                     RecordType type) {
  char bytes[k_longest_trail * 5];
  std::size_t n_bytes = 0;
  std::int64_t before = from;
  for (int line : lines.first(std::min(lines.size(), k_longest_trail))) {
    const std::int64_t difference = line - before;
    auto zigzag = static_cast<std::uint64_t>(difference < 0 ? -2 * difference - 1 : 2 * difference);
    for (; zigzag > 127; zigzag >>= 7) bytes[n_bytes++] = static_cast<char>(zigzag | 128);
    bytes[n_bytes++] = static_cast<char>(zigzag);
    before = line;
  }
  const std::size_t size = rounded_up(sizeof(TrailRecord) + n_bytes, k_record_alignment);
  auto at = begin_record(size, type);
  if (!at) return tl::unexpected(at.error());
  auto* record = reinterpret_cast<TrailRecord*>(*at);
  record->file_id = file_id;
  record->from = from;
  std::memcpy(*at + sizeof(TrailRecord), bytes, n_bytes);
  commit_record(size);
  return {};
}

base::Result<void> Writer::add_context(std::string_view name) {
  const std::size_t size = rounded_up(sizeof(ContextRecord) + name.size(), k_record_alignment);
  auto at = begin_record(size, RecordType::context);
  if (!at) return tl::unexpected(at.error());
  reinterpret_cast<ContextRecord*>(*at)->name_size = static_cast<std::uint32_t>(name.size());
  std::copy(name.begin(), name.end(), *at + sizeof(ContextRecord));
  commit_record(size);
  return {};
}

base::Result<std::span<std::uint8_t>> Writer::add_context_log(std::size_t size) {
  const std::size_t whole = rounded_up(sizeof(RecordHeader) + size, k_record_alignment);
  auto at = begin_record(whole, RecordType::context_log);
  if (!at) return tl::unexpected(at.error());
  commit_record(whole);
  return std::span(reinterpret_cast<std::uint8_t*>(*at + sizeof(RecordHeader)), size);
}

void Writer::mark_incomplete(std::string_view reason) {
  if (m_header->incomplete != 0) return;
  std::memcpy(m_header->reason, reason.data(), std::min(reason.size(), sizeof m_header->reason - 1));
  m_header->incomplete = 1;
}

base::Result<char*> Writer::begin_record(std::size_t size, RecordType type) {
  if (m_header->incomplete != 0) return base::fail(base::ErrorKind::io, m_path, "the shard is marked incomplete");
  if (static_cast<std::size_t>(m_end - m_next) < size)
    if (auto grown = grow(size); !grown) return tl::unexpected(grown.error());
  reinterpret_cast<RecordHeader*>(m_next)->type = static_cast<std::uint16_t>(type);
  return m_next;
}

void Writer::commit_record(std::size_t size) {
  auto* record = reinterpret_cast<RecordHeader*>(m_next);
  ++m_counts[record->type];
  std::atomic_ref<std::uint32_t> stored(record->size);
  stored.store(static_cast<std::uint32_t>(size), std::memory_order_release);
  m_next += size;
}

// The file is opened anew, by its path, for no descriptor may be held between growths: a program that closes all it
// does not know (os.closerange) and opens its own file would otherwise have our next chunk in it.
base::Result<void> Writer::grow(std::size_t record_size) {
  m_chunk_size = std::min(m_chunk_size * 2, k_largest_chunk);
  const std::size_t size = rounded_up(std::max(m_chunk_size, sizeof(ChunkHeader) + record_size), k_page);
  base::UniqueFd fd(open(m_path.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW));
  struct stat status {};
  if (fd.get() < 0 || fstat(fd.get(), &status) != 0) {
    auto error = base::fail_errno(m_path);
    mark_incomplete("could not be reopened to grow: " + error.value().what);
    return error;
  }
  if (status.st_ino != m_inode || status.st_dev != m_device) {
    mark_incomplete("was replaced by another file");
    return base::fail(base::ErrorKind::io, m_path, "was replaced by another file");
  }
  char* address = reserve(fd.get(), m_file_size, size) ? map(fd.get(), m_file_size, size) : nullptr;
  if (address == nullptr) {
    auto error = base::fail_errno(m_path);
    mark_incomplete("could not grow: " + error.value().what);
    return error;
  }
  auto* chunk = reinterpret_cast<ChunkHeader*>(address);
  chunk->size = size;
  std::atomic_ref<std::uint32_t>(chunk->magic).store(k_chunk_magic, std::memory_order_release);
  m_next = address + sizeof(ChunkHeader);
  m_end = address + size;
  m_file_size += size;
  return {};
}

}  // namespace covey::shard
