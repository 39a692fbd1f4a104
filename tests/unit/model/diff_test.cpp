#include <doctest/doctest.h>
#include <covey/model/diff.hpp>
#include <random>

using namespace covey::model;

namespace {

FileDiff file(std::vector<Change> changes) { return {FileKind::modified, "a.py", "a.py", false, std::move(changes)}; }

using Texts = std::vector<std::string>;

// Puts the changes into `lines`: what a diff means.
Texts applied(const FileDiff& diff, const Texts& lines) {
  Texts after;
  std::size_t next = 0;
  for (const auto& change : diff.changes) {
    while (next + 1 < static_cast<std::size_t>(change.old_start)) after.push_back(lines[next++]);
    next += change.removed.size();
    after.insert(after.end(), change.added.begin(), change.added.end());
  }
  after.insert(after.end(), lines.begin() + static_cast<std::ptrdiff_t>(next), lines.end());
  return after;
}

// A diff of a text of `n` lines, each the number of its own: removed ones are its, added ones are "+".
FileDiff made_up(int n, std::mt19937& random) {
  auto upto = [&](int most) { return static_cast<int>(random() % static_cast<unsigned>(most + 1)); };
  FileDiff diff = file({});
  int shift = 0;
  for (int line = 1 + upto(3); line <= n; line += 1 + upto(4)) {
    Change change{line, line + shift, {}, Texts(static_cast<std::size_t>(upto(3)), "+")};
    const int removed = std::min(upto(3), n - line + 1);
    for (int i = 0; i < removed; ++i) change.removed.push_back(std::to_string(line++));
    shift = change.new_end() - line;
    if (!change.removed.empty() || !change.added.empty()) diff.changes.push_back(change);
  }
  return diff;
}

}  // namespace

TEST_CASE("lines keep their text on the way to the other side") {
  const auto diff = file({{2, 2, {"b"}, {"B", "B2"}}, {5, 6, {}, {"new"}}, {7, 9, {"g", "h"}, {}}});
  struct Row {
    int old_line, new_line;
  };
  for (const auto& row : {Row{1, 1}, Row{2, 0}, Row{3, 4}, Row{4, 5}, Row{5, 7}, Row{6, 8}, Row{7, 0}, Row{8, 0},
                          Row{9, 9}, Row{100, 100}, Row{0, 0}, Row{-3, 0}}) {
    CAPTURE(row.old_line);
    CHECK(diff.new_line_of(row.old_line) == row.new_line);
    if (row.new_line > 0) CHECK(diff.old_line_of(row.new_line) == row.old_line);
  }
  CHECK(diff.added_lines() == LineSet{2, 3, 6});
  CHECK(diff.removed_lines() == LineSet{2, 7, 8});
  for (int line : {2, 3, 6}) CHECK(diff.old_line_of(line) == 0);
}

TEST_CASE("a file without changes is as it was, and of a binary one nothing is known") {
  CHECK(file({}).new_line_of(7) == 7);
  CHECK(file({}).added_lines().empty());
  FileDiff binary{FileKind::modified, "a", "a", true};
  CHECK(binary.new_line_of(7) == 0);
  CHECK(binary.old_line_of(7) == 0);
}

TEST_CASE("of made-up diffs, a line has the same text where it is mapped to, and only added ones come from nowhere") {
  std::mt19937 random(1);
  for (int round = 0; round < 500; ++round) {
    const int n = static_cast<int>(random() % 30);
    Texts before;
    for (int line = 1; line <= n; ++line) before.push_back(std::to_string(line));
    const auto diff = made_up(n, random);
    const auto after = applied(diff, before);
    const auto added = diff.added_lines(), removed = diff.removed_lines();
    for (int line = 1; line <= static_cast<int>(after.size()); ++line) {
      const int from = diff.old_line_of(line);
      CHECK((from == 0) == added.contains(line));
      if (from == 0) continue;
      CHECK(after[static_cast<std::size_t>(line) - 1] == before[static_cast<std::size_t>(from) - 1]);
      CHECK(diff.new_line_of(from) == line);
    }
    for (int line = 1; line <= n; ++line) CHECK((diff.new_line_of(line) == 0) == removed.contains(line));
  }
}

TEST_CASE("files are found by what they were called") {
  Diff diff{{{FileKind::renamed, "z.py", "b.py"},
             {FileKind::deleted, "y.py", ""},
             {FileKind::added, "", "a.py"},
             {FileKind::copied, "z.py", "c.py"}}};
  diff.sort();
  CHECK(diff.files[0].new_name == "a.py");
  CHECK(diff.files[3].name() == "y.py");
  const auto by_name = diff.by_old_name();
  REQUIRE(by_name.size() == 2);
  CHECK(by_name.at("z.py")->new_name == "b.py");
  CHECK(by_name.at("y.py")->kind == FileKind::deleted);
}
