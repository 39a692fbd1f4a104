#include <doctest/doctest.h>
#include <covey/base/file.hpp>
#include <covey/interpreters/executables.hpp>
#include <covey/launch/program.hpp>
#include <filesystem>
#include <initializer_list>
#include "../base/scratch_directory.hpp"

using namespace covey;
using namespace covey::launch;

namespace {

namespace fs = std::filesystem;

// Makes executable files; their content does not matter.
void make_executables(const ScratchDirectory& scratch, std::initializer_list<const char*> names) {
  for (std::string name : names) {
    auto path = scratch / name;
    REQUIRE(base::make_directories(path.substr(0, path.rfind('/'))));
    REQUIRE(base::write_file_atomic(path, "#!/bin/sh\n"));
    fs::permissions(path, fs::perms::owner_all);
  }
}

ProgramRequest script(const std::string& name) { return {ProgramKind::script, {name, "-x"}, std::nullopt}; }

}  // namespace

TEST_CASE("which interpreter") {
  ScratchDirectory scratch;
  make_executables(scratch,
                   {"own/python", "own/python3", "own3/python3", "venv/bin/python", "path/python3", "path/py"});
  REQUIRE(base::write_file_atomic(scratch / "x.py", ""));
  REQUIRE(base::make_directories(scratch / "folder/python"));
  struct Row {
    const char* name;
    std::optional<std::string> python;
    std::string own, active, python_found;  // empty: an error
  };
  const Row rows[] = {
      {"beside covey", {}, "own", "venv", "own/python"},
      {"beside covey, under its other name", {}, "own3", "venv", "own3/python3"},
      {"the active environment's", {}, "none", "venv", "venv/bin/python"},
      {"on the path", {}, "none", "", "path/python3"},
      {"a directory is no interpreter", {}, "folder", "", "path/python3"},
      {"--python, a name", "py", "own", "venv", "path/py"},
      {"--python, a path", "own3/python3", "own", "venv", "own3/python3"},
      {"--python, a missing path", "nowhere/python", "own", "venv", ""},
      {"--python, a missing name", "nothing", "own", "venv", ""},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    base::Environment environment({"PATH=/nowhere:" + scratch / "path"});
    if (!row.active.empty()) environment.set("VIRTUAL_ENV", scratch / row.active);
    auto request = script(scratch / "x.py");
    request.python = row.python;
    if (row.python && row.python->find('/') != std::string::npos) request.python = scratch / *row.python;
    auto program = resolve_program(request, environment, scratch.path, scratch / row.own);
    if (row.python_found.empty()) {
      REQUIRE_FALSE(program);
      CHECK(program.error().message() == *request.python + ": no such interpreter (--python)");
      continue;
    }
    REQUIRE(program);
    CHECK(program->file == scratch / row.python_found);
    CHECK(program->command == std::vector<std::string>{scratch / row.python_found, scratch / "x.py", "-x"});
  }
}

TEST_CASE("no interpreter at all") {
  ScratchDirectory scratch;
  REQUIRE(base::write_file_atomic(scratch / "x.py", ""));
  auto program =
      resolve_program(script(scratch / "x.py"), base::Environment({"PATH=/nowhere"}), scratch.path, scratch.path);
  REQUIRE_FALSE(program);
  CHECK(program.error().message() == "python3: no such interpreter on PATH (--python names one)");
}

TEST_CASE("the interpreter's version, as its file is called") {
  ScratchDirectory scratch;
  struct Row {
    const char* file;
    std::string version;
    bool free_threaded;
  };
  for (const auto& row : std::initializer_list<Row>{{"python3.14", "3.14", false},
                                                    {"python3.13t", "3.13", true},
                                                    {"python3", "", false},
                                                    {"pypy3.11", "", false},
                                                    {"python3.11-wrapper", "", false}}) {
    CAPTURE(row.file);
    make_executables(scratch, {row.file});
    fs::remove(scratch / "python");
    fs::create_symlink(scratch / row.file, scratch / "python");
    ProgramRequest request{ProgramKind::module, {"pkg"}, std::nullopt};
    auto program = resolve_program(request, base::Environment(), scratch.path, scratch.path);
    REQUIRE(program);
    CHECK(program->python == scratch / "python");  // the link is what makes a virtual environment
    CHECK(program->python_version == row.version);
    CHECK(program->free_threaded == row.free_threaded);
    CHECK(program->command == std::vector<std::string>{scratch / "python", "-m", "pkg"});
  }
}

TEST_CASE("scripts that cannot run") {
  ScratchDirectory scratch;
  make_executables(scratch, {"python3", "app/__main__.py"});
  REQUIRE(base::make_directories(scratch / "empty"));
  struct Row {
    std::string script, error;
  };
  const Row rows[] = {
      {scratch / "app", ""},
      {scratch / "nowhere.py", scratch / "nowhere.py" + ": no such file"},
      {scratch / "empty", scratch / "empty" + ": is a directory without a __main__.py"},
      {"", "nothing to run: name a script, -m module, or -- command"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.script);
    auto program = resolve_program(script(row.script), base::Environment(), scratch.path, scratch.path);
    CHECK((program ? "" : program.error().message()) == row.error);
  }
}

TEST_CASE("a command is found as a shell finds it, and keeps its name") {
  ScratchDirectory scratch;
  make_executables(scratch, {"one/make", "two/make", "two/nox", "cwd/here"});
  REQUIRE(base::write_file_atomic(scratch / "one/nox", "not executable"));
  struct Row {
    std::string path, name, found;
  };
  const Row rows[] = {
      {scratch / "one" + ":" + scratch / "two", "make", scratch / "one/make"},
      {scratch / "one" + ":" + scratch / "two", "nox", scratch / "two/nox"},
      {scratch / "one" + ":" + scratch / "two", "here", ""},
      {scratch / "one" + "::" + scratch / "two", "here", scratch / "cwd/here"},
      {scratch / "one" + ":", "here", scratch / "cwd/here"},
      {"../two", "nox", scratch / "cwd/../two/nox"},
      {"/nowhere", "./here", "./here"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.path);
    CAPTURE(row.name);
    base::Environment environment({"PATH=" + row.path});
    CHECK(interpreters::find_executable(row.name, environment, scratch / "cwd") == row.found);
    ProgramRequest request{ProgramKind::command, {row.name, "-k"}, std::nullopt};
    auto program = resolve_program(request, environment, scratch / "cwd", scratch.path);
    CHECK(program.has_value() == !row.found.empty());
    if (program) CHECK(program->command == std::vector<std::string>{row.name, "-k"});
    if (program) CHECK(program->python.empty());
  }
}
