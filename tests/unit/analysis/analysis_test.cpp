#include <doctest/doctest.h>
#include <covey/analysis/analysis.hpp>
#include <covey/base/file.hpp>
#include <covey/shard/tables.hpp>
#include <covey/source/arcs.hpp>
#include <filesystem>
#include <string>
#include "../base/scratch_directory.hpp"

using namespace covey;
using namespace covey::analysis;

namespace {

constexpr std::uint32_t k_python = 0x030e08f0;

// A project of one file, whose tables name each of its lines.
class Project {
 public:
  explicit Project(const std::string& text) : m_text(text) {
    REQUIRE(base::write_file_atomic(path(), text).has_value());
    std::string lines("\xe8\x00", 2);  // "this line", then "the next one" each
    for (std::size_t at = text.find('\n'); at + 1 < text.size(); at = text.find('\n', at + 1)) lines += "\xe8\x02";
    shard::Tables tables{base::digest128(text), k_python, {{"<module>", 1, lines}}, {}};
    auto file = shard::tables_path(m_folder / "tables", k_python, tables.digest);
    std::filesystem::create_directories(std::filesystem::path(file).parent_path());
    REQUIRE(base::write_file_atomic(file, shard::serialize_tables(tables)).has_value());
  }

  model::FileReport report(const model::ArcSet& arcs, unsigned modes, const source::Patterns& partial = {}) const {
    model::Measurement measurement;
    auto& file = measurement.files[path()];
    file.arcs = arcs;
    for (const auto& arc : arcs) file.ran.insert(arc.to);
    file.python = k_python;
    measurement.modes = modes;
    AnalysisOptions options;
    options.names.cwd = m_folder.path;
    options.tables = m_folder / "tables";
    options.partial_branches = partial;
    AnalysisCache cache;
    auto analysis = analyse(measurement, options, base::Environment{}, cache);
    REQUIRE_MESSAGE(analysis.has_value(), (analysis ? "" : analysis.error().message()));
    return analysis->files.at(0);
  }

 private:
  std::string path() const { return m_folder / "a.py"; }

  ScratchDirectory m_folder;
  std::string m_text;
};

}  // namespace

TEST_CASE("branches, where they were measured, and what can be said of them") {
  const Project project("if a:\n  b\nc\n");
  auto report = project.report({{-1, 1}, {1, 3}, {3, -1}}, model::k_measured_branches);
  CHECK(report.coverage.has_branches);
  CHECK(report.coverage.branches == std::vector<model::BranchLine>{{1, 2, {3}, {2}}});
  CHECK(report.coverage.missing.lines() == std::vector{2});
  REQUIRE(report.descriptions.size() == 2);
  CHECK(report.descriptions[0].arc == model::Arc{1, 2});
  CHECK(report.descriptions[0].action == "jump to line 2");
  CHECK(report.descriptions[0].missing ==
        "line 1 didn't jump to line 2 because the condition on line 1 was never true");
  CHECK(report.descriptions[1].arc == model::Arc{1, 3});
}

TEST_CASE("a line that a partial branch is expected of misses none") {
  const Project project("if a:  # some\n  b\nc\n");
  auto partial = source::compile_partial_branches({"some"}, {}).value();
  auto report = project.report({{1, 3}}, model::k_measured_branches, partial);
  CHECK(report.coverage.branches == std::vector<model::BranchLine>{{1, 2, {3}, {}}});
}

TEST_CASE("lines alone have no branches") {
  auto report = Project("if a:\n  b\nc\n").report({{1, 3}}, model::k_measured_lines);
  CHECK(!report.coverage.has_branches);
  CHECK(report.coverage.branches.empty());
  CHECK(report.descriptions.empty());
}
