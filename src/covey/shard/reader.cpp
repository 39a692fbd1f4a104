#include <algorithm>
#include <covey/base/file.hpp>
#include <covey/shard/layout.hpp>
#include <covey/shard/reader.hpp>
#include <cstring>

namespace covey::shard {

namespace {

// Walks the entries of a context log.
class LogCursor {
 public:
  LogCursor(const Shard& shard, std::span<const std::uint8_t> log) : m_shard(shard), m_log(log) {}

  // Whether there is one more event. After false, damage() says whether the log was at its end.
  bool next(ContextEvent& event) {
    while (true) {
      const auto before = m_at;
      std::uint64_t value = 0;
      if (!take(value)) return false;
      bool happened = false;
      if (const char* what = enter(value, event, happened); what != nullptr) {
        m_damage = what;
        m_at = before;
        return false;
      }
      if (happened) return true;
    }
  }

  std::string_view damage() const { return m_damage; }
  std::size_t read() const { return m_at; }  // bytes

 private:
  // The next number; false at the end, and where the number does not end.
  bool take(std::uint64_t& value) {
    for (std::size_t i = 0; m_at + i < m_log.size() && i < 8; ++i) {
      const auto byte = m_log[m_at + i];
      if (i == 0 && byte == 0) return false;
      value |= std::uint64_t{byte & 127U} << (7 * i);
      if (byte > 127) continue;
      m_at += i + 1;
      return true;
    }
    if (m_at < m_log.size()) m_damage = "unended number in a context log";
    return false;
  }

  // What is wrong with the entry, or nullptr.
  const char* enter(std::uint64_t value, ContextEvent& event, bool& happened) {
    const auto payload = value >> k_log_kind_bits;
    switch (static_cast<LogEntry>(value & ((1U << k_log_kind_bits) - 1))) {
      case LogEntry::context:
        if (payload >= m_shard.contexts.size()) return "unknown context in a context log";
        m_context = static_cast<std::int64_t>(payload);
        return nullptr;
      case LogEntry::code:
        if (payload >= m_shard.codes.size()) return "unknown code in a context log";
        m_code = static_cast<std::int64_t>(payload);
        m_line = m_shard.codes[payload].first_line;
        return nullptr;
      case LogEntry::ran:
        happened = true;
        return point(payload, k_line_ran, event);
      case LogEntry::after:
        happened = true;
        return point(payload / k_after_bits,
                     static_cast<std::uint8_t>(k_line_ran | k_line_after << (payload % k_after_bits)), event);
      case LogEntry::returned:
        happened = true;
        return point(payload, k_line_returned, event);
      case LogEntry::trail:
        if (m_context < 0 || payload >= m_shard.context_trails.size()) return "unknown trail in a context log";
        event = {static_cast<std::uint32_t>(m_context), static_cast<std::uint32_t>(payload), 0, 0};
        happened = true;
        return nullptr;
    }
    return "unknown entry in a context log";
  }

  const char* point(std::uint64_t zigzag, std::uint8_t bits, ContextEvent& event) {
    const auto half = static_cast<std::int64_t>(zigzag / 2);
    m_line += (zigzag & 1) != 0 ? -half - 1 : half;
    if (m_context < 0 || m_code < 0) return "a line of no code in a context log";
    const auto& code = m_shard.codes[static_cast<std::size_t>(m_code)];
    if (m_line < code.first_line || m_line >= code.first_line + static_cast<std::int64_t>(code.points.size()))
      return "a line outside its code in a context log";
    event = {static_cast<std::uint32_t>(m_context), static_cast<std::uint32_t>(m_code), static_cast<int>(m_line), bits};
    return nullptr;
  }

  const Shard& m_shard;
  std::span<const std::uint8_t> m_log;
  std::size_t m_at = 0;
  std::int64_t m_context = -1;
  std::int64_t m_code = -1;
  std::int64_t m_line = 0;
  std::string_view m_damage;
};

// Walks chunks and records. Each step checks its lengths against what is left, so a lying length is an error, not a
// read elsewhere.
class Parser {
 public:
  Parser(Shard& shard, std::size_t start) : m_shard(shard), m_bytes(shard.bytes), m_at(start) {}

  void parse() {
    // The first chunk comes with the header, in one piece.
    if (m_at >= m_bytes.size()) damaged(m_bytes.size(), "truncated");
    while (!m_shard.damage && m_at < m_bytes.size()) parse_chunk();
    // A log's entries are younger than the record they stand in, and may tell of records behind it.
    for (auto& log : m_shard.context_logs) check_log(log);
  }

 private:
  template <class T>
  T read_at(std::size_t at) const {  // the caller has checked the bounds
    T value;
    std::memcpy(&value, m_bytes.data() + at, sizeof value);
    return value;
  }

  void damaged(std::size_t at, const std::string& what) {
    m_shard.damage = base::Error{base::ErrorKind::format, m_shard.path, what + " at byte " + std::to_string(at)};
  }

