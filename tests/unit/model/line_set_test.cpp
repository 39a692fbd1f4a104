#include <doctest/doctest.h>
#include <covey/model/line_set.hpp>
#include <random>
#include <set>
#include <string>

using covey::model::LineSet;

namespace {

// Sets of many shapes: empty, sparse, dense, in runs, at the borders of words, of very different sizes.
class Generator {
 public:
  explicit Generator(unsigned seed) : m_random(seed) {}

  int up_to(int most) { return std::uniform_int_distribution(0, most)(m_random); }

  LineSet set() {
    LineSet lines;
    int most = m_sizes[up_to(4)];
    for (int n = up_to(12); n > 0; --n) {
      int first = up_to(most);
      if (up_to(2) == 0) {
        lines.insert_range(first, first + up_to(150));
      } else {
        lines.insert(first);
      }
    }
    return lines;
  }

 private:
  std::mt19937 m_random;
  int m_sizes[5] = {1, 63, 130, 700, 5000};
};

std::set<int> as_set(const LineSet& lines) {
  auto all = lines.lines();
  return {all.begin(), all.end()};
}

std::string text_of(const LineSet& lines) {
  std::string text;
  lines.for_each([&](int line) { text += std::to_string(line) + " "; });
  return text;
}

}  // namespace

TEST_CASE("union is commutative, associative and idempotent; its unit is the empty set") {
  for (unsigned seed = 0; seed < 500; ++seed) {
    CAPTURE(seed);
    Generator generate(seed);
    auto a = generate.set(), b = generate.set(), c = generate.set();
    CHECK((a | b) == (b | a));
    CHECK(((a | b) | c) == (a | (b | c)));
    CHECK((a | a) == a);
    CHECK((a | b | b) == (a | b));
    CHECK((a | LineSet()) == a);
  }
}

TEST_CASE("intersection and difference keep the laws of sets") {
  for (unsigned seed = 0; seed < 500; ++seed) {
    CAPTURE(seed);
    Generator generate(seed);
    auto a = generate.set(), b = generate.set(), c = generate.set();
    CHECK((a & b) == (b & a));
    CHECK((a & (b | c)) == ((a & b) | (a & c)));
    CHECK((a - b) == (a - (a & b)));
    CHECK(((a - b) | (a & b)) == a);
    CHECK(((a | b) - c) == ((a - c) | (b - c)));
    CHECK_FALSE((a - b).intersects(b));
    CHECK((a & b).is_subset_of(a));
    CHECK(a.is_subset_of(a | b));
    CHECK((a == b) == (as_set(a) == as_set(b)));
  }
}

TEST_CASE("every question is answered as a set of numbers would") {
  for (unsigned seed = 0; seed < 300; ++seed) {
    CAPTURE(seed);
    Generator generate(seed);
    auto lines = generate.set();
    auto other = generate.set();
    auto expected = as_set(lines);
    CHECK(lines.count() == static_cast<int>(expected.size()));
    CHECK(lines.empty() == expected.empty());
    CHECK(lines.min() == (expected.empty() ? 0 : *expected.begin()));
    CHECK(lines.max() == (expected.empty() ? 0 : *expected.rbegin()));
    CHECK(lines.intersects(other) == !(lines & other).empty());
    for (int i = 0; i < 30; ++i) {
      int first = generate.up_to(5200), last = first + generate.up_to(200) - 10;
      CHECK(lines.contains(first) == expected.contains(first));
      auto at = expected.lower_bound(first);
      CHECK(lines.intersects_range(first, last) == (at != expected.end() && *at <= last));
    }
    int gone = generate.up_to(700);
    lines.erase(gone);
    expected.erase(gone);
    CHECK(as_set(lines) == expected);
  }
}

TEST_CASE("ranges include both ends") {
  struct Row {
    int first, last, count;
  };
  for (const auto& row :
       {Row{1, 1, 1}, Row{1, 63, 63}, Row{1, 64, 64}, Row{63, 64, 2}, Row{64, 127, 64}, Row{64, 128, 65},
        Row{65, 300, 236}, Row{5, 4, 0}, Row{-5, 2, 2}, Row{-5, 0, 0}, Row{0, 0, 0}}) {
    CAPTURE(row.first);
    CAPTURE(row.last);
    LineSet lines;
    lines.insert_range(row.first, row.last);
    CHECK(lines.count() == row.count);
    for (int line = -3; line < 310; ++line)
      CHECK(lines.contains(line) == (line >= 1 && line >= row.first && line <= row.last));
  }
}

TEST_CASE("what is below 1 is no line") {
  LineSet lines{0, -1, -64, 7};
  CHECK(text_of(lines) == "7 ");
  CHECK_FALSE(lines.contains(0));
  CHECK_FALSE(lines.contains(-57));
  lines.erase(-57);
  CHECK(lines == LineSet{7});
}

TEST_CASE("equality looks at the lines, not at the room for them") {
  LineSet small{3};
  LineSet shrunk{3, 900};
  shrunk.erase(900);
  CHECK(small == shrunk);
  CHECK(shrunk == small);
  CHECK(small != LineSet{4});
}
