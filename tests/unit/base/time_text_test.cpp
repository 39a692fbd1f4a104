#include <doctest/doctest.h>
#include <covey/base/time_text.hpp>

using namespace covey::base;

TEST_CASE("times are written in UTC with their fraction") {
  struct Row {
    double seconds;
    std::string text;
  };
  for (const auto& row : std::initializer_list<Row>{{0, "1970-01-01T00:00:00.000000Z"},
                                                    {1795448117.1373723, "2026-11-23T15:35:17.137372Z"},
                                                    {951782399.9999999, "2000-02-29T00:00:00.000000Z"},
                                                    {-0.5, "1969-12-31T23:59:59.500000Z"},
                                                    {179547874330254.36, "9999-12-31T23:59:59.000000Z"},
                                                    {-1e300, "0001-01-01T00:00:00.000000Z"}})
    CHECK(utc_text(row.seconds) == row.text);
}
