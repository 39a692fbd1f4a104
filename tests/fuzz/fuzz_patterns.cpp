#include <covey/base/glob.hpp>
#include <covey/source/patterns.hpp>
#include <cstdint>
#include "require.hpp"

// The first line is a regular expression and a glob, the rest is what they are tried on.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace covey;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto end = bytes.find('\n');
  if (end == bytes.npos) return 0;
  const std::string pattern(bytes.substr(0, end));
  const std::string text(bytes.substr(end + 1));
  auto expression = source::Patterns::compile({pattern});
  require(expression || !expression.error().what.empty());
  if (expression) {
    auto lines = expression->matching_lines(text);
    require(!lines || lines->max() <= static_cast<int>(text.size()) + 1);
  }
  if (auto glob = base::GlobSet::compile({pattern})) glob->matches(text);
  return 0;
}
