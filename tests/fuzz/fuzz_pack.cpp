#include <covey/analysis/analysis_cache.hpp>
#include <covey/base/file.hpp>
#include <covey/base/hash.hpp>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include "require.hpp"
#include "scratch_directory.hpp"

// A pack of analyses with a hash that is right, or the fuzzer would never come past it: each entry is within the bytes,
// and the pack can be written anew.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace covey;
  constexpr std::size_t k_header = 40, k_entry = 32, k_number_at = 12, k_settings_at = 16;
  std::string bytes(reinterpret_cast<const char*>(data), size);
  if (size < k_header) return 0;
  std::uint32_t n_entries = 0;
  std::memcpy(&n_entries, bytes.data() + k_number_at, sizeof n_entries);
  const auto entries = std::string_view(bytes).substr(k_header, n_entries * k_entry);
  const auto hash = base::hash64(entries);
  std::memcpy(bytes.data() + k_header - sizeof hash, &hash, sizeof hash);
  base::Digest128 settings;
  std::memcpy(settings.bytes.data(), bytes.data() + k_settings_at, settings.bytes.size());

  const analysis::CachePlace place{scratch_directory() + "/packs"};
  const auto path = analysis::AnalysisCache::open(place, settings).path();
  require(base::make_directories(place.directory) && base::write_file_atomic(path, bytes));
  auto cache = analysis::AnalysisCache::open(place, settings);
  for (std::size_t at = 0; at + k_entry <= entries.size(); at += k_entry) {
    analysis::AnalysisCache::Key key;
    std::memcpy(key.source.bytes.data(), entries.data() + at, key.source.bytes.size());
    std::memcpy(&key.python, entries.data() + at + key.source.bytes.size(), sizeof key.python);
    if (auto found = cache.find(key)) require(found->size() <= size);
    cache.use(key);
  }
  cache.add({}, "new");
  cache.save();
  require(analysis::AnalysisCache::open(place, settings).find({}) == "new");
  std::filesystem::remove_all(place.directory);
  return 0;
}
