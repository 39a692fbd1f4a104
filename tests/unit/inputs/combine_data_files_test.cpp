#include <doctest/doctest.h>
#include <covey/base/file.hpp>
#include <covey/base/path.hpp>
#include <covey/inputs/combine_data_files.hpp>
#include <covey/inputs/data_files.hpp>
#include <map>
#include <set>
#include "../base/scratch_directory.hpp"

using namespace covey;
using namespace covey::inputs;

namespace {

const std::string k_hash = ".ci.pid1.XabcDEFx.H0123456789h";

// A data file of these tests: each digit a line that ran in a.py, "?" for what cannot be read, "b" for branches.
base::Result<model::Measurement> read_sample(const std::string& path) {
  auto text = base::read_file(path);
  REQUIRE(text);
  if (*text == "?") return base::fail(base::ErrorKind::format, "", "Couldn't use data file '" + path + "'");
  model::Measurement data;
  data.modes = model::k_measured_lines;
  for (char line : *text)
    if (line == 'b')
      data.modes = model::k_measured_branches;
    else
      data.files["/ci/a.py"].ran.insert(line - '0');
  return data;
}

struct Sample {
  std::string name, lines;
};

void write(const ScratchDirectory& scratch, const std::vector<Sample>& samples) {
  for (const auto& sample : samples) REQUIRE(base::write_file_atomic(scratch / sample.name, sample.lines));
}

std::vector<std::string> names_of(const std::vector<std::string>& paths) {
  std::vector<std::string> names;
  for (const auto& path : paths) names.emplace_back(base::basename(path));
  return names;
}

}  // namespace

TEST_CASE("data files are united in their order, on any number of threads") {
  ScratchDirectory scratch;
  write(scratch, {{".coverage", "9"},
                  {".coverage.1", "12"},
                  {".coverage.2", "23"},
                  {".coverage.3", "12"},
                  {".coverage.4", "?"},
                  {".coverage.5" + k_hash, "5"},
                  {".coverage.6" + k_hash, "6"}});
  for (int jobs : {1, 3, 50}) {
    DataFileRequest request;
    request.files = combinable_files(scratch / ".coverage", {}, scratch.path).value();
    request.data_file = scratch / ".coverage";
    request.read = read_sample;
    request.map_path = [](const std::string& path) { return "/repo/" + std::string(base::basename(path)); };
    request.jobs = jobs;
    auto combined = combine_data_files(std::move(request));
    REQUIRE(combined);
    CHECK(combined->data.files.size() == 1);
    CHECK(combined->data.files.at("/repo/a.py").ran == model::LineSet{1, 2, 3, 5});
    CHECK(combined->counts.message() == "Combined 3 files, skipped 2, 1 file errored");
    REQUIRE(combined->unreadable.size() == 1);
    CHECK(combined->unreadable[0].message() == "Couldn't use data file '" + scratch / ".coverage.4" + "'");
    CHECK(combined->done.size() == 5);
    std::map<CombinedFile::Fate, int> fates;
    for (const auto& file : combined->files) ++fates[file.fate];
    CHECK(fates[CombinedFile::Fate::combined] == 3);
    CHECK(fates[CombinedFile::Fate::duplicate] == 2);
    CHECK(fates[CombinedFile::Fate::unreadable] == 1);
  }
}

TEST_CASE("what the data file holds stays where it is to, and it is not combined with itself") {
  ScratchDirectory scratch;
  write(scratch, {{".coverage", "9"}, {".coverage.1", "1"}});
  DataFileRequest request;
  request.files = {scratch / ".coverage", scratch / ".coverage.1"};
  request.data_file = scratch / ".coverage";
  request.start.files["/ci/a.py"].ran = {4};
  request.read = read_sample;
  auto combined = combine_data_files(std::move(request));
  REQUIRE(combined);
  CHECK(combined->data.files.at("/ci/a.py").ran == model::LineSet{1, 4});
  CHECK(names_of(combined->done) == std::vector<std::string>{".coverage.1"});
}

namespace {

base::Result<void> write_sample(const model::Measurement& data, const std::string& path) {
  std::string text;
  for (int line : data.files.at("/ci/a.py").ran.lines()) text += static_cast<char>('0' + line);
  return base::write_file_atomic(path, text);
}

DataFileCombine combine_in(const ScratchDirectory& scratch) {
  DataFileCombine combine;
  combine.data_file = scratch / ".coverage";
  combine.cwd = scratch.path;
  combine.read = read_sample;
  combine.write = write_sample;
  return combine;
}

}  // namespace

TEST_CASE("combining into the data file") {
  struct Row {
    std::vector<Sample> samples;
    bool append, keep;
    std::string data;                // of c afterwards
    std::vector<std::string> names;  // of all files afterwards
    std::string message;             // or the error
  };
  const std::vector<Row> rows = {
      {{{"c.1", "1"}, {"c.2", "2"}}, false, false, "12", {"c"}, "Combined 2 files"},
      {{{"c", "9"}, {"c.1", "1"}}, false, false, "1", {"c"}, "Combined 1 file"},
      {{{"c", "9"}, {"c.1", "1"}}, true, false, "19", {"c"}, "Combined 1 file"},
      {{{"c.1", "1"}}, true, false, "1", {"c"}, "Combined 1 file"},
      {{{"c.1", "1"}, {"c.2", "1"}}, false, true, "1", {"c", "c.1", "c.2"}, "Combined 1 file, skipped 1"},
      {{{"c.1", "1"}, {"c.2", "?"}}, false, false, "1", {"c", "c.2"}, "Combined 1 file, 1 file errored"},
      {{{"c", "9"}, {"c.2", "?"}}, false, false, "9", {"c", "c.2"}, "No usable data files"},
      {{{"c", "9"}}, true, false, "9", {"c"}, "No data to combine"},
  };
  for (const auto& row : rows) {
    ScratchDirectory scratch;
    write(scratch, row.samples);
    auto combine = combine_in(scratch);
    combine.data_file = scratch / "c";
    combine.append = row.append;
    combine.keep = row.keep;
    auto combined = combine_into_data_file(combine);
    CAPTURE(row.message);
    const auto failed = combined ? combined->stopped : combined.error();
    CHECK((failed ? failed->message() : combined->counts.message()) == row.message);
    CHECK(base::read_file(scratch / "c").value_or("") == row.data);
    CHECK(base::names_in(scratch.path) == row.names);
  }
}

