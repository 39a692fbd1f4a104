#include <covey/source/source_analysis.hpp>
#include <cstdint>
#include "require.hpp"

// An analysis as a cache keeps it: what is read can be used, and is written as it was.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace covey;
  auto analysis = source::parse_source_analysis({reinterpret_cast<const char*>(data), size});
  if (!analysis) return 0;
  const auto bytes = source::serialize(*analysis);
  auto again = source::parse_source_analysis(bytes);
  require(again && source::serialize(*again) == bytes);
  analysis->multiline.first_lines(analysis->statements);
  if (!analysis->branches) return 0;
  for (const auto& arc : analysis->branches->possible()) {
    analysis->branches->description(arc);
    analysis->branches->missing_description(arc);
  }
  model::FileCoverage coverage = model::FileCoverage::of(analysis->statements, analysis->excluded, {});
  coverage.set_branches(analysis->branches->possible(), {}, analysis->no_branch);
  return 0;
}
