#include <doctest/doctest.h>
#include <covey/base/file.hpp>
#include <covey/launch/run_options.hpp>
#include <filesystem>
#include "../base/scratch_directory.hpp"

using namespace covey;
using namespace covey::launch;

namespace {

using Words = std::vector<std::string>;

RunOptions parsed(const Words& arguments) {
  RunOptions options;
  REQUIRE_FALSE(parse_run_options(console::Invocation().with(arguments), options));
  return options;
}

}  // namespace

TEST_CASE("script, module or command") {
  struct Row {
    Words arguments;
    ProgramKind kind;
    Words words;
  };
  const Row rows[] = {
      {{"x.py", "-m", "y"}, ProgramKind::script, {"x.py", "-m", "y"}},
      {{"-m", "pytest", "-x"}, ProgramKind::module, {"pytest", "-x"}},
      {{"--module", "--append", "pytest"}, ProgramKind::module, {"pytest"}},
      {{"-a", "--", "make", "--", "test"}, ProgramKind::command, {"make", "--", "test"}},
      {{"--"}, ProgramKind::command, {}},
      {{}, ProgramKind::script, {}},
  };
  for (const auto& row : rows) {
    CAPTURE(row.arguments);
    auto options = parsed(row.arguments);
    CHECK(options.program.kind == row.kind);
    CHECK(options.program.words == row.words);
  }
}

TEST_CASE("options that make no sense") {
  for (const Words& arguments : {Words{"--part", "0", "x.py"}, Words{"--part=1.5", "x.py"}, Words{"--part=-1", "x.py"},
                                 Words{"--job=", "x.py"}, Words{"--data-file=", "x.py"}, Words{"-m", "--", "x"},
                                 Words{"--save-signal=HUP", "x.py"}, Words{"--unknown", "x.py"}}) {
    CAPTURE(arguments);
    RunOptions options;
    CHECK(parse_run_options(console::Invocation().with(arguments), options) == 1);
  }
}

TEST_CASE("a source is a directory where there is one, else a package") {
  ScratchDirectory scratch;
  for (const char* name : {"src", "pkg/sub"}) REQUIRE(base::make_directories(scratch / name));
  REQUIRE(base::write_file_atomic(scratch / "file.py", ""));
  std::filesystem::create_directory_symlink(scratch / "src", scratch / "link");
  struct Row {
    std::string source;
    Words directories, packages;
    std::string error;
  };
  const Row rows[] = {
      {"src", {scratch / "src"}, {}, ""},
      {"./src/", {scratch / "src"}, {}, ""},
      {"link", {scratch / "src"}, {}, ""},
      {".", {scratch.path}, {}, ""},
      {scratch / "pkg", {scratch / "pkg"}, {}, ""},
      {"pkg/sub", {scratch / "pkg/sub"}, {}, ""},
      {"pkg.sub", {}, {"pkg.sub"}, ""},
      {"größe.x1", {}, {"größe.x1"}, ""},
      {"nowhere/src", {}, {}, "nowhere/src: no such directory"},
      {"my-dir", {}, {}, "my-dir: no such directory"},
      {"a..b", {}, {}, "a..b: no such directory"},
      {"1a", {}, {}, "1a: no such directory"},
      {"file.py", {}, {}, "file.py: is no directory (--include takes files)"},
      {"/", {}, {}, "/: the root of the file system cannot be a source"},
      {"/tmp/..", {}, {}, "/tmp/..: the root of the file system cannot be a source"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.source);
    RunOptions options;
    options.source = {row.source};
    auto settings = apply_options(options, {}, scratch.path);
    CHECK((settings ? "" : settings.error().message()) == row.error);
    if (!settings) continue;
    CHECK(settings->source_dirs == row.directories);
    CHECK(settings->source_packages == row.packages);
  }
}

TEST_CASE("patterns and package names are looked at before anything starts") {
  RunOptions options;
  SUBCASE("include") { options.include = {"a***"}; }
  SUBCASE("omit") { options.omit = {"x[", "*"}; }
  SUBCASE("a package") { options.source_packages = {"a/b"}; }
  CHECK_FALSE(apply_options(options, {}, "/"));
}

TEST_CASE("a run that joins takes over what its own options do not say") {
  shard::Settings outer;
  outer.root = "/outer";
  outer.branch = true;
  outer.source_dirs = {"/outer/src"};
  outer.source_packages = {"p"};
  outer.include = {"*/a.py", "src/*", "name.py", "/abs/x"};
  outer.omit = {"tests/*"};

  auto same = apply_options({}, outer, "/inner");
  REQUIRE(same);
  CHECK(same->root == "/outer");
  CHECK(same->branch);
  CHECK(same->source_dirs == outer.source_dirs);
  CHECK(same->include == outer.include);
  CHECK_FALSE(same->append);

  RunOptions options;
  options.source = {"q"};
  options.omit = {"x/*"};
  options.append = true;
  auto mixed = apply_options(options, outer, "/inner");
  REQUIRE(mixed);
  CHECK(mixed->source_dirs.empty());
  CHECK(mixed->source_packages == Words{"q"});
  CHECK(mixed->root == "/inner");
  CHECK(mixed->include == Words{"*/a.py", "/outer/src/*", "name.py", "/abs/x"});
  CHECK(mixed->omit == Words{"x/*"});
  CHECK(mixed->append);
}

TEST_CASE("options are stronger than the configuration") {
  config::Configuration configuration;
  configuration.run.source = Words{"src"};
  configuration.run.source_dirs = {"lib"};
  configuration.run.omit = {"a/*"};
  configuration.run.include = {"b/*"};
  configuration.run.cover_pylib = true;
  RunOptions options;
  options.source = {"other"};
  options.omit = {"c/*"};
  options.branch = true;
  set_arguments(options, configuration);
  auto merged = with_configuration(options, configuration);
  CHECK(merged.source == Words{"other"});
  CHECK(merged.source_directories == Words{"lib"});
  CHECK(merged.omit == Words{"c/*"});
  CHECK(merged.include == Words{"b/*"});
  CHECK(merged.branch);
  CHECK(merged.cover_pylib);
}

TEST_CASE("[run] command_line is the program where none is named") {
  struct Row {
    const char* line;
    Words named;
    ProgramKind kind;
    Words words;
  };
  const Row rows[] = {
      {"x.py 'a b'", {}, ProgramKind::script, {"x.py", "a b"}},
      {"-m pytest -x", {}, ProgramKind::module, {"pytest", "-x"}},
      {"--module pytest", {}, ProgramKind::module, {"pytest"}},
      {"-m pytest", {"y.py"}, ProgramKind::script, {"y.py"}},
      {"", {}, ProgramKind::script, {}},
  };
  for (const auto& row : rows) {
    CAPTURE(row.line);
    config::Configuration configuration;
    configuration.run.command_line = row.line;
    ProgramRequest program;
    program.words = row.named;
    REQUIRE(take_command_line(configuration, program));
    CHECK(program.kind == row.kind);
    CHECK(program.words == row.words);
  }
}