TEST_CASE("what comes before data of another kind is combined") {
  for (bool keep : {false, true}) {
    ScratchDirectory scratch;
    write(scratch, {{"c.1", "1"}, {"c.2", "b2"}, {"c.3", "3"}});
    auto combine = combine_in(scratch);
    combine.data_file = scratch / "c";
    combine.keep = keep;
    auto combined = combine_into_data_file(combine);
    REQUIRE(combined);
    REQUIRE(combined->stopped);
    CHECK(combined->stopped->slug == "cant-combine");
    CHECK(base::read_file(scratch / "c").value_or("") == "1");
    using Names = std::vector<std::string>;
    CHECK(base::names_in(scratch.path) == (keep ? Names{"c", "c.1", "c.2", "c.3"} : Names{"c", "c.2", "c.3"}));
  }
}

TEST_CASE("a report combines what there is") {
  ScratchDirectory scratch;
  auto combine = combine_in(scratch);
  combine.need = DataFileCombine::Need::nothing;
  combine.append = true;
  auto combined = combine_into_data_file(combine);
  REQUIRE(combined);
  CHECK(combined->counts.message().empty());
  CHECK(base::names_in(scratch.path).empty());
}

TEST_CASE("which files are combined") {
  ScratchDirectory scratch;
  write(scratch, {{".coverage", ""}, {".coverage.b", ""}, {".coverage.a", ""}, {".coverage.a-journal", ""}});
  write(scratch, {{".coveragerc", ""}, {"other.1", ""}, {".coverage[x].1", ""}});
  REQUIRE(base::make_directories(scratch / "sub"));
  write(scratch, {{"sub/.coverage.c", ""}, {"sub/.coverage", ""}});
  auto found = [&](const std::string& data_file, const std::vector<std::string>& paths) {
    return names_of(combinable_files(data_file, paths, scratch.path).value());
  };
  using Names = std::vector<std::string>;
  CHECK(found(".coverage", {}) == Names{".coverage.a", ".coverage.b"});
  CHECK(found(".coverage", {"sub"}) == Names{".coverage.c"});
  CHECK(found(".coverage", {"sub", ".coverage.b", "other.1"}) == Names{".coverage.b", "other.1", ".coverage.c"});
  CHECK(found("sub/.coverage", {}) == Names{".coverage.c"});
  CHECK(found(".coverage[x]", {}) == Names{".coverage[x].1"});
  CHECK(found("nothing", {}) == Names{});
  CHECK(combinable_files(".coverage", {"gone"}, scratch.path).error().message() ==
        "Couldn't combine from non-existent path 'gone'");
}

TEST_CASE("erasing removes the data file, and parallel ones where asked to") {
  ScratchDirectory scratch;
  write(scratch, {{".coverage", ""}, {".coverage.a", ""}, {".coveragerc", ""}});
  REQUIRE(erase_data_files(scratch / ".coverage", ErasedFiles::data_file));
  CHECK_FALSE(base::exists(scratch / ".coverage"));
  CHECK(base::exists(scratch / ".coverage.a"));
  REQUIRE(erase_data_files(scratch / ".coverage", ErasedFiles::parallel_too));
  CHECK_FALSE(base::exists(scratch / ".coverage.a"));
  CHECK(base::exists(scratch / ".coveragerc"));
}

TEST_CASE("where coverage.py's data file is") {
  CHECK(data_file_path("", base::Environment(), "/repo") == "/repo/.coverage");
  CHECK(data_file_path("out/cov", base::Environment(), "/repo") == "/repo/out/cov");
  CHECK(data_file_path("out/cov", base::Environment({"COVERAGE_FILE=/x/c"}), "/repo") == "/x/c");
}

TEST_CASE("others take part, and stay") {
  ScratchDirectory scratch;
  write(scratch, {{"a.shard", "1"}, {".coverage.1", "2"}});
  DataFileCombine combine;
  combine.data_file = scratch / ".coverage";
  combine.cwd = scratch.path;
  combine.others = {scratch / "a.shard"};
  combine.read = read_sample;
  std::set<int> written;
  combine.write = [&](const model::Measurement& data, const std::string&) {
    for (const auto& [path, file] : data.files)
      for (int line : {1, 2})
        if (file.ran.contains(line)) written.insert(line);
    return base::Result<void>();
  };
  REQUIRE(combine_into_data_file(combine));  // without paths: these alone
  CHECK(written == std::set<int>{1});
  combine.paths = {scratch.path};
  REQUIRE(combine_into_data_file(combine));
  CHECK(written == std::set<int>{1, 2});
  CHECK(base::exists(scratch / "a.shard"));
  CHECK_FALSE(base::exists(scratch / ".coverage.1"));
}
