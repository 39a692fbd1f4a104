#include <doctest/doctest.h>
#include <covey/base/file.hpp>
#include <covey/formats/coverage_data.hpp>
#include <functional>
#include "../base/scratch_directory.hpp"

using namespace covey;
using formats::read_coverage_data;
using formats::write_coverage_data;
using model::ArcSet;
using model::LineSet;
using model::MeasuredFile;
using model::Measurement;

namespace {

const formats::CoverageDataOptions k_options{"1.2", {{"when", "today"}}};

MeasuredFile lines_file(const LineSet& ran) {
  MeasuredFile file;
  file.ran = ran;
  file.executed = !ran.empty();
  return file;
}

MeasuredFile arcs_file(const ArcSet& arcs, const LineSet& ran) {
  auto file = lines_file(ran);
  file.arcs = arcs;
  return file;
}

Measurement lines_only() {
  Measurement lines;
  lines.modes = model::k_measured_lines;
  lines.files["/src/a.py"] = lines_file({1, 2, 7, 8, 15, 16, 4000});
  lines.files["/src/caf\u00e9 '1'?#%.py"] = lines_file({3});
  lines.files["/src/never.py"] = lines_file({});
  lines.files["/src/page.html"] = lines_file({9});
  lines.files["/src/page.html"].tracer = "a_plugin.Plugin";
  return lines;
}

Measurement branches_in_contexts() {
  Measurement branches;
  branches.modes = model::k_measured_branches;
  auto& a = branches.files["/src/a.py"] = arcs_file({{-1, 1}, {1, 2}, {2, -1}, {2, 3}, {3, -1}}, {1, 2, 3});
  a.contexts[""] = {{1, 2}, {{-1, 1}, {1, 2}, {2, -1}}};
  a.contexts["test_a|run"] = {{1, 2, 3}, {{-1, 1}, {1, 2}, {2, 3}, {3, -1}}};
  branches.files["/src/b.py"] = arcs_file({{-1, 1}, {1, -1}}, {1});
  branches.files["/src/b.py"].contexts["test_b"] = {{1}, {{-1, 1}, {1, -1}}};
  return branches;
}

}  // namespace

TEST_CASE("what is written is read back") {
  ScratchDirectory directory;
  const auto path = directory / ".cov%20 é?#age";
  for (const auto& measurement : {lines_only(), branches_in_contexts(), Measurement()}) {
    REQUIRE(write_coverage_data(measurement, path, k_options));
    auto read = read_coverage_data(path);
    REQUIRE_MESSAGE(read, read.error().message());
    CHECK(*read == measurement);
  }
}

TEST_CASE("data of both kinds is not written") {
  ScratchDirectory directory;
  auto mixed = lines_only();
  mixed |= branches_in_contexts();
  auto written = write_coverage_data(mixed, directory / ".coverage", k_options);
  REQUIRE(!written);
  CHECK(written.error().message() == "Can't add line measurements to existing branch data");
}

TEST_CASE("damage at any byte is an error or a reading, and no cut is a reading of all") {
  ScratchDirectory directory;
  const auto path = directory / ".coverage";
  for (const auto& measurement : {lines_only(), branches_in_contexts()}) {
    REQUIRE(write_coverage_data(measurement, path, k_options));
    const auto bytes = base::read_file(path).value();
    for (std::size_t size : {0, 1, 15, 16, 100, 1000, 4096, 20000}) {
      REQUIRE(base::write_file_atomic(path, bytes.substr(0, size)));
      CHECK(!read_coverage_data(path));
    }
    for (std::size_t at = 0; at < bytes.size(); at += 397) {
      auto damaged = bytes;
      damaged[at] = static_cast<char>(damaged[at] ^ 0x5A);
      REQUIRE(base::write_file_atomic(path, damaged));
      auto read = read_coverage_data(path);
      if (!read) CHECK(read.error().message().find(path) != std::string::npos);
    }
  }
}

TEST_CASE("what is no data file is refused in coverage.py's words") {
  ScratchDirectory directory;
  const auto path = directory / "data";
  struct Row {
    std::string bytes;
    std::string what;
    base::ErrorKind kind;
  };
  const std::vector<Row> rows = {
      {"no database at all, of some length: " + std::string(200, 'x'),
       "Couldn't use data file '" + path + "': file is not a database: (SQLITE_NOTADB)", base::ErrorKind::format},
      {"",
       "Data file '" + path + "' isn't a coverage data file: Couldn't use data file '" + path +
           "': no such table: coverage_schema: (SQLITE_ERROR)",
       base::ErrorKind::no_data},
  };
  for (const auto& row : rows) {
    REQUIRE(base::write_file_atomic(path, row.bytes));
    auto read = read_coverage_data(path);
    REQUIRE(!read);
    CHECK(read.error().message() == row.what);
    CHECK(read.error().kind == row.kind);
  }
  auto missing = read_coverage_data(directory / "none");
  REQUIRE(!missing);
  CHECK(missing.error().message() == "Couldn't use data file '" + (directory / "none") + "': it doesn't exist");
}
