// Everything that reports need of a source and that no run changes, as one value that can be kept.
#pragma once

#include <covey/base/result.hpp>
#include <covey/model/coverage.hpp>
#include <covey/model/line_set.hpp>
#include <covey/source/arcs.hpp>
#include <covey/source/multiline.hpp>
#include <covey/source/patterns.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace covey::source {

struct SourceAnalysis {
  model::LineSet statements;
  model::LineSet excluded;
  MultilineMap multiline;
  std::vector<model::Region> regions;
  int n_lines = 0;                   // as Python's str.splitlines counts them
  std::optional<Branches> branches;  // nothing where lines alone are of interest
  model::LineSet no_branch;          // lines whose branches are never missing
};

struct AnalysisPatterns {
  Patterns exclude;                 // lines that do not count
  std::optional<Patterns> partial;  // lines whose branches are never missing; nothing where lines alone are of interest
};

// Analyses `text`, as source::decode gives it. `raw`: the lines that the interpreter's tables name. Fails as parse()
// and Patterns::matching_lines do.
base::Result<SourceAnalysis> analyse_source(std::string_view text, const model::LineSet& raw,
                                            const AnalysisPatterns& patterns);

// The analysis as bytes, for this version of Covey to read again on this machine.
std::string serialize(const SourceAnalysis& analysis);

// What serialize() wrote; nothing where these are other bytes. Whatever they hold, reading them is safe, and so is what
// comes of it.
std::optional<SourceAnalysis> parse_source_analysis(std::string_view bytes);

}  // namespace covey::source
