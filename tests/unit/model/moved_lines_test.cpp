#include <doctest/doctest.h>
#include <covey/model/moved_lines.hpp>
#include <sstream>

using namespace covey::model;

namespace {

std::vector<std::string> lines(const std::string& text) {
  std::vector<std::string> all;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) all.push_back(line);
  return all;
}

// Removed from line 10 of a.py, added at line 20 of b.py.
Diff moved(const std::string& removed, const std::string& added) {
  return {{{FileKind::modified, "a.py", "a.py", false, {{10, 10, lines(removed), {}}}},
           {FileKind::modified, "b.py", "b.py", false, {{20, 20, {}, lines(added)}}}}};
}

LineSet new_in_b(const Diff& diff) { return new_lines(diff, find_moved_lines(diff))[1]; }

constexpr const char* k_block = "def total(items):\n    count = len(items)\n    return count * price\n";

}  // namespace

TEST_CASE("what is moved is not new") {
  struct Row {
    std::string what;
    std::string removed, added;
    LineSet new_lines;
  };
  const std::string block = k_block;
  const Row rows[] = {
      {"as it was", block, block, {}},
      {"with new lines around", block, "import a\n" + block + "call()\n", {20, 24}},
      {"from among others", "x = 1\n" + block + "y = 2\n", block, {}},
      {"deeper", block, "    def total(items):\n        count = len(items)\n        return count * price\n", {}},
      {"less deep", "\tdef total(items):\n\t    count = len(items)\n\t    return count * price\n", block, {}},
      {"with other ends of lines",
       block,
       "def total(items):\r\n    count = len(items)  \r\n    return count * price\r\n",
       {}},
      {"with blank lines in other places",
       "def total(items):\n\n    count = len(items)\n    return count * price\n",
       "def total(items):\n    count = len(items)\n   \n    return count * price\n",
       {22}},
      {"one line deeper than the others",
       block,
       "def total(items):\n        count = len(items)\n    return count * price\n",
       {20, 21, 22}},
      {"a line changed", block, "def total(items):\n    count = size(items)\n    return count * price\n", {20, 21, 22}},
      {"two lines only",
       "def total(items):\n    return len(items)\n",
       "def total(items):\n    return len(items)\n",
       {20, 21}},
      {"too few letters", "a = 1\nb = 2\nc = 3\n", "a = 1\nb = 2\nc = 3\n", {20, 21, 22}},
      {"letters beyond ASCII",
       "é = 'ééééé'\nü = 'üüüüü'\nö = 'ööööö'\n",
       "é = 'ééééé'\nü = 'üüüüü'\nö = 'ööööö'\n",
       {}},
      {"once, and copied", block, block + block, {23, 24, 25}},
      {"twice", block + "x\n" + block, block + "y\n" + block, {23}},
      {"in another order",
       "first_line_of_it = 1\nsecond_line_of_it = 2\nthird_line_of_it = 3\n",
       "third_line_of_it = 3\nsecond_line_of_it = 2\nfirst_line_of_it = 1\n",
       {20, 21, 22}},
      {"nothing", "", block, {20, 21, 22}},
  };
  for (const auto& row : rows) {
    CAPTURE(row.what);
    CHECK(new_in_b(moved(row.removed, row.added)) == row.new_lines);
  }
}

TEST_CASE("each moved line tells where it came from") {
  const auto found = find_moved_lines(moved(k_block, std::string("x\n") + k_block));
  CHECK(found == std::vector<MovedLine>{{0, 10, 1, 21}, {0, 11, 1, 22}, {0, 12, 1, 23}});
}

TEST_CASE("lines of two places that lay apart are no block") {
  Diff diff = moved("", k_block);
  const auto block = lines(k_block);
  diff.files[0].changes = {{10, 10, {block[0], block[1]}, {}}, {20, 18, {block[2]}, {}}};
  CHECK(new_in_b(diff) == LineSet{20, 21, 22});
}

TEST_CASE("the longest of several candidates is taken") {
  const std::string longer = std::string(k_block) + "    # and this line\n";
  Diff diff = moved(std::string(k_block) + "other = 1\n" + longer, longer);
  CHECK(new_in_b(diff).empty());
  CHECK(find_moved_lines(diff)[0].old_line == 14);
}

TEST_CASE("runs of brackets without end are no work") {
  std::string brackets;
  for (int i = 0; i < 200'000; ++i) brackets += "}\n";
  CHECK(find_moved_lines(moved(brackets, brackets)).empty());
  std::string words;
  for (int i = 0; i < 100'000; ++i) words += "the same line again\n";
  CHECK(find_moved_lines(moved(words, words)).size() == 100'000);
}
