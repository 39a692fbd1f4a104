#include <doctest/doctest.h>
#include <covey/analysis/analysis_cache.hpp>
#include <covey/base/file.hpp>
#include <string>
#include <thread>
#include <vector>
#include "../base/scratch_directory.hpp"

using namespace covey;
using namespace covey::analysis;

namespace {

constexpr std::uint32_t k_python = 0x030e08f0;
const auto k_settings = base::digest128("settings");

AnalysisCache::Key key(const std::string& text, std::uint32_t python = k_python) {
  return {base::digest128(text), python};
}

std::string kept(const AnalysisCache& cache, const AnalysisCache::Key& wanted) {
  return std::string(cache.find(wanted).value_or("nothing"));
}

// A pack with one entry.
AnalysisCache saved(const CachePlace& place, const std::string& source, const std::string& bytes) {
  auto cache = AnalysisCache::open(place, k_settings);
  cache.add(key(source), bytes);
  cache.save();
  return cache;
}

std::size_t size_of_packs(const std::string& directory) {
  std::size_t size = 0;
  for (const auto& name : base::names_in(directory)) size += base::file_size(directory + "/" + name).value();
  return size;
}

}  // namespace

TEST_CASE("what is kept is found by source, interpreter and settings, and by nothing else") {
  const ScratchDirectory folder;
  const CachePlace place{folder / "deep/analysis"};
  saved(place, "a", "analysis of a");
  const auto again = AnalysisCache::open(place, k_settings);
  CHECK(kept(again, key("a")) == "analysis of a");
  CHECK(kept(again, key("b")) == "nothing");
  CHECK(kept(again, key("a", k_python + 1)) == "nothing");
  CHECK(kept(AnalysisCache::open(place, base::digest128("other settings")), key("a")) == "nothing");
}

TEST_CASE("without a directory nothing is kept") {
  AnalysisCache cache;
  cache.add(key("a"), "analysis");
  cache.save();
  CHECK(kept(cache, key("a")) == "nothing");
}

TEST_CASE("a directory that cannot be made costs nothing but the cache") {
  const ScratchDirectory folder;
  REQUIRE(base::write_file_atomic(folder / "file", "").has_value());
  saved({folder / "file/analysis"}, "a", "analysis");
  CHECK(kept(AnalysisCache::open({folder / "file/analysis"}, k_settings), key("a")) == "nothing");
}

TEST_CASE("a damaged pack gives nothing wrong, and is whole once it is written again") {
  const ScratchDirectory folder;
  const CachePlace place{folder / "analysis"};
  const auto path = saved(place, "a", "analysis of a").path();
  const auto good = base::read_file(path).value();
  std::vector<std::string> damaged = {"", "COVEYPCK", good + "more", std::string(1000, '\xff')};
  for (std::size_t at = 0; at < good.size(); ++at) {
    damaged.push_back(good.substr(0, at));
    damaged.push_back(good);
    damaged.back()[at] = static_cast<char>(damaged.back()[at] ^ 0x11);
  }
  for (const auto& bytes : damaged) {
    REQUIRE(base::write_file_atomic(path, bytes).has_value());
    const auto found = kept(AnalysisCache::open(place, k_settings), key("a"));
    CHECK((found == "nothing" || found == "analysis of a"));
  }
  saved(place, "a", "analysis of a");
  CHECK(base::read_file(path).value() == good);
}

TEST_CASE("what another command kept meanwhile stays") {
  const ScratchDirectory folder;
  const CachePlace place{folder / "analysis"};
  auto slow = AnalysisCache::open(place, k_settings);
  saved(place, "b", "analysis of b");
  slow.add(key("a"), "analysis of a");
  slow.save();
  const auto both = AnalysisCache::open(place, k_settings);
  CHECK(kept(both, key("a")) == "analysis of a");
  CHECK(kept(both, key("b")) == "analysis of b");
}

TEST_CASE("commands that run at once leave a whole pack") {
  const ScratchDirectory folder;
  const CachePlace place{folder / "analysis"};
  {
    std::vector<std::jthread> commands;
    for (int number = 0; number < 8; ++number)
      commands.emplace_back([&, number] {
        for (int turn = 0; turn < 20; ++turn) {
          const auto source = std::to_string(number);
          auto cache = AnalysisCache::open(place, k_settings);
          const auto found = kept(cache, key(source));
          if (found != "nothing" && found != "analysis of " + source) std::abort();
          cache.add(key(source), "analysis of " + source);
          cache.save();
        }
      });
  }
  CHECK(base::names_in(place.directory).size() == 1);
  const auto after = AnalysisCache::open(place, k_settings);
  bool any = false;
  for (int number = 0; number < 8; ++number) any |= kept(after, key(std::to_string(number))) != "nothing";
  CHECK(any);
}

TEST_CASE("a pack forgets what was of use longest ago") {
  const ScratchDirectory folder;
  const CachePlace place{folder / "analysis", 100'000};
  const std::string large(10'000, 'x');
  for (int number = 0; number < 20; ++number) {
    auto cache = AnalysisCache::open(place, k_settings);
    if (number > 0) cache.use(key("first"));
    cache.add(key(number == 0 ? "first" : std::to_string(number)), large);
    cache.save();
    CHECK(size_of_packs(place.directory) <= place.limit);
  }
  const auto after = AnalysisCache::open(place, k_settings);
  CHECK(kept(after, key("first")) == large);
  CHECK(kept(after, key("19")) == large);
  CHECK(kept(after, key("1")) == "nothing");
}

TEST_CASE("packs that were used longest ago go where all together are too large") {
  const ScratchDirectory folder;
  const CachePlace place{folder / "analysis", 100'000};
  for (int number = 0; number < 30; ++number) {
    auto cache = AnalysisCache::open(place, base::digest128(std::to_string(number)));
    cache.add(key("a"), std::string(10'000, 'x'));
    cache.save();
    CHECK(kept(AnalysisCache::open(place, base::digest128(std::to_string(number))), key("a")) != "nothing");
  }
  CHECK(size_of_packs(place.directory) <= place.limit);
}
