#include <covey/collector/code_lines.hpp>
#include <covey/collector/exception_table.hpp>
#include <cstdint>
#include "require.hpp"

// What the collector reads of a code object: any program can make one with other tables. The first byte says how many
// of the next are the line table; the rest is the exception table.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace covey::collector;
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  CodeLines lines;
  lines.read(bytes.substr(0, data[0]), 1);
  int before = 0;
  for (const auto& run : lines.runs()) {
    require(run.end > before && run.line >= 0);
    require(run.line == 0 || (run.line >= lines.least() && run.line <= lines.greatest()));
    require(lines.at(before) == run.line);
    before = run.end;
  }
  require(lines.at(before) == 0 && lines.at(-1) == 0);

  ExceptionTable handlers;
  handlers.read(bytes.substr(std::min(bytes.size(), std::size_t{data[0]})));
  for (int unit = 0; unit < 100; ++unit) {
    require(handlers.handler_of(unit) >= -1);
    require(handlers.handler_before(unit) <= unit);
  }
  return 0;
}
