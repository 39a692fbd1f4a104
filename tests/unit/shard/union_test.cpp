#include <doctest/doctest.h>
#include <array>
#include <covey/base/file.hpp>
#include <covey/shard/context_log.hpp>
#include <covey/shard/layout.hpp>
#include <covey/shard/union.hpp>
#include <covey/shard/writer.hpp>
#include <filesystem>
#include <map>
#include <random>
#include <set>
#include "../base/scratch_directory.hpp"

using namespace covey;
using namespace covey::shard;

namespace {

constexpr const char* k_run = "0123456789abcdef";

// What there is to know of a file: points by code, trails by "kind from", the same by context, as text.
struct FileContent {
  std::map<std::pair<int, std::size_t>, std::vector<std::uint8_t>> points;
  std::set<std::pair<std::string, std::vector<int>>> trails;
  std::set<std::string> in_contexts;

  friend bool operator==(const FileContent&, const FileContent&) = default;
};

// By "path module digest flags python", the file's records taken together.
using Content = std::map<std::string, FileContent>;

// A context's event in words, one for each bit.
void read_event(const Shard& shard, const ContextEvent& event, const std::vector<std::string>& names,
                Content& content) {
  const auto context = std::string(shard.contexts[event.context]) + ": ";
  if (event.line == 0) {
    const auto& trail = shard.context_trails[event.what];
    auto text = context + "from " + std::to_string(trail.from);
    for (int line : trail.lines) text += " " + std::to_string(line);
    content[names[trail.file_id]].in_contexts.insert(text);
    return;
  }
  const auto& code = shard.codes[event.what];
  for (unsigned bit = 1; bit < 256; bit *= 2)
    if ((event.bits & bit) != 0)
      content[names[code.file_id]].in_contexts.insert(context + "code " + std::to_string(code.first_line) + " line " +
                                                      std::to_string(event.line) + " bit " + std::to_string(bit));
}

void read_into(Content& content, const std::string& path) {
  auto shard = read_shard(path);
  REQUIRE(shard);
  REQUIRE_FALSE(shard->damage);
  std::vector<std::string> names;
  for (const auto& file : shard->files) {
    names.push_back(std::string(file.path) + " " + std::string(file.module) + " " + file.digest.hex() + " " +
                    std::to_string(file.flags) + " " + std::to_string(shard->python));
    content[names.back()];
  }
  for (const auto& code : shard->codes) {
    auto& points = content[names[code.file_id]].points[{code.first_line, code.points.size()}];
    points.resize(code.points.size());
    for (std::size_t i = 0; i < points.size(); ++i) points[i] |= code.points[i];
  }
  for (const auto& trail : shard->trails)
    content[names[trail.file_id]].trails.emplace((trail.implied ? "implied " : "trail ") + std::to_string(trail.from),
                                                 trail.lines);
  for_each_context_event(*shard, [&](const ContextEvent& event) { read_event(*shard, event, names, content); });
}

Content content_of(const std::vector<std::string>& paths) {
  Content content;
  for (const auto& path : paths) read_into(content, path);
  return content;
}

std::string generated_shard(const std::string& directory, unsigned seed) {
  std::mt19937 random(seed);
  auto up_to = [&](int most) { return std::uniform_int_distribution(0, most)(random); };
  const auto python = 0x030e00f0U + static_cast<unsigned>(up_to(1));
  auto writer = Writer::create({directory, k_run, python, {{"python", "/usr/bin/py" + std::to_string(up_to(2))}}});
  REQUIRE(writer);
  ContextLog log(**writer);
  for (int n = 0; n < 3; ++n) REQUIRE((*writer)->add_context("test " + std::to_string(up_to(4))));
  for (int n = up_to(5); n > 0; --n) {
    const auto path = "/src/" + std::to_string(up_to(4)) + ".py";
    auto file = (*writer)->add_file({path, "module", k_file_has_source, base::digest128(std::to_string(up_to(1)))});
    REQUIRE(file);
    for (int codes = up_to(4); codes > 0; --codes) {
      const int size = up_to(20);
      const int first = up_to(3) + 1;
      auto points = (*writer)->add_code(*file, static_cast<unsigned>(first), static_cast<unsigned>(size), 1);
      REQUIRE(points);
      for (int i = 0; i < size; ++i) (*points)[i] = static_cast<std::uint8_t>(up_to(255));
      const ContextLog::Place place{static_cast<unsigned>(up_to(2)), (*writer)->count(RecordType::code) - 1, first};
      std::vector<std::uint8_t> in_context;
      for (int i = 0; i < size; ++i)
        in_context.push_back(static_cast<std::uint8_t>(up_to(3) == 0 ? 4 * up_to(63) : up_to(3)));
      for (auto& bits : in_context) bits = bits > 3 ? bits | 1 : bits;  // a step to a line is a run of it
      REQUIRE(log.add(place, in_context));
    }
    for (int trails = up_to(3); trails > 0; --trails) {
      const auto from = static_cast<unsigned>(up_to(2)) + 1;
      const auto type = std::array{RecordType::trail, RecordType::implied_trail, RecordType::context_trail}[up_to(2)];
      REQUIRE((*writer)->add_trail(*file, from, std::array{10 + up_to(1), 5, -1 - up_to(1)}, type));
      if (type == RecordType::context_trail)
        REQUIRE(log.went(static_cast<unsigned>(up_to(2)), (*writer)->count(type) - 1));
    }
  }
  return (*writer)->path();
}

std::vector<std::string> files_in(const std::string& directory) {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) files.push_back(entry.path());
  return files;
}

std::string same(const std::string& path) { return path; }

}  // namespace

