#include <doctest/doctest.h>
#include <covey/model/trail_set.hpp>
#include <random>

using namespace covey;

namespace {

model::TrailSet random_trails(std::mt19937& random) {
  std::vector<model::Trail> trails(random() % 6);
  for (auto& trail : trails) {
    trail.from = static_cast<int>(random() % 3) + 1;
    trail.lines.assign(random() % 3 + 1, static_cast<int>(random() % 3) + 1);
  }
  return model::TrailSet(trails);
}

}  // namespace

TEST_CASE("the order and number of trails do not matter") {
  const model::Trail a{1, {2}}, b{1, {2, 3}}, c{4, {-1}};
  CHECK(model::TrailSet({a, b, c}) == model::TrailSet({c, a, b, a}));
  CHECK(model::TrailSet({a}) != model::TrailSet({b}));
  CHECK(model::TrailSet().empty());
}

TEST_CASE("union is commutative, associative and idempotent") {
  std::mt19937 random(4);
  for (int turn = 0; turn < 500; ++turn) {
    const auto a = random_trails(random), b = random_trails(random), c = random_trails(random);
    CHECK((a | b) == (b | a));
    CHECK(((a | b) | c) == (a | (b | c)));
    CHECK((a | a) == a);
    CHECK((a | model::TrailSet()) == a);
  }
}
