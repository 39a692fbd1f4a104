// PACK    magic, u32 version, u32 number of entries, digest of the settings, u64 hash of all ENTRYs; ENTRY…; bytes of
// each ENTRY   digest of the source, u32 python, u32 size of its bytes, u64 hash of them
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <algorithm>
#include <covey/analysis/analysis_cache.hpp>
#include <covey/base/cursor.hpp>
#include <covey/base/file.hpp>
#include <ctime>
#include <unordered_set>

namespace covey::analysis {

namespace {

constexpr std::string_view k_magic = "COVEYPCK";
constexpr std::uint32_t k_version = 1;
constexpr std::size_t k_entry_size = 32;
constexpr std::string_view k_extension = ".pack";
constexpr std::time_t k_day = 24 * 60 * 60;

// What was not of use this time is kept up to this, or several times what was: of a project's analyses, many are not
// asked for by a report on a few of its files.
constexpr std::size_t k_unused_at_least = std::size_t{4} * 1024 * 1024;
constexpr std::size_t k_unused_times = 4;

template <class T>
void put(std::string& out, T value) {
  out.append(reinterpret_cast<const char*>(&value), sizeof value);
}

void put(std::string& out, const base::Digest128& digest) {
  out.append(reinterpret_cast<const char*>(digest.bytes.data()), digest.bytes.size());
}

base::Digest128 get_digest(base::Cursor& cursor) {
  base::Digest128 digest;
  const auto bytes = cursor.string(digest.bytes.size());
  std::copy(bytes.begin(), bytes.end(), digest.bytes.begin());
  return digest;
}

// A pack that is to be written.
class NewPack {
 public:
  explicit NewPack(std::size_t limit) : m_limit(limit) {}

  // False where it would grow over `limit` bytes, or has the key.
  bool add(const AnalysisCache::Key& key, std::string_view bytes) {
    if (m_bytes.size() + bytes.size() + (m_n_entries + 1) * k_entry_size > m_limit) return false;
    std::string name;
    put(name, key.source);
    put(name, key.python);
    if (!m_known.insert(name).second) return false;
    m_entries += name;
    put(m_entries, static_cast<std::uint32_t>(bytes.size()));
    put(m_entries, base::hash64(bytes));
    m_bytes += bytes;
    ++m_n_entries;
    return true;
  }

  std::size_t size() const { return m_bytes.size() + m_entries.size(); }
  void set_limit(std::size_t limit) { m_limit = limit; }

  std::string text(const base::Digest128& settings) const {
    std::string out(k_magic);
    put(out, k_version);
    put(out, static_cast<std::uint32_t>(m_n_entries));
    put(out, settings);
    put(out, base::hash64(m_entries));
    return out + m_entries + m_bytes;
  }

 private:
  std::size_t m_limit;
  std::size_t m_n_entries = 0;
  std::string m_entries;
  std::string m_bytes;
  std::unordered_set<std::string> m_known;
};

struct PackFile {
  std::string path;
  std::size_t size = 0;
  std::time_t used = 0;
};

std::vector<PackFile> packs_in(const std::string& directory) {
  std::vector<PackFile> packs;
  for (const auto& name : base::names_in(directory)) {
    struct stat status {};
    auto path = directory + "/" + name;
    if (name.ends_with(k_extension) && ::stat(path.c_str(), &status) == 0)
      packs.push_back({std::move(path), static_cast<std::size_t>(status.st_size), status.st_mtime});
  }
  return packs;
}

void keep_limit(const CachePlace& place, const std::string& own) {
  auto packs = packs_in(place.directory);
  std::size_t size = 0;
  for (const auto& pack : packs) size += pack.size;
  std::sort(packs.begin(), packs.end(), [](const auto& a, const auto& b) { return a.used < b.used; });
  for (const auto& pack : packs) {
    if (size <= place.limit) break;
    if (pack.path == own || ::unlink(pack.path.c_str()) != 0) continue;
    size -= pack.size;
  }
}

// Says that the pack is in use, to keep_limit.
void touch(const std::string& path) {
  struct stat status {};
  const bool is_old = ::stat(path.c_str(), &status) == 0 && std::time(nullptr) - status.st_mtime > k_day;
  if (is_old) ::utimensat(AT_FDCWD, path.c_str(), nullptr, 0);
}

}  // namespace

AnalysisCache AnalysisCache::open(CachePlace place, const base::Digest128& settings) {
  AnalysisCache cache;
  cache.m_place = std::move(place);
  cache.m_settings = settings;
  if (!cache.m_place.directory.empty()) cache.read_pack();
  return cache;
}

std::string AnalysisCache::path() const {
  return m_place.directory + "/" + m_settings.hex() + std::string(k_extension);
}

void AnalysisCache::read_pack() {
  auto bytes = base::read_file(path(), m_place.limit);
  if (!bytes) return;
  base::Cursor cursor(*bytes);
  if (cursor.string(k_magic.size()) != k_magic || cursor.read<std::uint32_t>() != k_version) return;
  const std::size_t n_entries = cursor.read<std::uint32_t>();
  if (get_digest(cursor) != m_settings) return;
  const auto hash = cursor.read<std::uint64_t>();
  const auto start = cursor.position();
  const auto entries = cursor.string(n_entries * k_entry_size);
  if (cursor.failed() || base::hash64(entries) != hash) return;
  auto at = start + entries.size();
  cursor.skip_to(start);
  for (std::size_t i = 0; i < n_entries; ++i) {
    Entry entry;
    entry.key.source = get_digest(cursor);
    entry.key.python = cursor.read<std::uint32_t>();
    entry.size = cursor.read<std::uint32_t>();
    entry.hash = cursor.read<std::uint64_t>();
    entry.at = at;
    at += entry.size;
    if (at > bytes->size()) break;
    m_by_key.emplace(entry.key, m_entries.size());
    m_entries.push_back(entry);
  }
  m_bytes = std::move(*bytes);
}

std::optional<std::string_view> AnalysisCache::find(const Key& key) const {
  const auto found = m_by_key.find(key);
  if (found == m_by_key.end()) return std::nullopt;
  const auto& entry = m_entries[found->second];
  const auto bytes = bytes_of(entry);
  if (base::hash64(bytes) != entry.hash) return std::nullopt;
  return bytes;
}

void AnalysisCache::use(const Key& key) { m_used.push_back(key); }

void AnalysisCache::add(const Key& key, std::string bytes) {
  if (!m_place.directory.empty()) m_added.push_back({key, std::move(bytes)});
}

void AnalysisCache::save() const {
  if (m_place.directory.empty()) return;
  if (m_added.empty()) return touch(path());
  NewPack pack(m_place.limit / 2);
  for (const auto& added : m_added) pack.add(added.key, added.bytes);
  for (const auto& key : m_used)
    if (auto bytes = find(key)) pack.add(key, *bytes);
  pack.set_limit(std::min(m_place.limit / 2, pack.size() + std::max(k_unused_at_least, k_unused_times * pack.size())));
  // As it is by now: another command may have written it meanwhile.
  const auto now = open(m_place, m_settings);
  for (const auto& entry : now.m_entries)
    if (auto bytes = now.find(entry.key)) pack.add(entry.key, *bytes);
  if (!base::make_directories(m_place.directory)) return;
  if (base::write_file_atomic(path(), pack.text(m_settings))) keep_limit(m_place, path());
}

}  // namespace covey::analysis
