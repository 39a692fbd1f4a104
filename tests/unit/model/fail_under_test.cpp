#include <doctest/doctest.h>
#include <covey/model/fail_under.hpp>
#include <limits>

using namespace covey::model;

TEST_CASE("a total fails below the threshold, as rounded for showing") {
  struct Row {
    double total, fail_under;
    int precision;
    bool fails;
  };
  for (const auto& row : {Row{0, 0, 0, false}, Row{42.1, 42, 0, false}, Row{41.5, 42, 0, false}, Row{41.4, 42, 0, true},
                          Row{42.857, 43, 0, false}, Row{42.857, 43, 1, true},
                          // A threshold with decimals asks for as many.
                          Row{42.857, 42.86, 0, false}, Row{42.857, 42.858, 0, true}, Row{42.857, 42.87, 1, true},
                          Row{1e-6, 1.5e-6, 0, true}, Row{2e-6, 1.5e-6, 0, false},
                          // Half to even, and by the double's exact value.
                          Row{42.5, 43, 0, true}, Row{43.5, 44, 0, false}, Row{2.675, 2.68, 0, true},
                          // 100 is 100.
                          Row{100, 100, 0, false}, Row{99.9999999, 100, 0, true}, Row{99.9999999, 99.99, 0, false}}) {
    CAPTURE(row.total);
    CAPTURE(row.fail_under);
    CHECK(should_fail_under(row.total, row.fail_under, row.precision) == row.fails);
  }
}

TEST_CASE("a threshold that no total can have is refused") {
  auto message = [](double fail_under) { return should_fail_under(50, fail_under, 0).error().message(); };
  CHECK(message(101) == "fail_under=101.0 is invalid. Must be between 0 and 100.");
  CHECK(message(-0.25) == "fail_under=-0.25 is invalid. Must be between 0 and 100.");
  CHECK(message(1e17) == "fail_under=1e+17 is invalid. Must be between 0 and 100.");
  CHECK(message(std::numeric_limits<double>::quiet_NaN()) == "fail_under=nan is invalid. Must be between 0 and 100.");
}

TEST_CASE("the message shows what was compared") {
  struct Row {
    double total, fail_under;
    int precision;
    const char* message;
  };
  for (const auto& row : {Row{42.1, 43, 0, "total of 42 is less than fail-under=43"},
                          Row{42.1, 43, 2, "total of 42.10 is less than fail-under=43.00"},
                          Row{42.857, 42.858, 0, "total of 42.857 is less than fail-under=42.858"},
                          Row{99.9999, 100, 0, "total of 99 is less than fail-under=100"},
                          Row{99.9999, 100, 2, "total of 99.99 is less than fail-under=100.00"},
                          Row{1e-6, 1.5e-6, 0, "total of 0.0000010 is less than fail-under=0.0000015"}}) {
    CHECK(format_fail_under_msg(row.total, row.fail_under, row.precision) == row.message);
  }
}
