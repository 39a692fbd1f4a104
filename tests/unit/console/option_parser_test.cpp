#include <doctest/doctest.h>
#include <covey/console/option_parser.hpp>

using namespace covey::console;

namespace {

using Words = std::vector<std::string>;

struct Given {
  bool all = false;
  std::optional<std::string> name;
  std::optional<double> limit;
  Words files;
  Words rest;
  std::optional<int> status;
};

enum class Others { none, rest, words };

Given parse(const Words& arguments, Others others = Others::rest) {
  Given given;
  OptionParser parser("test", "[options]", "A command for tests.");
  parser.flag("-a,--all", given.all, "everything");
  parser.text("--name", given.name, "NAME", "a name");
  parser.number("--limit", given.limit, "N", "a number");
  parser.list("-f,--files", given.files, "FILE,...", "some files");
  if (others == Others::rest) parser.rest(given.rest);
  if (others == Others::words) parser.words(given.rest);
  given.status = parser.parse(Invocation().with(arguments));
  return given;
}

}  // namespace

TEST_CASE("lists are separated by commas, and the last one counts") {
  struct Row {
    Words arguments, files;
  };
  const Row rows[] = {
      {{"--files", "a"}, {"a"}},
      {{"--files=a,b"}, {"a", "b"}},
      {{"-f", "a", "-f", "b,c"}, {"b", "c"}},
      {{"-fa"}, {"a"}},
      {{"--files=", "--files", ""}, {}},
      {{"--files", ",a,,b,"}, {"a", "b"}},
      {{"--files", "a b, c"}, {"a b", " c"}},
      {{"--files", "[ab]", "--files=[c,d]"}, {"[c", "d]"}},
      {{"--files", "--name"}, {"--name"}},  // an option's value is whatever follows it
  };
  for (const auto& row : rows) {
    CAPTURE(row.arguments);
    auto given = parse(row.arguments);
    CHECK_FALSE(given.status);
    CHECK(given.files == row.files);
  }
}

TEST_CASE("of a single option the last value counts") {
  CHECK(parse({"--name", "a", "--name=b"}).name == "b");
  CHECK(parse({"--name=a=b"}).name == "a=b");
  CHECK(parse({"--name="}).name == "");
  CHECK(parse({}).name == std::nullopt);
  CHECK(parse({"--limit", "2.5"}).limit == 2.5);
}

TEST_CASE("what follows the options is the program's, as it is") {
  struct Row {
    Words arguments, rest;
    bool all;
  };
  const Row rows[] = {
      {{}, {}, false},
      {{"-a", "x.py"}, {"x.py"}, true},
      {{"x.py", "-a"}, {"x.py", "-a"}, false},
      {{"x.py", "--unknown", "--name="}, {"x.py", "--unknown", "--name="}, false},
      {{"-a", "x.py", "--", "-b"}, {"x.py", "--", "-b"}, true},
      {{"--", "make", "-k"}, {"--", "make", "-k"}, false},
      {{"-a", "--", "-x"}, {"--", "-x"}, true},
      {{"x.py", "", " ", "a\nb", "++"}, {"x.py", "", " ", "a\nb", "++"}, false},
      {{"x.py", "-h"}, {"x.py", "-h"}, false},
      {{"-"}, {"-"}, false},
  };
  for (const auto& row : rows) {
    CAPTURE(row.arguments);
    auto given = parse(row.arguments);
    CHECK_FALSE(given.status);
    CHECK(given.rest == row.rest);
    CHECK(given.all == row.all);
  }
}

TEST_CASE("words stand anywhere between options") {
  struct Row {
    Words arguments, words;
  };
  const Row rows[] = {
      {{"a", "--all", "b"}, {"a", "b"}},
      {{"--", "-x", "--all"}, {"-x", "--all"}},
      {{"a", "--", "--"}, {"a", "--"}},
  };
  for (const auto& row : rows) {
    CAPTURE(row.arguments);
    auto given = parse(row.arguments, Others::words);
    CHECK_FALSE(given.status);
    CHECK(given.rest == row.words);
  }
}

TEST_CASE("misuse ends with status 1, help with 0") {
  struct Row {
    Words arguments;
    Others others;
    int status;
  };
  const Row rows[] = {
      {{"--unknown", "x.py"}, Others::rest, 1},
      {{"-z"}, Others::rest, 1},
      {{"-az"}, Others::rest, 1},
      {{"--name"}, Others::rest, 1},
      {{"--limit", "many"}, Others::rest, 1},
      {{"x.py"}, Others::none, 1},
      {{"--unknown"}, Others::words, 1},
      {{"--help"}, Others::rest, 0},
      {{"-a", "-h"}, Others::none, 0},
  };
  for (const auto& row : rows) {
    CAPTURE(row.arguments);
    CHECK(parse(row.arguments, row.others).status == row.status);
  }
}

TEST_CASE("of a flag and its opposite the last one given wins") {
  struct Row {
    Words arguments;
    bool before, after;
  };
  for (const auto& row :
       {Row{{}, true, true}, Row{{}, false, false}, Row{{"--skip"}, false, true}, Row{{"--no-skip"}, true, false},
        Row{{"--skip", "--no-skip"}, false, false}, Row{{"--no-skip", "--skip"}, false, true},
        Row{{"--skip", "--no-skip", "--skip"}, false, true}}) {
    bool skip = row.before;
    OptionParser parser("test", "[options]", "A command for tests.");
    parser.flag("--skip", skip, "skip");
    parser.unset("--no-skip", skip, "do not skip");
    CHECK_FALSE(parser.parse(Invocation().with(row.arguments)));
    CHECK(skip == row.after);
  }
}

TEST_CASE("what a list or the words held is a default") {
  Words values = {"default"};
  Words words = {"default"};
  auto parse_over = [&](const Words& arguments) {
    OptionParser parser("test", "[options]", "Tests.");
    parser.list("--omit", values, "PATTERN", "leave out");
    parser.words(words);
    return parser.parse(Invocation().with(arguments));
  };
  CHECK_FALSE(parse_over({}));
  CHECK(values == Words{"default"});
  CHECK(words.empty());
  CHECK_FALSE(parse_over({"--omit=a,b", "x", "--omit=c"}));
  CHECK(values == Words{"c"});
  CHECK(words == Words{"x"});
}
