#include <doctest/doctest.h>
#include <covey/source/constant_test.hpp>
#include <string>
#include <vector>

using covey::source::constant_test;

namespace {

// "true", "false" or "no constant".
std::string value_of(const std::string& header) {
  auto value = constant_test(header);
  return !value ? "no constant" : *value ? "true" : "false";
}

void check(const std::string& value, const std::vector<std::string>& tests) {
  for (const auto& test : tests) {
    CAPTURE(test);
    CHECK(value_of("if " + test + ":") == value);
  }
}

}  // namespace

TEST_CASE("constants that are true") {
  check("true", {"True",       "__debug__", "1",          "1_0", "0x_1",   "0b1",     "0o7",     "1.5",
                 ".1",         "1e-300",    "1e400",      "2j",  "0.5J",   "'a'",     "''  'b'", "b'x'",
                 "rb''''x'''", "r'\\\n'",   "'\\\n' ' '", "...", "(True)", "((\n 1))"});
}

TEST_CASE("constants that are false") {
  check("false", {"False",  "None",   "0",  "00",   "0_0", "0x_0",    "0b0", "0O0", "0.",      ".0",     "0e5",
                  "0.0e-7", "1e-400", "0j", "0.0J", "''",  "\"\" ''", "b''", "u''", "r''''''", "'\\\n'", "( 0 )"});
}

TEST_CASE("what is put together of constants") {
  check("true", {"not 0", "not not 1", "not(False)", "1 and 'a'", "0 or 1", "0 or None or (1 and not '')", "1or 0",
                 "not (0 and 1)", "not 0 and 1", "0 and 0 or 1", "(not\n 0)"});
  check("false", {"not 1", "1 and 0", "0 or None", "not (0 or 1)", "1 and (0 or not 1)", "0 and 1 or 0"});
}

TEST_CASE("what is no constant") {
  check("no constant",
        {"x",      "x and 0", "0 and x",  "1 or x", "not x",   "True_",     "Truely", "f''",        "f'a'",
         "'' f''", "t''",     "-1",       "+0",     "~0",      "1 + 1",     "1 == 1", "not 1 == 1", "1 if 1 else 1",
         "()",     "(1,)",    "(0, 1)",   "[1]",    "{1}",     "lambda: 1", "True.x", "'a'.b",      "'a' 'b' % x",
         "(1)(x)", "'a'[0]",  "(x := 1)", "x := 1", "await x", "(yield)",   "1 is 1", "1 in x"});
}

TEST_CASE("headers of all kinds") {
  CHECK(value_of("while 1:") == "true");
  CHECK(value_of("elif not\t1 :") == "false");
  CHECK(value_of("while(0):") == "false");
  CHECK(value_of("if'':") == "false");
  CHECK(value_of("if \\\n  1:") == "true");
  CHECK(value_of("if ( # why\n  1):") == "true");
  CHECK(value_of("if é:") == "no constant");
}

TEST_CASE("depth has an end and length has none") {
  CHECK(value_of("if " + std::string(199, '(') + "1" + std::string(199, ')') + ":") == "true");
  std::string nots;
  for (int i = 0; i < 100'001; ++i) nots += "not ";
  CHECK(value_of("if " + nots + "1:") == "false");
}
