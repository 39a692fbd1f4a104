#include <doctest/doctest.h>
#include <covey/console/drop_in_help.hpp>
#include <covey/console/option_parser.hpp>

using namespace covey::console;

namespace {

using Words = std::vector<std::string>;

struct Given {
  bool append = false;
  bool keep = false;
  bool keep_combined = false;
  std::optional<std::string> data_file;
  std::optional<double> fail_under;
  Words omit;
  Words files;
  std::optional<int> status;
};

Given parse(const Words& arguments) {
  Given given;
  OptionParser parser("report", "[options] [modules]", "Reports.");
  parser.flag("-a,--append", given.append, "Adds.");
  parser.flag("--keep", given.keep, "Keeps.");
  parser.flag("--keep-combined", given.keep_combined, "Keeps what was combined.");
  parser.text("-d,--data-file", given.data_file, "FILE", "A file.");
  parser.number("--fail-under", given.fail_under, "MIN", "A number.");
  parser.list("--omit", given.omit, "PAT1,PAT2,...", "Patterns.");
  parser.words(given.files);
  auto invocation = Invocation().with(arguments);
  invocation.manner = Manner::coverage;
  given.status = parser.parse(invocation);
  return given;
}

}  // namespace

TEST_CASE("the drop-in takes arguments as Python's optparse does") {
  CHECK(parse({"--app"}).append);
  CHECK(parse({"--dat=x"}).data_file == "x");
  CHECK(parse({"--data-file", "-a"}).data_file == "-a");
  CHECK(parse({"--data-file="}).data_file == "");
  CHECK(parse({"-adx"}).append);
  CHECK(parse({"-adx"}).data_file == "x");
  CHECK(parse({"-ad", "x"}).data_file == "x");
  CHECK(parse({"--omit", "a,b"}).omit == Words{"a", "b"});
  CHECK(parse({"--fail-under=12.5"}).fail_under == 12.5);
  CHECK(parse({"--keep"}).keep);
  CHECK_FALSE(parse({"--keep"}).keep_combined);
}

TEST_CASE("the drop-in's options end where something else begins") {
  struct Row {
    Words arguments, files;
  };
  const Row rows[] = {
      {{"a.py"}, {"a.py"}},
      {{"a.py", "--append"}, {"a.py", "--append"}},
      {{"--", "--append"}, {"--append"}},
      {{"-", "--append"}, {"-", "--append"}},
  };
  for (const auto& row : rows) {
    CAPTURE(row.arguments);
    const auto given = parse(row.arguments);
    CHECK_FALSE(given.status);
    CHECK_FALSE(given.append);
    CHECK(given.files == row.files);
  }
}

TEST_CASE("what the drop-in ends with without doing anything") {
  struct Row {
    Words arguments;
    int status;
  };
  const Row rows[] = {
      {{"--help"}, 0},       {{"-h"}, 0}, {{"--he"}, 0},           {{"-ah"}, 0},
      {{"--nonsense"}, 1},   {{"-x"}, 1}, {{"--ke"}, 1},           {{"--data-file"}, 1},
      {{"--append=yes"}, 1}, {{"-d"}, 1}, {{"--fail-under=x"}, 1}, {{"--append", "-z"}, 1},
  };
  for (const auto& row : rows) {
    CAPTURE(row.arguments);
    CHECK(parse(row.arguments).status == row.status);
  }
}

TEST_CASE("a command's help is laid out as optparse does it") {
  DeclaredOptions declared;
  declared.command = "report";
  declared.usage = "[options]";
  declared.help = "Reports.";
  declared.options = {
      {"-m,--missing", "", "Short.", nullptr},
      {"--patterns", "PAT1,PAT2,...", "Too long to have its help beside it, and so long that it takes two lines.",
       nullptr},
  };
  auto invocation = Invocation();
  invocation.program = "coverage";
  CHECK(command_help(declared, invocation) ==
        "Usage: coverage report [options]\n"
        "\n"
        "Reports.\n"
        "\n"
        "Options:\n"
        "  -m, --missing         Short.\n"
        "  --patterns=PAT1,PAT2,...\n"
        "                        Too long to have its help beside it, and so long that\n"
        "                        it takes two lines.\n"
        "  -h, --help            Print this and end.\n"
        "\n"
        "Full documentation is at https://coverage.readthedocs.io/en/7.17.3\n");
}
