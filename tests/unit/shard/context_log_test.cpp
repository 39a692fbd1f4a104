#include <doctest/doctest.h>
#include <array>
#include <covey/base/file.hpp>
#include <covey/shard/context_log.hpp>
#include <covey/shard/reader.hpp>
#include <cstring>
#include <functional>
#include "../base/scratch_directory.hpp"

using namespace covey;
using namespace covey::shard;

namespace {

constexpr const char* k_run = "0123456789abcdef";

std::unique_ptr<Writer> new_shard(const ScratchDirectory& scratch) {
  auto writer = Writer::create({scratch.path + "/jobs/unit", k_run, 0x030e08f0, {}});
  REQUIRE(writer);
  REQUIRE((*writer)->add_file({"/src/a.py", "a", 0, {}}));
  return std::move(*writer);
}

// What a shard's logs hold, a line of text each: "context: code N line L bits B" or "context: trail N".
std::vector<std::string> events(const Shard& shard) {
  std::vector<std::string> all;
  for_each_context_event(shard, [&](const ContextEvent& event) {
    auto what = event.line == 0 ? "trail " + std::to_string(event.what)
                                : "code " + std::to_string(event.what) + " line " + std::to_string(event.line) +
                                      " bits " + std::to_string(event.bits);
    all.push_back(std::string(shard.contexts[event.context]) + ": " + what);
  });
  return all;
}

// Two code objects of 10 and 100,000 lines, a trail, two contexts.
struct Sample {
  ScratchDirectory scratch;
  std::unique_ptr<Writer> writer = new_shard(scratch);
  ContextLog log{*writer};

