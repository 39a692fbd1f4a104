#include <doctest/doctest.h>
#include <covey/forge/marker.hpp>
#include <set>

using namespace covey;

TEST_CASE("no project ends its marker or has another's") {
  struct Row {
    std::string project, marker;
  };
  const Row rows[] = {
      {"covey", "<!-- covey:covey -->"},
      {"team/my-lib_2.x", "<!-- covey:team/my-lib_2.x -->"},
      {"my lib", "<!-- covey:my%20lib -->"},
      {"my%20lib", "<!-- covey:my%2520lib -->"},
      {"-->", "<!-- covey:%2D-%3E -->"},
      {"a-->\n<!-- covey:b", "<!-- covey:a-%2D%3E%0A%3C%21-%2D%20covey%3Ab -->"},
      {"a--!>b", "<!-- covey:a-%2D%21%3Eb -->"},
      {"---", "<!-- covey:%2D-%2D -->"},
      {"\xD0\xB0", "<!-- covey:%D0%B0 -->"},  // a Cyrillic letter that looks like "a"
      {std::string("a\0b", 3), "<!-- covey:a%00b -->"},
      {"", "<!-- covey: -->"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.project);
    const auto marker = forge::marker(row.project);
    CHECK(marker == row.marker);
    CHECK(marker.find("--", 4) == marker.size() - 3);
    for (const auto& other : rows) CHECK(forge::has_marker(marker + "\ntext", other.project) == (&row == &other));
  }
}

TEST_CASE("long names differ by their digests") {
  const std::string common(300, 'x');
  const auto one = forge::marker(common + "1"), two = forge::marker(common + "2");
  CHECK(one.size() < 250);
  CHECK(one != two);
}

TEST_CASE("a marker counts at the start alone") {
  CHECK(forge::with_marker("text", "p") == "<!-- covey:p -->\ntext");
  CHECK(forge::with_marker("<!-- covey:p -->\ntext", "p") == "<!-- covey:p -->\ntext");
  CHECK(forge::with_marker("<!-- covey:q -->\ntext", "p") == "<!-- covey:p -->\n<!-- covey:q -->\ntext");
  CHECK_FALSE(forge::has_marker(" <!-- covey:p -->", "p"));
  CHECK_FALSE(forge::has_marker("text <!-- covey:p -->", "p"));
}

TEST_CASE("a status is known by its project") {
  CHECK(forge::status_context("team/lib") == "covey/team/lib");
  CHECK(forge::status_context("a\nb\x1b[31m") == "covey/a b?[31m");
  CHECK(forge::comment_length(forge::status_context(std::string(300, 'x'))) == 255);
}

TEST_CASE("a text is shortened to a line") {
  struct Row {
    const char* text;
    std::size_t limit;
    const char* line;
  };
  const Row rows[] = {
      {"good", 4, "good"},   {"better", 4, "bet…"}, {"\xC3\xA9\xC3\xA9\xC3\xA9", 2, "\xC3\xA9…"},
      {"a\r\nb", 9, "a  b"}, {"ab", 1, "…"},        {"ab", 0, ""},
      {"", 3, ""},
  };
  for (const auto& row : rows) {
    CAPTURE(row.text);
    CHECK(forge::shortened(row.text, row.limit) == row.line);
  }
}

TEST_CASE("a comment is counted as the forges count, and cut between lines") {
  CHECK(forge::comment_length("a\xC3\xA9\n") == 3);
  CHECK(forge::comment_length("\xF0\x9F\x98\x80") == 2);
  CHECK(forge::comment_length("\xFF\xFE") == 2);

  struct Row {
    const char* text;
    std::size_t limit;
    const char* cut;
  };
  const Row rows[] = {
      {"one\ntwo\n", 8, "one\ntwo\n"},
      {"one\ntwo\nthree\n", 12, "one\ntwo\n…"},
      {"one\ntwo\nthree\n", 9, "one\ntwo\n…"},
      {"one\ntwo\nthree\n", 8, "one\n…"},
      {"a long line", 5, "a lo…"},
      {"\xF0\x9F\x98\x80\xF0\x9F\x98\x80", 3, "\xF0\x9F\x98\x80…"},
      {"\xF0\x9F\x98\x80\xF0\x9F\x98\x80", 2, "…"},
      {"long", 0, "…"},
      {"", 0, ""},
  };
  for (const auto& row : rows) {
    CAPTURE(row.text);
    CAPTURE(row.limit);
    CHECK(forge::cut_comment(row.text, row.limit, "…") == row.cut);
  }
}
