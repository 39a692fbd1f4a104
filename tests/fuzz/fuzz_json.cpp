#include <covey/formats/json_reader.hpp>
#include <cstdint>
#include "report_check.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace covey::formats;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  is_coverage_json(bytes);
  is_slipcover_json(bytes);
  check_report(read_coverage_json(bytes, {"input", "/src"}));
  check_report(read_slipcover_json(bytes, {"input", "/src"}));
  return 0;
}
