// What pytest and unittest print about a run as a whole.
#pragma once

#include <covey/model/test_counts.hpp>
#include <optional>
#include <string_view>

namespace covey::audit {

// Whether the line is the header of a pytest run: "===== test session starts =====". With -q there is none.
bool is_pytest_header(std::string_view line);

// The last line of a pytest run: "==== 2 failed, 3 passed in 0.12s ====", or with -q the same without its bars.
struct PytestClosing {
  model::TestCounts counts;
  bool has_bars = false;
  bool collected_only = false;  // --collect-only: nothing was to run
};

// The closing line, in the words of any pytest since 3.0; nothing where the line is another.
std::optional<PytestClosing> parse_pytest_closing(std::string_view line);

// How many tests "Ran 5 tests in 0.002s" of unittest says that there were; nothing where the line is another.
std::optional<std::int64_t> parse_unittest_ran(std::string_view line);

// What the verdict of unittest says of the tests that it ran: "OK", "OK (skipped=1)", "FAILED (failures=1, errors=1)",
// "NO TESTS RAN". Nothing where the line is another.
std::optional<model::TestCounts> parse_unittest_verdict(std::string_view line, std::int64_t n_ran);

}  // namespace covey::audit