  void parse_chunk() {
    const std::size_t left = m_bytes.size() - m_at;
    if (left < sizeof(ChunkHeader)) return damaged(m_at, "truncated");
    auto chunk = read_at<ChunkHeader>(m_at);
    // A process that died between reserving a chunk and naming it leaves zeros to the end: nothing was stored there.
    if (chunk.magic == 0) return check_unused_tail();
    if (chunk.magic != k_chunk_magic) return damaged(m_at, "no chunk");
    if (chunk.size < sizeof(ChunkHeader)) return damaged(m_at, "impossible chunk size");
    if (chunk.size > left) return damaged(m_bytes.size(), "truncated");
    const std::size_t end = m_at + chunk.size;
    std::size_t at = m_at + sizeof(ChunkHeader);
    while (!m_shard.damage && end - at >= sizeof(RecordHeader)) {
      auto record = read_at<RecordHeader>(at);
      if (record.size == 0) break;
      if (record.size < sizeof(RecordHeader) || record.size > end - at || record.size % k_record_alignment != 0)
        return damaged(at, "impossible record size");
      parse_record(at, record);
      at += record.size;
    }
    m_at = end;
  }

  void check_unused_tail() {
    auto rest = std::string_view(m_bytes).substr(m_at);
    if (rest.find_first_not_of('\0') != std::string_view::npos) return damaged(m_at, "no chunk");
    m_at = m_bytes.size();
  }

  void parse_record(std::size_t at, const RecordHeader& record) {
    switch (static_cast<RecordType>(record.type)) {
      case RecordType::process:
        return parse_process(at, record.size);
      case RecordType::file:
        return parse_file(at, record.size);
      case RecordType::code:
        return parse_code(at, record.size);
      case RecordType::trail:
      case RecordType::implied_trail:
      case RecordType::context_trail:
        return parse_trail(at, record.size);
      case RecordType::context:
        return parse_context(at, record.size);
      case RecordType::context_log:
        m_shard.context_logs.emplace_back(
            reinterpret_cast<const std::uint8_t*>(m_bytes.data()) + at + sizeof(RecordHeader),
            record.size - sizeof(RecordHeader));
        return;
    }
    // A later Covey's type: not ours to understand.
  }

  void parse_process(std::size_t at, std::size_t size) {
    if (size < sizeof(ProcessRecord)) return damaged(at, "short process record");
    auto record = read_at<ProcessRecord>(at);
    if (record.text_size > size - sizeof record) return damaged(at, "impossible length in a process record");
    auto text = std::string_view(m_bytes).substr(at + sizeof record, record.text_size);
    while (!text.empty()) {
      auto key_end = text.find('\0');
      auto value_end = key_end == text.npos ? text.npos : text.find('\0', key_end + 1);
      if (value_end == text.npos) return damaged(at, "unended text in a process record");
      m_shard.process.emplace_back(text.substr(0, key_end), text.substr(key_end + 1, value_end - key_end - 1));
      text.remove_prefix(value_end + 1);
    }
  }

  void parse_file(std::size_t at, std::size_t size) {
    if (size < sizeof(FileRecord)) return damaged(at, "short file record");
    auto record = read_at<FileRecord>(at);
    const std::size_t text = size - sizeof record;
    if (record.path_size > text || record.module_size > text - record.path_size)
      return damaged(at, "impossible length in a file record");
    if (record.file_id != m_shard.files.size()) return damaged(at, "file record out of order");
    ReadFile file;
    file.path = std::string_view(m_bytes).substr(at + sizeof record, record.path_size);
    file.module = std::string_view(m_bytes).substr(at + sizeof record + record.path_size, record.module_size);
    if (file.path.empty() || file.path.find('\0') != file.path.npos) return damaged(at, "impossible path");
    file.flags = record.flags;
    std::memcpy(file.digest.bytes.data(), record.digest, sizeof record.digest);
    m_shard.files.push_back(file);
  }

  void parse_code(std::size_t at, std::size_t size) {
    if (size < sizeof(CodeRecord)) return damaged(at, "short code record");
    auto record = read_at<CodeRecord>(at);
    if (record.n_points > size - sizeof record) return damaged(at, "impossible length in a code record");
    if (record.file_id >= m_shard.files.size()) return damaged(at, "code record of an unknown file");
    if (record.first_line == 0 || record.first_line > k_largest_line || record.n_points > k_largest_line)
      return damaged(at, "impossible line in a code record");
    auto points =
        std::span(reinterpret_cast<const std::uint8_t*>(m_bytes.data()) + at + sizeof record, record.n_points);
    if (record.def_line < 0 || record.def_line > static_cast<std::int32_t>(k_largest_line))
      return damaged(at, "impossible line in a code record");
    if (record.def_line == 0 && std::any_of(points.begin(), points.end(), [](auto point) { return point > 1; }))
      return damaged(at, "a point that is neither 0 nor 1 in a code record");
    m_shard.codes.push_back({record.file_id, static_cast<int>(record.first_line), points, record.def_line});
  }

