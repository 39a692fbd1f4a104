#include <covey/formats/shards.hpp>
#include <covey/shard/union.hpp>
#include <cstdint>
#include <filesystem>
#include "scratch_directory.hpp"
#include "scratch_file.hpp"

// A shard united with itself, and written: what is read again is what the shard said, as far as it can be read.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace covey;
  const ScratchFile file({reinterpret_cast<const char*>(data), size});
  const auto united = shard::unite_shards({file.path(), file.path()}, 1);
  if (united.data.empty()) return 0;
  const auto to = scratch_directory() + "/united";
  auto written =
      united.data.write({to, "0123456789abcdef", {{"job", "combined"}}}, [](const auto& path) { return path; });
  if (written) {
    std::vector<std::string> paths;
    for (const auto& entry : std::filesystem::directory_iterator(to)) paths.push_back(entry.path().string());
    const auto again = formats::read_shards(paths);
    require(again.damaged.empty());
    require(again.measurement.files.size() == formats::read_shards({file.path()}).measurement.files.size());
  }
  std::filesystem::remove_all(to);
  return 0;
}
