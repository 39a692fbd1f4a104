#include <covey/model/test_counts.hpp>

namespace covey::model {

namespace {

struct Word {
  std::string_view word;
  std::int64_t TestCounts::*count;
};

constexpr Word k_words[] = {
    {"passed", &TestCounts::passed},   {"failed", &TestCounts::failed},   {"error", &TestCounts::errors},
    {"errors", &TestCounts::errors},   {"skipped", &TestCounts::skipped}, {"xfailed", &TestCounts::xfailed},
    {"xpassed", &TestCounts::xpassed},
};

// More than any suite has, and no sum of them leaves an int64.
constexpr std::int64_t k_most = 1'000'000'000'000;

}  // namespace

void TestCounts::add(std::string_view word, std::int64_t count) {
  for (const auto& each : k_words)
    if (each.word == word && this->*each.count < k_most) this->*each.count += count < k_most ? count : k_most;
}

TestCounts& TestCounts::operator+=(const TestCounts& other) {
  for (const auto& each : k_words)
    if (each.word != "errors") add(each.word, other.*each.count);
  return *this;
}

}  // namespace covey::model
