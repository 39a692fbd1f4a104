#include <doctest/doctest.h>
#include <algorithm>
#include <covey/base/human_order.hpp>
#include <string>
#include <vector>

TEST_CASE("names in the order that people expect") {
  const std::vector<std::string> sorted = {"",    "1",   "01b",   "1b", "2",    "a",     "a2", "a02b",
                                           "a2b", "a10", "a10.5", "ab", "b1c2", "b1c10", "é"};
  auto shuffled = sorted;
  std::reverse(shuffled.begin(), shuffled.end());
  std::sort(shuffled.begin(), shuffled.end(), [](auto& a, auto& b) { return covey::base::human_less(a, b); });
  CHECK(shuffled == sorted);
}
