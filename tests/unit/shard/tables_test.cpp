#include <doctest/doctest.h>
#include <covey/shard/tables.hpp>

using namespace covey;

namespace {

shard::Tables sample() {
  shard::Tables tables;
  tables.digest = base::digest128("x = 1\n");
  tables.python = 0x030e08f0;
  tables.codes = {{"<module>", 1, std::string("\xd0\x00\xc8\x01", 4)}, {"__annotate__", 5, ""}};
  return tables;
}

}  // namespace

TEST_CASE("tables are read as they were written") {
  auto read = shard::parse_tables(shard::serialize_tables(sample()), "x.tables");
  REQUIRE(read);
  CHECK(read->digest == sample().digest);
  CHECK(read->python == 0x030e08f0);
  REQUIRE(read->codes.size() == 2);
  CHECK(read->codes[0].name == "<module>");
  CHECK(read->codes[0].line_table == sample().codes[0].line_table);
  CHECK(read->codes[1].first_line == 5);
  CHECK_FALSE(read->error);
}

TEST_CASE("a source that does not compile has its error for a table") {
  auto tables = sample();
  tables.codes.clear();
  tables.error = shard::CompileError{3, "invalid syntax"};
  auto read = shard::parse_tables(shard::serialize_tables(tables), "x.tables");
  REQUIRE(read);
  REQUIRE(read->error);
  CHECK(read->error->line == 3);
  CHECK(read->error->message == "invalid syntax");
}

TEST_CASE("tables that are anything else are refused") {
  const auto good = shard::serialize_tables(sample());
  for (std::size_t size = 0; size < good.size(); ++size) {
    CAPTURE(size);
    CHECK_FALSE(shard::parse_tables(good.substr(0, size), "x.tables"));
  }
  for (std::size_t at = 0; at < good.size(); ++at) {
    auto bytes = good;
    bytes[at] = static_cast<char>(bytes[at] ^ 0x40);
    const bool is_fact = at >= 12 && at < 32;  // the version of CPython and the digest are not part of what is checked
    if (!is_fact) CHECK_FALSE(shard::parse_tables(bytes, "x.tables"));
  }
  CHECK_FALSE(shard::parse_tables(good + "x", "x.tables"));
  CHECK(shard::parse_tables("", "x.tables").error().message() == "x.tables: not a tables file");
}

TEST_CASE("versions of CPython") {
  struct Row {
    std::uint32_t hex;
    const char* text;
  };
  for (auto [hex, text] : {Row{0x030e08f0, "3.14.8"}, Row{0x030b07f0, "3.11.7"}, Row{0x030f00b2, "3.15.0b2"},
                           Row{0x030f00a1, "3.15.0a1"}, Row{0x030f00c1, "3.15.0rc1"}})
    CHECK(shard::python_version(hex) == text);
}

TEST_CASE("the path of a table") {
  CHECK(shard::tables_path("/d", 0x030e08f0, {}) == "/d/cp3.14.8/00000000000000000000000000000000.tables");
}

TEST_CASE("line tables, entry by entry") {
  struct Row {
    const char* what;
    std::string table;
    std::vector<int> lines;
    bool whole;
  };
  using std::string_literals::operator""s;
  const Row rows[] = {
      {"nothing", "", {}, true},
      {"the same line, one column byte", "\x80\x00"s, {10}, true},
      {"the next line, two column bytes", "\xd8\x00\x01"s, {11}, true},
      {"two lines on", "\xe0\x00\x01"s, {12}, true},
      {"a line alone, forward", "\xe8\x06"s, {13}, true},
      {"a line alone, backward", "\xe8\x07"s, {7}, true},
      {"line and columns", "\xf0\x04\x00\x01\x01"s, {12}, true},
      {"no location", "\xf8"s, {}, true},
      {"no location between", "\xe8\x02\xf8\xe8\x02"s, {11, 12}, true},
      {"a number of two bytes", "\xe8\x40\x02"s, {74}, true},
      {"cut in a number", "\xe8\x40"s, {}, false},
      {"cut before the columns", "\xd8\x00"s, {}, false},
      {"a number without end", "\xe8" + std::string(100, '\x7f'), {}, false},
      {"beyond all lines", "\xe8\x7e\x7f\x7f\x7f\x7f\x03\xe8\x7e\x7f\x7f\x7f\x7f\x03"s, {}, false},
  };
  for (const auto& row : rows) {
    CAPTURE(row.what);
    std::vector<int> lines;
    const bool whole = shard::for_each_table_line(row.table, 10, [&](int line) { lines.push_back(line); });
    CHECK(whole == row.whole);
    if (row.whole) CHECK(lines == row.lines);
  }
}

TEST_CASE("statement lines leave out annotations that are evaluated later, and lines that are none") {
  shard::Tables tables;
  tables.codes = {{"<module>", 0, std::string("\x80\x00\xe8\x02", 4)},
                  {"__annotate__", 7, std::string("\x80\x00", 2)},
                  {"f", 9, std::string("\x80\x00", 2)}};
  std::vector<int> lines;
  CHECK(shard::for_each_statement_line(tables, [&](int line) { lines.push_back(line); }));
  CHECK(lines == std::vector{1, 9});
}