TEST_CASE("a union holds what its shards hold, on any number of threads") {
  ScratchDirectory scratch;
  std::vector<std::string> paths;
  for (unsigned seed = 0; seed < 40; ++seed) paths.push_back(generated_shard(scratch / "parts", seed));
  for (int jobs : {1, 4}) {
    const auto directory = scratch / ("united" + std::to_string(jobs));
    auto united = unite_shards(paths, jobs);
    CHECK(united.n_shards == 40);
    CHECK(united.damaged.empty());
    REQUIRE(united.data.write({directory, k_run, {{"writer", "test"}}}, same));
    auto written = files_in(directory);
    CHECK(written.size() == 2);  // one a CPython version
    CHECK(content_of(written) == content_of(paths));
    auto shard = read_shard(written[0]);
    CHECK(shard->fact("python") == "/usr/bin/py0");
    CHECK(shard->fact("writer") == "test");
    CHECK(shard->run_id == k_run);
  }
}

TEST_CASE("names are mapped as they are written") {
  ScratchDirectory scratch;
  auto united = unite_shards({generated_shard(scratch / "parts", 5)}, 1);
  REQUIRE_FALSE(united.data.sources().empty());
  REQUIRE(united.data.write({scratch / "united", k_run, {}}, [](const std::string& path) { return "/here" + path; }));
  for (const auto& [name, codes] : content_of(files_in(scratch / "united"))) CHECK(name.starts_with("/here/src/"));
}

TEST_CASE("what is damaged or incomplete is told, and the rest united") {
  ScratchDirectory scratch;
  const auto good = generated_shard(scratch / "parts", 5);
  auto incomplete = Writer::create({scratch / "parts", k_run, 0x030e00f0, {}});
  (*incomplete)->mark_incomplete("disk full");
  REQUIRE(base::write_file_atomic(scratch / "b.shard", "nonsense"));
  auto united = unite_shards({scratch / "gone.shard", scratch / "b.shard", good, (*incomplete)->path()}, 2);
  CHECK(united.n_shards == 2);
  REQUIRE(united.damaged.size() == 2);
  CHECK(united.damaged[0].where == scratch / "b.shard");
  CHECK(united.damaged[1].where == scratch / "gone.shard");
  REQUIRE(united.incomplete.size() == 1);
  CHECK(united.incomplete[0].message() == (*incomplete)->path() + ": disk full");
  REQUIRE(united.data.write({scratch / "united", k_run, {}}, same));
  int n_incomplete = 0;
  for (const auto& path : files_in(scratch / "united")) n_incomplete += read_shard(path)->incomplete == "disk full";
  CHECK(n_incomplete == 1);
}

TEST_CASE("trails, implied trails and what ran in contexts are each once in a union") {
  ScratchDirectory scratch;
  auto process = [&](std::string_view context, int line, std::string_view static_context) {
    auto writer = Writer::create({scratch / "parts", k_run, 0x030e00f0, {{"context", std::string(static_context)}}});
    auto file = (*writer)->add_file({"/src/a.py", "a", 0, {}});
    REQUIRE((*writer)->add_code(*file, 4, 8, 4));
    REQUIRE((*writer)->add_trail(*file, 5, std::array{6, -4}));
    REQUIRE((*writer)->add_trail(*file, 5, std::array{6, -4}, RecordType::implied_trail));
    REQUIRE((*writer)->add_trail(*file, 5, std::array{9}, RecordType::context_trail));
    REQUIRE((*writer)->add_context(context));
    ContextLog log(**writer);
    REQUIRE(log.ran({0, 0, 4}, line, 2));
    REQUIRE(log.went(0, 0));
    return (*writer)->path();
  };
  const std::vector<std::string> paths = {process("a", 7, ""), process("a", 7, ""), process("b", 8, ""),
                                          process("a", 7, "slow")};
  auto united = unite_shards(paths, 2);
  REQUIRE(united.data.write({scratch / "united", k_run, {}}, same));
  const auto written = files_in(scratch / "united");
  CHECK(written.size() == 2);  // one a static context
  Content whole = content_of(written);
  REQUIRE(whole.size() == 1);
  const auto& file = whole.begin()->second;
  CHECK(file.trails ==
        std::set<std::pair<std::string, std::vector<int>>>{{"trail 5", {6, -4}}, {"implied 5", {6, -4}}});
  CHECK(file.in_contexts == std::set<std::string>{"a: code 4 line 7 bit 1", "a: code 4 line 7 bit 8", "a: from 5 9",
                                                  "b: code 4 line 8 bit 1", "b: code 4 line 8 bit 8", "b: from 5 9"});
  for (const auto& path : written) {
    auto shard = read_shard(path);
    const bool slow = shard->fact("context") == "slow";
    CHECK(shard->trails.size() == 2);
    CHECK(shard->context_trails.size() == 1);
    CHECK(shard->contexts.size() == (slow ? 1 : 2));
  }
}

TEST_CASE("branches and lines are not one") {
  ScratchDirectory scratch;
  auto measured = [&](const std::string& what, std::uint32_t flags) {
    auto writer = Writer::create({scratch / what, k_run, 0x030e00f0, {{"measures", what}}});
    REQUIRE((*writer)->add_file({"/src/a.py", "", flags, {}}));
    return (*writer)->path();
  };
  CHECK(unite_shards({measured("branches", 0), measured("lines", 0)}, 1).data.is_mixed());
  CHECK_FALSE(unite_shards({measured("branches", 0), measured("branches", 0)}, 1).data.is_mixed());
  CHECK_FALSE(unite_shards({measured("branches", 0), measured("lines", k_file_unexecuted)}, 1).data.is_mixed());
}
