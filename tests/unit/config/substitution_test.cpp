#include <doctest/doctest.h>
#include <covey/config/python_text.hpp>
#include <covey/config/substitution.hpp>
#include <limits>

using namespace covey;

TEST_CASE("variables in values") {
  const base::Environment environment({"FOO=fooey", "EMPTY="});
  struct Row {
    const char* text;
    const char* result;
  };
  const Row rows[] = {
      {"plain", "plain"},
      {"$FOO is ${FOO}", "fooey is fooey"},
      {"x${NO}y$NO.", "xy."},
      {"${NO-default} ${FOO-default} ${EMPTY-default}|", "default fooey |"},
      {"${NO-}|${FOO?}", "|fooey"},
      {"a$$b $$FOO", "a$b $FOO"},
      {"100$ ${FOO $(FOO) ${} ${FOO!}", "100$ ${FOO $(FOO) ${} ${FOO!}"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.text);
    CHECK(config::substitute_variables(row.text, environment).value() == row.result);
  }
  CHECK(config::substitute_variables("a ${NO?}", environment).error().message() ==
        "Variable NO is undefined: 'a ${NO?}'");
}

TEST_CASE("home directories") {
  auto home = [](const std::string& user) -> std::optional<std::string> {
    if (user == "nobody") return std::nullopt;
    return "/home/" + (user.empty() ? "owner" : user) + "/";
  };
  struct Row {
    const char* path;
    const char* variable;  // HOME=…
    const char* expanded;
  };
  const Row rows[] = {
      {"~/a", "HOME=/me", "/me/a"},
      {"~", "HOME=/me/", "/me"},
      {"~/a", "OTHER=1", "/home/owner/a"},
      {"~joe/a", "HOME=/me", "/home/joe/a"},
      {"~nobody/a", "HOME=/me", "~nobody/a"},
      {"a/~", "HOME=/me", "a/~"},
      {"~", "HOME=/", "/"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.path);
    CHECK(config::expand_user(row.path, base::Environment({row.variable}), home) == row.expanded);
  }
}

TEST_CASE("numbers as Python reads them") {
  using config::python_float;
  using config::python_int;
  CHECK(python_int(" +1_000 ") == 1000);
  CHECK(python_int("-007") == -7);
  for (const char* bad : {"", "1.5", "1__0", "_1", "1_", "+-1", "0x1", "one"}) CHECK_FALSE(python_int(bad));
  CHECK(python_float("90") == 90.0);
  CHECK(python_float(" -1_0.5e1 ") == -105.0);
  CHECK(python_float(".5") == 0.5);
  CHECK(python_float("Infinity") == std::numeric_limits<double>::infinity());
  for (const char* bad : {"", "90%", "1e", "0x1", "--1", "1_.5", "in"}) CHECK_FALSE(python_float(bad));
}