  Sample() {
    REQUIRE(writer->add_code(0, 10, 10, 10));
    REQUIRE(writer->add_code(0, 1, 100'000, 1));
    REQUIRE(writer->add_trail(0, 5, std::array{6, -4}, RecordType::context_trail));
    REQUIRE(writer->add_context("one"));
    REQUIRE(writer->add_context("two"));
  }
  std::string bytes() const { return *base::read_file(writer->path()); }
};

}  // namespace

TEST_CASE("what was logged is read, in its order") {
  Sample sample;
  auto& log = sample.log;
  REQUIRE(log.ran({0, 0, 10}, 12, 0));
  REQUIRE(log.ran({0, 0, 10}, 13, 1));
  REQUIRE(log.ran({0, 0, 10}, 10, 0));
  REQUIRE(log.returned({0, 0, 10}, 10));
  REQUIRE(log.ran({0, 1, 1}, 100'000, 6));
  REQUIRE(log.went(1, 0));
  REQUIRE(log.ran({1, 1, 1}, 1, 0));
  REQUIRE(log.add({1, 0, 10}, std::array<std::uint8_t, 3>{0, 3, 1 | 4 | 16}));
  auto shard = parse_shard(sample.bytes(), "x.shard");
  REQUIRE(shard);
  CHECK_FALSE(shard->damage);
  CHECK(shard->contexts == std::vector<std::string_view>{"one", "two"});
  REQUIRE(shard->context_trails.size() == 1);
  CHECK(shard->context_trails[0].lines == std::vector{6, -4});
  CHECK(shard->trails.empty());
  CHECK(events(*shard) == std::vector<std::string>{
                              "one: code 0 line 12 bits 1", "one: code 0 line 13 bits 5", "one: code 0 line 10 bits 1",
                              "one: code 0 line 10 bits 2", "one: code 1 line 100000 bits 129", "two: trail 0",
                              "two: code 1 line 1 bits 1", "two: code 0 line 11 bits 1", "two: code 0 line 11 bits 2",
                              "two: code 0 line 12 bits 5", "two: code 0 line 12 bits 17"});
}

TEST_CASE("a log goes on in further blocks, among the records that it tells of") {
  Sample sample;
  std::size_t n = 0;
  for (std::uint32_t code = 2; code < 500; ++code) {
    REQUIRE(sample.writer->add_code(0, code, 30, 1));
    for (int line = 0; line < 30; ++line, ++n)
      REQUIRE(sample.log.ran({code % 2, code, static_cast<int>(code)}, static_cast<int>(code) + (line * 7) % 30, 0));
  }
  auto shard = parse_shard(sample.bytes(), "x.shard");
  REQUIRE(shard);
  CHECK_FALSE(shard->damage);
  CHECK(shard->context_logs.size() > 5);
  const auto all = events(*shard);
  REQUIRE(all.size() == n);
  CHECK(all.back() == "two: code 499 line " + std::to_string(499 + (29 * 7) % 30) + " bits 1");
}

TEST_CASE("an entry counts once its first byte is there") {
  Sample sample;
  REQUIRE(sample.log.ran({0, 1, 1}, 90'000, 0));
  auto bytes = sample.bytes();
  auto shard = parse_shard(bytes, "x.shard");
  const auto at =
      static_cast<std::size_t>(reinterpret_cast<const char*>(shard->context_logs[0].data()) - shard->bytes.data());
  // The context, the code, and the line, of three bytes or more.
  bytes[at + 2] = 0;
  shard = parse_shard(bytes, "x.shard");
  REQUIRE(shard);
  CHECK_FALSE(shard->damage);
  CHECK(events(*shard).empty());
}

TEST_CASE("a damaged log is told, and what stands before the damage is read") {
  struct Row {
    const char* what;
    std::vector<std::uint8_t> log;
    const char* message;
    std::size_t n_events;
  };
  const auto entry = [](LogEntry kind, unsigned payload) {
    return static_cast<std::uint8_t>(payload << k_log_kind_bits | static_cast<unsigned>(kind));
  };
  const auto in_one = entry(LogEntry::context, 0);
  const auto in_first = entry(LogEntry::code, 0);
  const auto ran = entry(LogEntry::ran, 2);
  const Row rows[] = {
      {"an unknown context",
       {in_one, in_first, ran, entry(LogEntry::context, 2)},
       "unknown context in a context log",
       1},
      {"unknown code", {in_one, entry(LogEntry::code, 2)}, "unknown code in a context log", 0},
      {"an unknown trail", {in_one, entry(LogEntry::trail, 1)}, "unknown trail in a context log", 0},
      {"a trail in no context", {entry(LogEntry::trail, 0)}, "unknown trail in a context log", 0},
      {"a line in no context", {in_first, ran}, "a line of no code in a context log", 0},
      {"a line of no code", {in_one, ran}, "a line of no code in a context log", 0},
      {"a line before the code",
       {in_one, in_first, ran, entry(LogEntry::ran, 3)},
       "a line outside its code in a context log",
       1},
      {"a line after the code",
       {in_one, in_first, ran, ran, ran, entry(LogEntry::returned, 14)},
       "a line outside its code in a context log",
       3},
      {"an entry of no kind", {in_one, in_first, ran, 7}, "unknown entry in a context log", 1},
      {"a number without an end",
       {in_one, in_first, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff},
       "unended number in a context log",
       0},
  };
  for (const auto& row : rows) {
    CAPTURE(row.what);
    Sample sample;
    auto block = sample.writer->add_context_log(64);
    REQUIRE(block);
    std::copy(row.log.begin(), row.log.end(), block->begin());
    auto shard = parse_shard(sample.bytes(), "x.shard");
    REQUIRE(shard);
    CHECK(events(*shard).size() == row.n_events);
    REQUIRE(shard->damage);
    CHECK(shard->damage->what.starts_with(row.message));
  }
}

TEST_CASE("any byte of a log, and of its context's name, may be wrong") {
  Sample sample;
  REQUIRE(sample.log.ran({0, 0, 10}, 12, 0));
  REQUIRE(sample.log.ran({1, 1, 1}, 70'000, 3));
  REQUIRE(sample.log.went(1, 0));
  const auto good = sample.bytes();
  const auto name = good.find("one");
  const auto log = good.find("two") + 8;
  for (std::size_t at = name - 16; at < log + 48; ++at)
    for (int value : {0x00, 0x01, 0x7f, 0x80, 0xff}) {
      auto bytes = good;
      bytes[at] = static_cast<char>(value);
      if (auto shard = parse_shard(std::move(bytes), "x.shard")) CHECK(events(*shard).size() < 100);
    }
}
