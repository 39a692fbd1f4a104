#include <doctest/doctest.h>
#include <array>
#include <covey/formats/shards.hpp>
#include <covey/shard/writer.hpp>
#include "../base/scratch_directory.hpp"

using namespace covey;

namespace {

constexpr std::uint32_t k_3_13 = 0x030d00f0;
constexpr std::uint32_t k_3_14 = 0x030e08f0;

std::unique_ptr<shard::Writer> new_shard(const ScratchDirectory& scratch, const char* measures,
                                         std::uint32_t python = k_3_14) {
  auto writer = shard::Writer::create({scratch.path, "0123456789abcdef", python, {{"measures", measures}}});
  REQUIRE(writer);
  return std::move(*writer);
}

}  // namespace

TEST_CASE("branches of a shard become arcs and trails") {
  ScratchDirectory scratch;
  auto writer = new_shard(scratch, "branches");
  const auto file = *writer->add_file({"/src/a.py", "a", 0, {}});
  auto* points = *writer->add_code(file, 10, 9, 10);
  points[1] = shard::k_line_ran;
  points[2] = shard::k_line_ran | shard::k_line_after;       // after 11
  points[8] = shard::k_line_ran | shard::k_line_after << 5;  // after 12
  points[5] = shard::k_line_returned;                        // out of 15
  REQUIRE(writer->add_trail(file, 12, std::array{18}));
  REQUIRE(writer->add_trail(file, 12, std::array{13, 14}));
  REQUIRE(writer->add_trail(file, 17, std::array{18}, shard::RecordType::implied_trail));
  REQUIRE(writer->add_trail(file, 17, std::array{14}, shard::RecordType::implied_trail));  // which did not run
  const auto read = formats::read_shards({writer->path(), writer->path()}).measurement;
  const auto& measured = read.files.at("/src/a.py");
  CHECK(measured.ran == model::LineSet{11, 12, 18});
  CHECK(measured.arcs == model::ArcSet{{11, 12}, {12, 18}, {15, -10}, {17, 18}});
  CHECK(measured.trails == model::TrailSet({{12, {13, 14}}}));
  CHECK(read.modes == model::k_measured_branches);
}

TEST_CASE("before 3.14, steps are those between lines that ran") {
  ScratchDirectory scratch;
  auto writer = new_shard(scratch, "branches", k_3_13);
  const auto file = *writer->add_file({"/src/a.py", "a", 0, {}});
  auto* points = *writer->add_code(file, 10, 9, 10);
  points[1] = shard::k_line_ran | shard::k_line_returned;  // out of 11
  points[2] = shard::k_line_after;                         // after 11, maybe
  points[5] = shard::k_line_returned;                      // out of 15, maybe
  REQUIRE(writer->add_trail(file, 12, std::array{11}));
  REQUIRE(writer->add_trail(file, 11, std::array{18}));  // maybe
  const auto measured = formats::read_shards({writer->path()}).measurement.files.at("/src/a.py");
  CHECK(measured.ran == model::LineSet{11});
  CHECK(measured.arcs == model::ArcSet{{11, -10}, {12, 11}});
  CHECK(measured.trails == model::TrailSet({{11, {12}, true}, {11, {18}, true}, {15, {-10}, true}}));
}

TEST_CASE("what shards measured") {
  struct Row {
    const char* what;
    std::vector<const char*> measures;
    std::uint32_t flags;
    unsigned modes;
  };
  const Row rows[] = {
      {"lines", {"lines"}, 0, model::k_measured_lines},
      {"branches", {"branches", "branches"}, 0, model::k_measured_branches},
      {"both", {"branches", "lines"}, 0, model::k_measured_lines | model::k_measured_branches},
      {"files that did not run", {"lines"}, shard::k_file_unexecuted, 0},
  };
  for (const auto& row : rows) {
    CAPTURE(row.what);
    ScratchDirectory scratch;
    std::vector<std::string> paths;
    for (const char* measures : row.measures) {
      auto writer = new_shard(scratch, measures);
      REQUIRE(writer->add_file({"/src/a.py", "a", row.flags, {}}));
      paths.push_back(writer->path());
    }
    CHECK(formats::read_shards(paths).measurement.modes == row.modes);
  }
}
