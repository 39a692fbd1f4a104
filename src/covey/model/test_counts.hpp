// How many tests ended in which way, by the words of pytest's closing line.
#pragma once

#include <cstdint>
#include <string_view>

namespace covey::model {

struct TestCounts {
  std::int64_t passed = 0;
  std::int64_t failed = 0;
  std::int64_t errors = 0;  // in set-up and tear-down: a test can count here and as passed
  std::int64_t skipped = 0;
  std::int64_t xfailed = 0;
  std::int64_t xpassed = 0;

  // Adds `count`, not negative, under the word of pytest's: "passed", "error", "errors". Words that count no end of a
  // test (deselected, warnings, subtests, rerun) are passed over.
  void add(std::string_view word, std::int64_t count);
  std::int64_t total() const { return passed + failed + errors + skipped + xfailed + xpassed; }

  TestCounts& operator+=(const TestCounts& other);
  friend bool operator==(const TestCounts&, const TestCounts&) = default;
};

}  // namespace covey::model
