#include <covey/forge/git.hpp>
#include <covey/launch/project.hpp>
#include <covey/runs/session.hpp>
#include <covey/shard/settings.hpp>
#include <cstdint>
#include "scratch_file.hpp"

// The small files that a run leaves or finds: its settings, its session record, git's configuration.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace covey;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (auto settings = shard::parse_settings(bytes, "input")) {
    auto again = shard::parse_settings(shard::serialize(*settings), "again");
    require(again && shard::serialize(*again) == shard::serialize(*settings));
  }
  forge::repository_name(forge::origin_url(bytes));
  launch::covey_settings(bytes, "input");
  const ScratchFile file(bytes);
  if (auto session = runs::read_session(file.path())) require(runs::write_session(file.path(), *session).has_value());
  return 0;
}
