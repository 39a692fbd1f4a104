#include <doctest/doctest.h>
#include <covey/base/float_text.hpp>
#include <limits>

using namespace covey::base;

TEST_CASE("floats as Python shows them") {
  struct Row {
    double number;
    const char* text;
  };
  for (const auto& row : {Row{0, "0.0"}, Row{-0.0, "-0.0"}, Row{100, "100.0"}, Row{0.1, "0.1"},
                          Row{100.0 / 3, "33.333333333333336"}, Row{1e-4, "0.0001"}, Row{9.5e-5, "9.5e-05"},
                          Row{1e-300, "1e-300"}, Row{123456789012345678.0, "1.2345678901234568e+17"},
                          Row{1e16, "1e+16"}, Row{9999999999999998, "9999999999999998.0"}, Row{-2.5, "-2.5"},
                          Row{std::numeric_limits<double>::infinity(), "inf"}})
    CHECK(float_repr(row.number) == row.text);
}

TEST_CASE("floats with so many decimals are rounded by their exact value, half to even") {
  CHECK(float_fixed(2.5, 0) == "2");
  CHECK(float_fixed(3.5, 0) == "4");
  CHECK(float_fixed(2.675, 2) == "2.67");
  CHECK(float_fixed(0.1, 20) == "0.10000000000000000555");
  CHECK(float_fixed(1e300, 0).size() == 301);
  CHECK(float_rounded(2.675, 2) == 2.67);
  CHECK(float_rounded(33.35, 1) == 33.4);
}
