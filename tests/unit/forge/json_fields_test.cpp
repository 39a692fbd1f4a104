#include <doctest/doctest.h>
#include <array>
#include <covey/forge/json_fields.hpp>

using namespace covey;

TEST_CASE("only what is asked for is read, and only of its kind") {
  constexpr auto k_wanted = std::to_array<std::string_view>({"/a/b", "/list/*/id", "/a/*"});
  struct Row {
    const char* text;
    const char* a_b;
    std::int64_t first, second;  // -1 for none
  };
  const Row rows[] = {
      {R"({"a": {"b": "x"}, "list": [{"id": 1}, {"id": 2}]})", "x", 1, 2},
      {R"({"a": {"b": 1}, "list": [{"id": "1"}, {"id": 2.0}]})", "", -1, -1},
      {R"({"a": null, "list": [[{"id": 1}], {"id": 2}]})", "", -1, 2},
      {R"({"a/b": "x", "list": {"0": {"id": 1}, "*": {"id": 1}}})", "", -1, -1},
      {R"({"a": {"*": "x"}})", "", -1, -1},
      {R"({"a": {"b": "x", "b": "y"}})", "y", -1, -1},
      {R"([{"a": {"b": "x"}}])", "", -1, -1},
      {R"({"list": [{"id": 99999999999999999999}, {"id": -5}]})", "", -1, -5},
      {R"("text")", "", -1, -1},
  };
  for (const auto& row : rows) {
    CAPTURE(row.text);
    const auto fields = forge::read_json_fields(row.text, k_wanted);
    REQUIRE(fields);
    CHECK(fields->text("/a/b") == row.a_b);
    CHECK(fields->number("/list/0/id").value_or(-1) == row.first);
    CHECK(fields->number("/list/1/id").value_or(-1) == row.second);
  }
}

TEST_CASE("lists are counted where they are the document") {
  CHECK(forge::read_json_fields("[1, [2, 3], {}]", {})->list_size() == 3);
  CHECK(forge::read_json_fields("[]", {})->is_list());
  CHECK_FALSE(forge::read_json_fields(R"({"a": [1]})", {})->is_list());
  CHECK(forge::read_json_fields(R"({"a": [1]})", {})->list_size() == 0);
}

TEST_CASE("what is not JSON says where") {
  struct Row {
    std::string text, said;
  };
  const Row rows[] = {
      {"", "byte 1: not JSON"},
      {"{\"a\": }", "byte 7: not JSON"},
      {"{} {}", "byte 4: not JSON"},
      {"[\"\xFF\"]", "byte 3: not JSON"},
      {std::string(100'000, '['), "nested deeper than any answer of a forge"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.text.substr(0, 20));
    const auto fields = forge::read_json_fields(row.text, {});
    REQUIRE_FALSE(fields);
    CHECK(fields.error().message() == row.said);
  }
}

TEST_CASE("any text is a JSON string") {
  CHECK(forge::json_string("a\"b\\\n\x01") == R"("a\"b\\\n\u0001")");
  CHECK(forge::json_string("\xC3\xA9\xFF") == "\"\xC3\xA9\xEF\xBF\xBD\"");
}