  void parse_trail(std::size_t at, std::size_t size) {
    if (size < sizeof(TrailRecord)) return damaged(at, "short trail record");
    auto record = read_at<TrailRecord>(at);
    if (record.file_id >= m_shard.files.size()) return damaged(at, "trail record of an unknown file");
    ReadTrail trail{record.file_id, static_cast<int>(record.from), {}, false};
    trail.implied = static_cast<RecordType>(record.header.type) == RecordType::implied_trail;
    auto bytes = std::string_view(m_bytes).substr(at + sizeof record, size - sizeof record);
    std::int64_t line = record.from;
    while (!bytes.empty() && bytes[0] != '\0') {
      std::int64_t difference = 0;
      if (!take_difference(bytes, difference)) return damaged(at, "unended number in a trail record");
      line += difference;
      const bool possible = line != 0 && line <= k_largest_line && line >= -static_cast<std::int64_t>(k_largest_line);
      if (!possible) return damaged(at, "impossible line in a trail record");
      trail.lines.push_back(static_cast<int>(line));
    }
    if (record.from == 0 || record.from > k_largest_line || trail.lines.empty())
      return damaged(at, "impossible line in a trail record");
    const bool in_contexts = static_cast<RecordType>(record.header.type) == RecordType::context_trail;
    (in_contexts ? m_shard.context_trails : m_shard.trails).push_back(std::move(trail));
  }

  void parse_context(std::size_t at, std::size_t size) {
    if (size < sizeof(ContextRecord)) return damaged(at, "short context record");
    auto record = read_at<ContextRecord>(at);
    if (record.name_size > size - sizeof record) return damaged(at, "impossible length in a context record");
    m_shard.contexts.push_back(std::string_view(m_bytes).substr(at + sizeof record, record.name_size));
  }

  // Leaves of the log what can be read.
  void check_log(std::span<const std::uint8_t>& log) {
    LogCursor cursor(m_shard, log);
    ContextEvent event;
    while (cursor.next(event)) continue;
    if (!cursor.damage().empty() && !m_shard.damage)
      damaged(static_cast<std::size_t>(reinterpret_cast<const char*>(log.data()) - m_bytes.data()) + cursor.read(),
              std::string(cursor.damage()));
    log = log.first(cursor.read());
  }

  // The next number off the front of `bytes`; false where it does not end within 5 bytes.
  static bool take_difference(std::string_view& bytes, std::int64_t& difference) {
    std::uint64_t zigzag = 0;
    for (unsigned i = 0; i < 5 && i < bytes.size(); ++i) {
      const auto byte = static_cast<unsigned char>(bytes[i]);
      zigzag |= static_cast<std::uint64_t>(byte & 127) << (7 * i);
      if (byte > 127) continue;
      bytes.remove_prefix(i + 1);
      difference =
          (zigzag & 1) != 0 ? -static_cast<std::int64_t>(zigzag / 2) - 1 : static_cast<std::int64_t>(zigzag / 2);
      return true;
    }
    return false;
  }

  Shard& m_shard;
  const std::string& m_bytes;
  std::size_t m_at;
};

}  // namespace

std::string_view Shard::fact(std::string_view key) const {
  for (const auto& [name, value] : process)
    if (name == key) return value;
  return {};
}

void for_each_context_event(const Shard& shard, const std::function<void(const ContextEvent&)>& visit) {
  for (const auto& log : shard.context_logs) {
    LogCursor cursor(shard, log);
    ContextEvent event;
    while (cursor.next(event)) visit(event);
  }
}

base::Result<Shard> parse_shard(std::string bytes, const std::string& path) {
  auto refuse = [&](const std::string& what) { return base::fail(base::ErrorKind::format, path, what); };
  Header header{};
  if (bytes.size() < sizeof header) return refuse("not a shard: only " + std::to_string(bytes.size()) + " bytes");
  std::memcpy(&header, bytes.data(), sizeof header);
  if (std::memcmp(header.magic, k_magic, sizeof k_magic) != 0) return refuse("not a shard");
  if (header.version == 0 || header.version > k_version)
    return refuse("shard version " + std::to_string(header.version) + ", this covey reads version " +
                  std::to_string(k_version));
  if (header.header_size < sizeof header || header.header_size > bytes.size())
    return refuse("impossible header size " + std::to_string(header.header_size));

  Shard shard;
  shard.bytes = std::move(bytes);
  shard.path = path;
  auto text = std::string_view(shard.bytes);
  shard.run_id = text.substr(offsetof(Header, run_id), sizeof header.run_id);
  shard.started_ns = header.started_ns;
  shard.pid = header.pid;
  shard.python = header.python;
  if (header.incomplete != 0) {
    auto reason = text.substr(offsetof(Header, reason), sizeof header.reason);
    reason = reason.substr(0, reason.find('\0'));
    shard.incomplete = reason.empty() ? "no reason given" : reason;
  }
  Parser(shard, header.header_size).parse();
  return shard;
}

base::Result<Shard> read_shard(const std::string& path) {
  return base::read_file(path).and_then([&](std::string bytes) { return parse_shard(std::move(bytes), path); });
}

}  // namespace covey::shard
