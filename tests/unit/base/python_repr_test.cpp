#include <doctest/doctest.h>
#include <covey/base/python_repr.hpp>

using covey::base::python_repr;

TEST_CASE("text as Python's repr shows it") {
  CHECK(python_repr("/src/a.py") == "'/src/a.py'");
  CHECK(python_repr("c:\\a.py") == "'c:\\\\a.py'");
  CHECK(python_repr("it's") == "\"it's\"");
  CHECK(python_repr("it's \"it\"") == "'it\\'s \"it\"'");
  CHECK(python_repr("a\nb\tc\x1b\x7f") == "'a\\nb\\tc\\x1b\\x7f'");
  CHECK(python_repr("\xc3\xa9") == "'\xc3\xa9'");
  CHECK(python_repr("\xff\xc2\x85") == "'\\udcff\\x85'");
  CHECK(python_repr("") == "''");
}
