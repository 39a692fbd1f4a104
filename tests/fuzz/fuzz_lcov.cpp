#include <covey/formats/lcov_reader.hpp>
#include <cstdint>
#include "report_check.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace covey::formats;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  is_lcov(bytes);
  check_report(read_lcov(bytes, {"input", "/src"}));
  return 0;
}
