#include <time.h>
#include <unistd.h>
#include <algorithm>
#include <atomic>
#include <covey/base/file.hpp>
#include <covey/base/kept_errno.hpp>
#include <covey/shard/losses.hpp>
#include <covey/shard/writer.hpp>
#include <cstring>

namespace covey::shard {

namespace {

constexpr std::size_t k_page = 4096;

std::size_t rounded_up(std::size_t size, std::size_t unit) { return (size + unit - 1) / unit * unit; }

std::uint64_t now_ns() {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000 + static_cast<std::uint64_t>(now.tv_nsec);
}

}  // namespace

base::Result<std::unique_ptr<Writer>> Writer::create(const ShardStart& start) {
  base::KeptErrno kept;
  if (auto made = base::make_directories(start.directory); !made) return tl::unexpected(made.error());
  auto storage = Storage::create(start.directory + "/" + base::random_hex(16) + ".shard");
  if (!storage) return tl::unexpected(storage.error());
  std::unique_ptr<Writer> writer(new Writer);
  writer->m_storage = std::move(*storage);
  if (auto begun = writer->add_start(start); !begun) {
    ::unlink(writer->path().c_str());
    return tl::unexpected(begun.error());
  }
  writer->m_losses = start.losses;
  return writer;
}

base::Result<void> Writer::add_start(const ShardStart& start) {
  constexpr std::size_t k_size = k_header_size + k_first_chunk;
  auto memory = m_storage->grow(k_size, k_size);
  if (!memory) return tl::unexpected(memory.error());
  m_header = reinterpret_cast<Header*>(memory->data());
  m_header->version = k_version;
  m_header->header_size = k_header_size;
  m_header->started_ns = now_ns();
  m_header->pid = static_cast<std::uint32_t>(getpid());
  m_header->parent_pid = static_cast<std::uint32_t>(getppid());
  m_header->python = start.python;
  std::memcpy(m_header->run_id, start.run_id.data(), std::min(start.run_id.size(), sizeof m_header->run_id));
  auto* chunk = reinterpret_cast<ChunkHeader*>(memory->data() + k_header_size);
  chunk->size = k_first_chunk;
  chunk->magic = k_chunk_magic;
  m_next = memory->data() + k_header_size + sizeof(ChunkHeader);
  m_end = memory->data() + k_size;
  std::memcpy(m_header->magic, k_magic, sizeof k_magic);
  if (auto kept = m_storage->write(m_header, k_header_size + sizeof(ChunkHeader)); !kept) return kept;

  std::string text;
  for (const auto& [key, value] : start.process) {
    text.append(key.c_str(), key.size() + 1);
    text.append(value.c_str(), std::strlen(value.c_str()) + 1);
  }
  const std::size_t size = rounded_up(sizeof(ProcessRecord) + text.size(), k_record_alignment);
  auto at = begin_record(size, RecordType::process);
  if (!at) return tl::unexpected(at.error());
  reinterpret_cast<ProcessRecord*>(*at)->text_size = static_cast<std::uint32_t>(text.size());
  std::memcpy(*at + sizeof(ProcessRecord), text.data(), text.size());
  commit_record(size);
  if (!m_accepts) return base::fail(base::ErrorKind::io, path(), std::string(m_header->reason));
  return {};
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

void Writer::keep(const void* at, std::size_t size) noexcept {
  try {
    if (auto written = m_storage->write(at, size); !written) {
      stop();
      mark_incomplete("could not be written to: " + written.error().what);
    }
  } catch (...) {
    mark_incomplete("out of memory");
  }
}

void Writer::keep_point(const std::uint8_t* point, bool is_shared) noexcept {
  if (!is_shared) return keep(point, 1);
  try {
    if (auto written = m_storage->add_bits(point); !written)
      mark_incomplete("could not be written to: " + written.error().what);
  } catch (...) {
    mark_incomplete("out of memory");
  }
}

void Writer::mark_incomplete(std::string_view reason) noexcept {
  if (m_header->incomplete == 0) {
    std::memcpy(m_header->reason, reason.data(), std::min(reason.size(), sizeof m_header->reason - 1));
    m_header->incomplete = 1;
  }
  if (m_is_in_losses) return;
  try {
    // From here to the header's end are the mark and the reason.
    const auto* mark = reinterpret_cast<const char*>(&m_header->incomplete);
    const auto size = static_cast<std::size_t>(reinterpret_cast<const char*>(m_header + 1) - mark);
    if (m_storage->write(mark, size) && m_storage->is_in_place()) return;
    m_is_in_losses = true;
    if (!m_losses.empty()) note_loss(m_losses, path() + ": " + std::string(reason));
  } catch (...) {  // for want of memory only the file itself may know
  }
}

base::Result<char*> Writer::begin_record(std::size_t size, RecordType type) {
  if (!m_accepts) return base::fail(base::ErrorKind::io, path(), "nothing more is added to it");
  if (static_cast<std::size_t>(m_end - m_next) < size)
    if (auto grown = grow(size); !grown) return tl::unexpected(grown.error());
  reinterpret_cast<RecordHeader*>(m_next)->type = static_cast<std::uint16_t>(type);
  return m_next;
}

void Writer::commit_record(std::size_t size) {
  auto* record = reinterpret_cast<RecordHeader*>(m_next);
  ++m_counts[record->type];
  const bool is_mapped = m_storage->is_mapped();
  if (!is_mapped) keep(m_next + sizeof record->size, size - sizeof record->size);
  std::atomic_ref<std::uint32_t> stored(record->size);
  stored.store(static_cast<std::uint32_t>(size), std::memory_order_release);
  if (!is_mapped) keep(&record->size, sizeof record->size);
  m_next += size;
}

base::Result<void> Writer::grow(std::size_t record_size) {
  m_chunk_size = std::min(m_chunk_size * 2, k_largest_chunk);
  const std::size_t needed = rounded_up(sizeof(ChunkHeader) + record_size, k_page);
  auto memory = m_storage->grow(std::max(m_chunk_size, needed), needed);
  if (!memory) {
    stop();
    mark_incomplete("could not grow: " + memory.error().what);
    return tl::unexpected(memory.error());
  }
  auto* chunk = reinterpret_cast<ChunkHeader*>(memory->data());
  chunk->size = memory->size();
  std::atomic_ref<std::uint32_t>(chunk->magic).store(k_chunk_magic, std::memory_order_release);
  keep(chunk, sizeof *chunk);
  m_next = memory->data() + sizeof(ChunkHeader);
  m_end = memory->data() + memory->size();
  return {};
}

}  // namespace covey::shard
