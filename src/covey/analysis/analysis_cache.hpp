// What was found out about sources, kept from one command to the next: docs/data-directory.md.
#pragma once

#include <covey/base/hash.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace covey::analysis {

// Where caches lie and how large they may grow.
struct CachePlace {
  std::string directory;                               // made when something is written; empty: nothing is kept
  std::size_t limit = std::size_t{256} * 1024 * 1024;  // bytes of all packs
};

// The analyses made with the same settings, in one file, the pack. It is read whole and replaced whole, in one step:
// commands that run at once do no harm, the last one wins. A pack that is missing, damaged or of other settings is an
// empty one, and so is one that cannot be written: a cache never fails.
class AnalysisCache {
 public:
  struct Key {
    base::Digest128 source;    // of the file's bytes
    std::uint32_t python = 0;  // PY_VERSION_HEX

    friend bool operator==(const Key&, const Key&) = default;
  };

  AnalysisCache() = default;  // keeps nothing

  // `settings` is the digest of all else that analyses depend on.
  static AnalysisCache open(CachePlace place, const base::Digest128& settings);

  // The bytes kept for the key, valid as long as the cache; nothing where there are none, or they are damaged. Any
  // number of threads may ask.
  std::optional<std::string_view> find(const Key& key) const;

  // Says that what was kept for `key` was of use, or what to keep for it now. Not for threads.
  void use(const Key& key);
  void add(const Key& key, std::string bytes);

  // Writes the pack where anything was added: what was used, then of the rest what was used last, as much as is likely
  // to be of use. Then removes the packs that were used longest ago, until those that are left keep the limit.
  void save() const;

  std::string path() const;  // of the pack

 private:
  struct Hash {
    std::size_t operator()(const Key& key) const { return std::hash<base::Digest128>()(key.source) ^ key.python; }
  };
  struct Entry {
    Key key;
    std::size_t at = 0;  // in the pack's bytes
    std::size_t size = 0;
    std::uint64_t hash = 0;
  };
  struct Added {
    Key key;
    std::string bytes;
  };

  void read_pack();
  std::string_view bytes_of(const Entry& entry) const { return std::string_view(m_bytes).substr(entry.at, entry.size); }

  CachePlace m_place;
  base::Digest128 m_settings;
  std::string m_bytes;
  std::vector<Entry> m_entries;  // those used last first
  std::unordered_map<Key, std::size_t, Hash> m_by_key;
  std::vector<Key> m_used;
  std::vector<Added> m_added;
};

}  // namespace covey::analysis
