#include <doctest/doctest.h>
#include <covey/base/file.hpp>
#include <covey/config/configuration_reader.hpp>
#include "../base/scratch_directory.hpp"

using namespace covey;
using config::Strings;

namespace {

struct File {
  const char* name;
  const char* text;
};

base::Result<config::LoadedConfiguration> read(const std::vector<File>& files, const Strings& variables = {},
                                               std::optional<std::string> rcfile = std::nullopt) {
  ScratchDirectory scratch;
  for (const auto& file : files) REQUIRE(base::write_file_atomic(scratch / file.name, file.text));
  config::ConfigurationRequest request;
  request.rcfile = std::move(rcfile);
  request.directory = scratch.path;
  request.environment = base::Environment(variables);
  return config::read_configuration(request);
}

std::string error_of(const base::Result<config::LoadedConfiguration>& loaded) {
  return loaded ? "no error" : loaded.error().coverage_message();
}

}  // namespace

TEST_CASE("the first file that says anything is the configuration") {
  struct Row {
    std::vector<File> files;
    Strings variables;
    std::optional<std::string> rcfile;
    const char* context;
  };
  const File toml{"pyproject.toml", "[tool.coverage.run]\ncontext = 'pyproject'\n"};
  const File tox{"tox.ini", "[coverage:run]\ncontext = tox\n"};
  const File setup{"setup.cfg", "[metadata]\nname = x\n[coverage:run]\ncontext = setup\n"};
  const File rc_toml{".coveragerc.toml", "[run]\ncontext = 'rc.toml'\n"};
  const File rc{".coveragerc", "[run]\ncontext = rc\n"};
  const File named{"named", "[run]\ncontext = named\n"};
  const Row rows[] = {
      {{toml}, {}, {}, "pyproject"},
      {{toml, tox}, {}, {}, "tox"},
      {{toml, tox, setup}, {}, {}, "setup"},
      {{toml, tox, setup, rc_toml}, {}, {}, "rc.toml"},
      {{toml, tox, setup, rc_toml, rc}, {}, {}, "rc"},
      {{rc, named}, {"COVERAGE_RCFILE=named"}, {}, "named"},
      {{rc, named}, {"COVERAGE_RCFILE=named"}, "named", "named"},
      {{rc, named}, {"COVERAGE_RCFILE=named"}, ".coveragerc", "named"},
      {{rc, tox}, {"COVERAGE_RCFILE=named"}, "tox.ini", "tox"},
      {{{".coveragerc", ""}, tox}, {}, {}, "none"},
      {{{"setup.cfg", "[run]\ncontext = x\n"}, tox}, {}, {}, "tox"},
      {{{"setup.cfg", "[coverage:run]\nhuh = x\n"}, tox}, {}, {}, "tox"},
      {{rc}, {}, "", "none"},
      {{rc}, {}, "/dev/null", "none"},
      {{}, {}, {}, "none"},
  };
  for (const auto& row : rows) {
    auto loaded = read(row.files, row.variables, row.rcfile);
    REQUIRE(loaded);
    CHECK(loaded->configuration.run.context.value_or("none") == row.context);
  }
}

TEST_CASE("values of both kinds of file") {
  const File files[] = {
      {".coveragerc",
       "[run]\nbranch = On\nsource = a, b\n  c\ndata_file = $DIR/x\n[report]\nprecision = 2\nfail_under = 90.5\n"
       "exclude_lines =\n  x, y\n\n  z\nexclude_also = also\n[paths]\nsrc = a\n  b\n"},
      {".coveragerc.toml",
       "[run]\nbranch = true\nsource = ['a', 'b', 'c']\ndata_file = '${DIR}/x'\n[report]\nprecision = '2'\n"
       "fail_under = '90.5'\nexclude_lines = ['x, y', ' z', '']\nexclude_also = ['also']\n[paths]\nsrc = ['a', 'b']\n"},
  };
  for (const auto& file : files) {
    CAPTURE(file.name);
    auto loaded = read({file}, {"DIR=/d"});
    REQUIRE(loaded);
    const auto& configuration = loaded->configuration;
    CHECK(configuration.run.branch);
    CHECK(configuration.run.source == Strings{"a", "b", "c"});
    CHECK(configuration.run.data_file == "/d/x");
    CHECK(configuration.report.precision == 2);
    CHECK(configuration.report.fail_under == 90.5);
    CHECK(configuration.report.exclude_list == Strings{"x, y", "z", "also"});
    CHECK(configuration.paths == std::vector<config::PathRule>{{"src", {"a", "b"}}});
    CHECK(loaded->warnings.empty());
  }
}

TEST_CASE("[paths] keeps the order of a TOML file") {
  auto loaded = read({{"pyproject.toml", "[tool.coverage.paths]\nz = ['1']\na = ['2']\nm = ['3']\n"}});
  REQUIRE(loaded);
  CHECK(loaded->configuration.paths == std::vector<config::PathRule>{{"z", {"1"}}, {"a", {"2"}}, {"m", {"3"}}});
}

