#include <covey/source/exclusion.hpp>
#include <covey/source/regions.hpp>
#include <covey/source/source_analysis.hpp>
#include <covey/source/structure.hpp>
#include <covey/source/text.hpp>

namespace covey::source {

base::Result<SourceAnalysis> analyse_source(std::string_view text, const model::LineSet& raw,
                                            const AnalysisPatterns& patterns) {
  auto structure = parse(text);
  if (!structure) return tl::unexpected(structure.error());
  auto statements = analyse(text, *structure, raw, patterns.exclude);
  if (!statements) return tl::unexpected(statements.error());
  SourceAnalysis analysis;
  analysis.statements = std::move(statements->statements);
  analysis.excluded = std::move(statements->excluded);
  if (patterns.partial) {
    auto no_branch = no_branch_lines(text, *structure, *patterns.partial);
    if (!no_branch) return tl::unexpected(no_branch.error());
    analysis.no_branch = std::move(*no_branch);
    analysis.branches.emplace(text, *structure, raw);
  }
  analysis.regions = regions(text, *structure);
  analysis.n_lines = count_lines(text);
  analysis.multiline = std::move(structure->multiline);
  return analysis;
}

}  // namespace covey::source
