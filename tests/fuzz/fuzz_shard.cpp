#include <covey/formats/shards.hpp>
#include <covey/shard/reader.hpp>
#include <cstdint>
#include "scratch_file.hpp"

// What is read lies within the bytes, and merging a shard with itself changes nothing.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace covey;
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  auto shard = shard::parse_shard(bytes, "input");
  if (!shard) return 0;
  for (const auto& code : shard->codes) require(code.file_id < shard->files.size());
  for (const auto& trail : shard->trails) require(trail.file_id < shard->files.size() && !trail.lines.empty());
  const ScratchFile file(bytes);
  require(formats::read_shards({file.path()}).measurement ==
          formats::read_shards({file.path(), file.path()}).measurement);
  return 0;
}
