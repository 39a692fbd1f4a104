#include <doctest/doctest.h>
#include <array>
#include <covey/base/file.hpp>
#include <covey/shard/layout.hpp>
#include <covey/shard/reader.hpp>
#include <covey/shard/writer.hpp>
#include <cstring>
#include <functional>
#include "../base/scratch_directory.hpp"

using namespace covey;

namespace {

constexpr const char* k_run = "0123456789abcdef";

std::unique_ptr<shard::Writer> new_shard(const ScratchDirectory& scratch) {
  auto writer =
      shard::Writer::create({scratch.path + "/jobs/unit", k_run, 0x030e08f0, {{"job", "unit"}, {"part", "2"}}});
  REQUIRE(writer);
  return std::move(*writer);
}

// Two files, four code objects, some lines of which ran, the last with branches; two trails.
std::string sample(const ScratchDirectory& scratch) {
  auto writer = new_shard(scratch);
  auto a = writer->add_file({"/src/a.py", "a", shard::k_file_has_source, base::digest128("a")});
  auto b = writer->add_file({"/src/b.py", "", 0, {}});
  REQUIRE((a && b));
  auto* first = *writer->add_code(*a, 10, 5);
  first[0] = first[4] = 1;
  auto* second = *writer->add_code(*b, 1, 1);
  second[0] = 1;
  REQUIRE(writer->add_code(*a, 1, 100));
  auto* third = *writer->add_code(*b, 4, 4, 4);
  third[3] = shard::k_line_ran | shard::k_line_returned | shard::k_line_after << 2;
  REQUIRE(writer->add_trail(*b, 5, std::array{6, 7, 200'000, 1, -4}));
  REQUIRE(writer->add_trail(*a, 1, std::array{2}, shard::RecordType::implied_trail));
  return *base::read_file(writer->path());
}

std::vector<int> lines(const shard::ReadCode& code) {
  std::vector<int> ran;
  for (std::size_t i = 0; i < code.points.size(); ++i)
    if (code.points[i] != 0) ran.push_back(code.first_line + static_cast<int>(i));
  return ran;
}

// Where the first record of a type begins.
std::size_t find_record(const std::string& bytes, shard::RecordType type) {
  std::size_t at = shard::k_header_size + sizeof(shard::ChunkHeader);
  while (true) {
    shard::RecordHeader record{};
    std::memcpy(&record, bytes.data() + at, sizeof record);
    REQUIRE(record.size != 0);
    if (record.type == static_cast<std::uint16_t>(type)) return at;
    at += record.size;
  }
}

void put(std::string& bytes, std::size_t at, std::uint32_t value) {
  std::memcpy(bytes.data() + at, &value, sizeof value);
}

}  // namespace

TEST_CASE("what was written is read") {
  ScratchDirectory scratch;
  auto shard = shard::parse_shard(sample(scratch), "x.shard");
  REQUIRE(shard);
  CHECK_FALSE(shard->damage);
  CHECK(shard->run_id == k_run);
  CHECK(shard->python == 0x030e08f0);
  CHECK(shard->incomplete.empty());
  CHECK(shard->fact("job") == "unit");
  CHECK(shard->fact("part") == "2");
  CHECK(shard->fact("none") == "");
  REQUIRE(shard->files.size() == 2);
  CHECK(shard->files[0].path == "/src/a.py");
  CHECK(shard->files[0].module == "a");
  CHECK(shard->files[0].digest == base::digest128("a"));
  CHECK(shard->files[1].flags == 0);
  REQUIRE(shard->codes.size() == 4);
  CHECK(lines(shard->codes[0]) == std::vector{10, 14});
  CHECK(lines(shard->codes[1]) == std::vector{1});
  CHECK(lines(shard->codes[2]).empty());
  CHECK(shard->codes[2].def_line == 0);
  CHECK(shard->codes[3].def_line == 4);
  CHECK(shard->codes[3].points[3] == 19);
  REQUIRE(shard->trails.size() == 2);
  CHECK(shard->trails[0].file_id == 1);
  CHECK(shard->trails[0].from == 5);
  CHECK(shard->trails[0].lines == std::vector{6, 7, 200'000, 1, -4});
  CHECK_FALSE(shard->trails[0].implied);
  CHECK(shard->trails[1].lines == std::vector{2});
  CHECK(shard->trails[1].implied);
}

TEST_CASE("a shard of version 1 is read") {
  ScratchDirectory scratch;
  auto bytes = sample(scratch);
  put(bytes, 8, 1);
  CHECK(shard::parse_shard(bytes, "x.shard"));
}

TEST_CASE("points that are set later are there at once, whatever becomes of the writer") {
  ScratchDirectory scratch;
  auto writer = new_shard(scratch);
  auto file = *writer->add_file({"/src/a.py", "", 0, {}});
  auto* points = *writer->add_code(file, 7, 3);
  const auto path = writer->path();
  writer.reset();
  points[2] = 1;
  auto shard = shard::read_shard(path);
  REQUIRE(shard);
  CHECK(lines(shard->codes[0]) == std::vector{9});
}

TEST_CASE("a shard grows by chunks, and a record may be larger than any") {
  ScratchDirectory scratch;
  auto writer = new_shard(scratch);
  std::vector<std::uint8_t*> all;
  for (std::uint32_t number = 0; number < 1000; ++number) {
    auto file = writer->add_file({"/src/" + std::to_string(number) + ".py", "m", 0, {}});
    REQUIRE(file);
    all.push_back(*writer->add_code(*file, 1, number == 500 ? 3'000'000 : 100 + number));
  }
  for (auto* points : all) points[99] = 1;
  auto shard = shard::read_shard(writer->path());
  REQUIRE(shard);
  CHECK_FALSE(shard->damage);
  REQUIRE(shard->codes.size() == 1000);
  for (const auto& code : shard->codes) CHECK(lines(code) == std::vector{100});
}

TEST_CASE("an idle process costs at most 64 KiB") {
  ScratchDirectory scratch;
  CHECK(base::read_file(new_shard(scratch)->path())->size() <= 64 * 1024);
}

TEST_CASE("a shard that cannot grow is marked and keeps what it has") {
  struct Row {
    const char* what;
    std::function<void(const std::string& path)> fault;
  };
  const Row rows[] = {
      {"deleted", [](const std::string& path) { unlink(path.c_str()); }},
      {"replaced by another file",
       [](const std::string& path) {
         rename(path.c_str(), (path + ".kept").c_str());
         REQUIRE(base::write_file_atomic(path, "the user's"));
       }},
  };
  for (const auto& row : rows) {
    CAPTURE(row.what);
    ScratchDirectory scratch;
    auto writer = new_shard(scratch);
    const auto path = writer->path();
    auto file = *writer->add_file({"/src/a.py", "", 0, {}});
    link(path.c_str(), (scratch.path + "/kept").c_str());
    auto* points = *writer->add_code(file, 1, 10);
    row.fault(path);
    CHECK_FALSE(writer->add_code(file, 1, 100'000));
    CHECK_FALSE(writer->add_code(file, 1, 1));  // and nothing more comes
    points[3] = 1;
    auto shard = shard::read_shard(scratch.path + "/kept");
    REQUIRE(shard);
    CHECK_FALSE(shard->incomplete.empty());
    CHECK(lines(shard->codes[0]) == std::vector{4});
    CHECK(base::read_file(path).value_or("the user's") == "the user's");
  }
}

TEST_CASE("bytes that are no shard are refused by name") {
  ScratchDirectory scratch;
  const auto good = sample(scratch);
  struct Row {
    const char* what;
    std::function<void(std::string& bytes)> damage;
    const char* message;
  };
  const Row rows[] = {
      {"empty", [](auto& bytes) { bytes.clear(); }, "x.shard: not a shard: only 0 bytes"},
      {"foreign", [](auto& bytes) { bytes.replace(0, 8, "SQLite f"); }, "x.shard: not a shard"},
      {"the header cut", [](auto& bytes) { bytes.resize(100); }, "x.shard: not a shard: only 100 bytes"},
      {"a later version", [](auto& bytes) { put(bytes, 8, 4); },
       "x.shard: shard version 4, this covey reads version 3"},
      {"a header beyond the end", [](auto& bytes) { put(bytes, 12, 1U << 30); },
       "x.shard: impossible header size 1073741824"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.what);
    auto bytes = good;
    row.damage(bytes);
    auto shard = shard::parse_shard(bytes, "x.shard");
    REQUIRE_FALSE(shard);
    CHECK(shard.error().message() == row.message);
  }
}

TEST_CASE("damage further on is told, and what stands before it is read") {
  ScratchDirectory scratch;
  const auto good = sample(scratch);
  const auto file = find_record(good, shard::RecordType::file);
  const auto code = find_record(good, shard::RecordType::code);
  const auto process = find_record(good, shard::RecordType::process);
  const auto trail = find_record(good, shard::RecordType::trail);
  struct Row {
    const char* what;
    std::function<void(std::string& bytes)> damage;
    const char* message;
    std::size_t n_files;
  };
  const auto k_chunk = shard::k_header_size;
  const Row rows[] = {
      {"cut in the middle", [&](auto& bytes) { bytes.resize(code); }, "truncated at byte ", 0},
      {"no chunk where one must be", [&](auto& bytes) { put(bytes, k_chunk, 7); }, "no chunk at byte 4096", 0},
      {"a chunk of no size", [&](auto& bytes) { put(bytes, k_chunk + 8, 3); }, "impossible chunk size at byte 4096", 0},
      {"a record beyond its chunk", [&](auto& bytes) { put(bytes, code, 1U << 20); }, "impossible record size at byte ",
       2},
      {"a record of an odd size", [&](auto& bytes) { put(bytes, code, 33); }, "impossible record size at byte ", 2},
      {"a path beyond its record", [&](auto& bytes) { put(bytes, file + 32, 1000); },
       "impossible length in a file record at byte ", 0},
      {"lengths that wrap around", [&](auto& bytes) { put(bytes, file + 36, 0xfffffff8); },
       "impossible length in a file record at byte ", 0},
      {"an empty path", [&](auto& bytes) { put(bytes, file + 32, 0); }, "impossible path at byte ", 0},
      {"files out of order", [&](auto& bytes) { put(bytes, file + 8, 1); }, "file record out of order at byte ", 0},
      {"code of an unknown file", [&](auto& bytes) { put(bytes, code + 8, 2); },
       "code record of an unknown file at byte ", 2},
      {"a line that cannot be", [&](auto& bytes) { put(bytes, code + 12, 0); },
       "impossible line in a code record at byte ", 2},
      {"points beyond the record", [&](auto& bytes) { put(bytes, code + 16, 1000); },
       "impossible length in a code record at byte ", 2},
      {"a point that is none", [&](auto& bytes) { bytes[code + 25] = 2; },
       "a point that is neither 0 nor 1 in a code record at byte ", 2},
      {"a function in a line that cannot be", [&](auto& bytes) { put(bytes, code + 20, 1U << 25); },
       "impossible line in a code record at byte ", 2},
      {"a trail in an unknown file", [&](auto& bytes) { put(bytes, trail + 8, 2); },
       "trail record of an unknown file at byte ", 2},
      {"a trail from no line", [&](auto& bytes) { put(bytes, trail + 12, 0); },
       "impossible line in a trail record at byte ", 2},
      {"a trail to nowhere", [&](auto& bytes) { bytes[trail + 16] = 0; }, "impossible line in a trail record at byte ",
       2},
      {"a trail to line 0", [&](auto& bytes) { bytes[trail + 16] = 9; }, "impossible line in a trail record at byte ",
       2},
      {"a number without an end", [&](auto& bytes) { bytes.replace(trail + 16, 8, 8, '\xff'); },
       "unended number in a trail record at byte ", 2},
      {"facts without an end", [&](auto& bytes) { bytes[process + 16 + 15] = 'x'; },
       "unended text in a process record at byte ", 0},
      {"facts beyond the record", [&](auto& bytes) { put(bytes, process + 8, 1000); },
       "impossible length in a process record at byte ", 0},
  };
  for (const auto& row : rows) {
    CAPTURE(row.what);
    auto bytes = good;
    row.damage(bytes);
    auto shard = shard::parse_shard(bytes, "x.shard");
    REQUIRE(shard);
    CHECK(shard->files.size() == row.n_files);
    REQUIRE(shard->damage);
    CHECK(shard->damage->message().substr(0, std::strlen(row.message) + 9) == std::string("x.shard: ") + row.message);
  }
}

TEST_CASE("records of a type that is not known yet are passed over") {
  ScratchDirectory scratch;
  auto bytes = sample(scratch);
  const auto process = find_record(bytes, shard::RecordType::process);
  bytes[process + 4] = 77;
  auto shard = shard::parse_shard(bytes, "x.shard");
  REQUIRE(shard);
  CHECK_FALSE(shard->damage);
  CHECK(shard->process.empty());
  CHECK(shard->files.size() == 2);
}

TEST_CASE("any single byte may be wrong, and any length") {
  ScratchDirectory scratch;
  const auto good = sample(scratch);
  const std::size_t used = find_record(good, shard::RecordType::trail) + 64;
  for (std::size_t at = 0; at < used; ++at)
    for (int value : {0x00, 0x01, 0x7f, 0xff}) {
      auto bytes = good;
      bytes[at] = static_cast<char>(value);
      static_cast<void>(shard::parse_shard(std::move(bytes), "x.shard"));
    }
  for (std::size_t size = 0; size < used; ++size)
    static_cast<void>(shard::parse_shard(good.substr(0, size), "x.shard"));
}
