#include <covey/formats/coverage_data.hpp>
#include <cstdint>
#include "scratch_file.hpp"

// What can be read can be written, and says the same when it is read again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace covey;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  formats::is_coverage_data(bytes);
  const ScratchFile file(bytes);
  auto read = formats::read_coverage_data(file.path());
  if (read && formats::write_coverage_data(*read, file.path(), {"1", {}})) {
    auto again = formats::read_coverage_data(file.path());
    require(again && again->files.size() == read->files.size());
  }
  return 0;
}