TEST_CASE("variables, and what goes with options") {
  auto loaded = read({{".coveragerc", "[run]\ndata_file = a\ndebug = b\npatch = subprocess\n"}},
                     {"COVERAGE_FILE=f", "COVERAGE_DEBUG=c, d", "COVERAGE_CORE=pytrace"});
  REQUIRE(loaded);
  const auto& run = loaded->configuration.run;
  CHECK(run.data_file == "f");
  CHECK(run.debug == Strings{"b", "c", "d"});
  CHECK(run.core == "pytrace");
  CHECK(run.parallel);
}

TEST_CASE("COVERAGE_FORCE_CONFIG is read last") {
  auto loaded = read({{".coveragerc", "[run]\ndebug = a\ncontext = rc\n"}, {"force.ini", "[run]\ndebug = b\n"}},
                     {"COVERAGE_FORCE_CONFIG=force.ini", "COVERAGE_DEBUG=c"});
  REQUIRE(loaded);
  CHECK(loaded->configuration.run.debug == Strings{"b"});
  CHECK(loaded->configuration.run.context == "rc");
  CHECK(loaded->configuration.file->ends_with("/force.ini"));
  CHECK(loaded->configuration.files_read.size() == 2);
}

TEST_CASE("what is refused") {
  struct Row {
    File file;
    const char* said;
  };
  const Row rows[] = {
      {{".coveragerc", "[run]\ntimid = maybe?\n"}, "Couldn't read config file .coveragerc: Not a boolean: maybe?"},
      {{".coveragerc", "[report]\nprecision = x\n"},
       "Couldn't read config file .coveragerc: invalid literal for int() with base 10: 'x'"},
      {{".coveragerc", "[report]\nfail_under = x\n"},
       "Couldn't read config file .coveragerc: could not convert string to float: 'x'"},
      {{"setup.cfg", "[coverage:report]\nexclude_lines = foo(\n"},
       "Invalid [report].exclude_lines value 'foo(': missing ), unterminated subpattern at position 3"},
      {{"pyproject.toml", "[tool.coverage.report]\npartial_also = ['foo[']\n"},
       "Invalid [tool.coverage.report].partial_also value 'foo[': unterminated character set at position 3"},
      {{".coveragerc", "[report]\nexclude_also = \\N{DASH}\n"},
       "Invalid [report].exclude_also value '\\\\N{DASH}': bad escape \\N at position 0"},
      {{"pyproject.toml", "[tool.coverage.run]\nbranch = 1\n"},
       "Couldn't read config file pyproject.toml: Option [tool.coverage.run]branch is not a boolean: 1"},
      {{"pyproject.toml", "[tool.coverage.run]\nomit = 'x'\n"},
       "Couldn't read config file pyproject.toml: Option [tool.coverage.run]omit is not a list: 'x'"},
      {{"pyproject.toml", "[tool.coverage.run]\nomit = [{a = 1.5}]\n"},
       "Couldn't read config file pyproject.toml: Option [tool.coverage.run]omit is not a list of strings: {'a': 1.5}"},
      {{".coveragerc", "[run]\nconcurrency = zebra, foo\n"}, "Unknown concurrency choices: foo, zebra"},
      {{".coveragerc", "[run]\nconcurrency = gevent, eventlet\n"},
       "Conflicting concurrency settings: eventlet, gevent"},
      {{".coveragerc", "[html]\ntitle = ${NO?}\n"}, "Variable NO is undefined: '${NO?}'"},
      {{".coveragerc", "[run]\ncontext = \xff\n"}, "Couldn't read config file .coveragerc: byte 16 is not UTF-8"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.file.text);
    CHECK(error_of(read({row.file})) == row.said);
  }
  const std::string long_line = "[run]\ncontext = " + std::string(5 << 20, 'x');
  CHECK(error_of(read({{".coveragerc", long_line.c_str()}})) ==
        "Couldn't read config file .coveragerc: it is larger than 4194304 bytes");
  CHECK(error_of(read({}, {}, "nowhere.ini")) == "Couldn't read 'nowhere.ini' as a config file");
  CHECK(error_of(read({}, {}, ".")) == "Couldn't read '.' as a config file");
}

TEST_CASE("where coverage.py names no file or option, we do") {
  struct Row {
    File file;
    const char* said;
  };
  const Row rows[] = {
      {{".coveragerc", "[report]\nprecision = x\n"},
       "Couldn't read config file .coveragerc: [report].precision: invalid literal for int() with base 10: 'x'"},
      {{"setup.cfg", "[coverage:report]\nexclude_lines = foo(\n"},
       "setup.cfg: Invalid [report].exclude_lines value 'foo(': missing ), unterminated subpattern at position 3"},
      {{".coveragerc", "[html]\ntitle = ${NO?}\n"}, ".coveragerc: Variable NO is undefined: '${NO?}'"},
  };
  for (const auto& row : rows) {
    auto loaded = read({row.file});
    REQUIRE(!loaded);
    CHECK(loaded.error().message() == row.said);
  }
}

TEST_CASE("what is not known is a warning") {
  auto loaded = read({{"setup.cfg", "[coverage:run]\nxyzzy = 17\nbranch = 1\n[coverage:report]\nbranch = 1\n"}});
  REQUIRE(loaded);
  CHECK(loaded->warnings == Strings{"Unrecognized option '[coverage:run] xyzzy=' in config file setup.cfg",
                                    "Unrecognized option '[coverage:report] branch=' in config file setup.cfg"});
}
