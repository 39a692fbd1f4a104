#include <doctest/doctest.h>
#include <covey/model/arc_set.hpp>
#include <random>
#include <set>

using namespace covey::model;

namespace {

ArcSet generated(unsigned seed) {
  std::mt19937 random(seed);
  auto up_to = [&](int most) { return std::uniform_int_distribution(0, most)(random); };
  std::vector<Arc> arcs;
  for (int n = up_to(30); n > 0; --n) arcs.push_back({up_to(9) + 1, up_to(18) - 9});
  return ArcSet(arcs);
}

std::set<Arc> as_set(const ArcSet& arcs) { return {arcs.begin(), arcs.end()}; }

}  // namespace

TEST_CASE("union is commutative, associative and idempotent; its unit is the empty set") {
  for (unsigned seed = 0; seed < 300; ++seed) {
    CAPTURE(seed);
    auto a = generated(3 * seed), b = generated(3 * seed + 1), c = generated(3 * seed + 2);
    CHECK((a | b) == (b | a));
    CHECK(((a | b) | c) == (a | (b | c)));
    CHECK((a | a) == a);
    CHECK((a | ArcSet()) == a);
  }
}

TEST_CASE("the operators do what those of std::set do") {
  for (unsigned seed = 0; seed < 300; ++seed) {
    CAPTURE(seed);
    auto a = generated(2 * seed), b = generated(2 * seed + 1);
    auto both = as_set(a), common = as_set(a), rest = as_set(a);
    both.merge(as_set(b));
    std::erase_if(common, [&](Arc arc) { return !as_set(b).contains(arc); });
    std::erase_if(rest, [&](Arc arc) { return as_set(b).contains(arc); });
    CHECK(as_set(a | b) == both);
    CHECK(as_set(a & b) == common);
    CHECK(as_set(a - b) == rest);
  }
}

TEST_CASE("arcs are kept sorted and once") {
  ArcSet arcs = {{2, 3}, {1, -1}, {2, 3}, {1, 2}};
  arcs.insert({1, 2});
  arcs.insert({1, 1});
  CHECK(arcs == ArcSet{{1, -1}, {1, 1}, {1, 2}, {2, 3}});
  CHECK(arcs.size() == 4);
  CHECK(arcs.contains({2, 3}));
  CHECK_FALSE(arcs.contains({3, 2}));
}
