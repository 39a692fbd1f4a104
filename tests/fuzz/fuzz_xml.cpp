#include <covey/formats/xml_reader.hpp>
#include <cstdint>
#include "report_check.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace covey::formats;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  is_cobertura(bytes);
  check_report(read_cobertura(bytes, {"input", "/src"}));
  return 0;
}
