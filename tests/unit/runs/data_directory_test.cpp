#include <doctest/doctest.h>
#include <covey/base/file.hpp>
#include <covey/runs/data_directory.hpp>
#include <covey/runs/replace.hpp>
#include <covey/runs/run_lock.hpp>
#include <covey/runs/session.hpp>
#include <filesystem>
#include "../base/scratch_directory.hpp"

using namespace covey;
using namespace covey::runs;

namespace {

const std::string k_one = "1111111111111111";
const std::string k_two = "2222222222222222";

DataDirectory made(const std::string& path) {
  auto data = DataDirectory::create(path);
  REQUIRE(data);
  return *data;
}

shard::Settings settings_of(const DataDirectory& data, const std::string& run_id) {
  shard::Settings settings;
  settings.run_id = run_id;
  settings.data_dir = data.path();
  return settings;
}

// A run that has left a folder in a job; its lock is held while the result lives.
RunLock run_in(const DataDirectory& data, const std::string& slug, const std::string& run_id) {
  auto lock = RunLock::begin(data, settings_of(data, run_id));
  REQUIRE(lock);
  REQUIRE(base::make_directories(data.job(slug, run_id)));
  REQUIRE(base::write_file_atomic(data.job(slug, run_id) + "/a.shard", ""));
  return std::move(*lock);
}

void record(const DataDirectory& data, const std::string& slug, const std::string& run_id, double start,
            std::optional<double> end) {
  Session session;
  session.start = start;
  session.end = end;
  REQUIRE(write_session(data.job(slug, run_id) + "/session.json", session));
}

}  // namespace

TEST_CASE("where the data directory is") {
  base::Environment nothing;
  base::Environment named({"COVEY_DATA=data"});
  CHECK(data_directory_path(std::nullopt, nothing, "/p") == "/p/.covey");
  CHECK(data_directory_path(std::nullopt, named, "/p") == "/p/data");
  CHECK(data_directory_path("x/y", named, "/p") == "/p/x/y");
  CHECK(data_directory_path("/x", named, "/p") == "/x");
}

TEST_CASE("a new data directory keeps itself out of version control, another directory is left alone") {
  ScratchDirectory scratch;
  auto data = made(scratch / "a/b");
  CHECK(base::read_file(scratch / "a/b/.gitignore")->ends_with("\n*\n"));
  CHECK(base::read_file(scratch / "a/b/CACHEDIR.TAG")->starts_with("Signature: 8a477f597d28d172789f06886806bc55"));
  REQUIRE(base::make_directories(scratch / "mine"));
  REQUIRE(base::write_file_atomic(scratch / "mine/precious.py", ""));
  made(scratch / "mine");
  CHECK_FALSE(base::exists(scratch / "mine/.gitignore"));
  std::filesystem::create_directory_symlink(scratch / "mine", scratch / "link");
  CHECK(made(scratch / "link").path() == scratch / "mine");
}

TEST_CASE("data directories that cannot be") {
  ScratchDirectory scratch;
  REQUIRE(base::write_file_atomic(scratch / "file", ""));
  struct Row {
    std::string path, error;
  };
  const Row rows[] = {
      {scratch / "file", scratch / "file" + ": is not a directory"},
      {scratch / "file/x", scratch / "file" + ": is not a directory"},
      {"/proc/nowhere", "/proc/nowhere: no such file or directory"},
  };
  for (const auto& row : rows) {
    auto data = DataDirectory::create(row.path);
    REQUIRE_FALSE(data);
    CHECK(data.error().message() == row.error);
  }
  CHECK(DataDirectory::open(scratch / "none").error().message() ==
        scratch / "none" + ": no such data directory (covey run makes it)");
  CHECK(DataDirectory::open(scratch / "file").error().message() == scratch / "file" + ": is no directory");
}

TEST_CASE("a run is alive while its lock is held, or that of one that joined it") {
  ScratchDirectory scratch;
  auto data = made(scratch / "data");
  CHECK(liveness(data, k_one) == Liveness::over);
  std::optional<RunLock> first = run_in(data, "unit", k_one);
  CHECK(first->settings_path() == data.run(k_one) + "/settings");
  CHECK(liveness(data, k_one) == Liveness::alive);
  CHECK(liveness(data, k_one) == Liveness::alive);  // to ask takes nothing

  auto joining = settings_of(data, k_one);
  joining.project = "joined";
  std::optional<RunLock> second = *RunLock::join(data, joining);
  CHECK(second->settings_path().starts_with(data.run(k_one) + "/settings-"));
  CHECK(base::read_file(second->settings_path())->find("project joined") != std::string::npos);
  first.reset();
  CHECK(liveness(data, k_one) == Liveness::alive);
  second.reset();
  CHECK(liveness(data, k_one) == Liveness::over);
}

TEST_CASE("run folders know their run's times and whether it goes on") {
  ScratchDirectory scratch;
  auto data = made(scratch / "data");
  auto alive = run_in(data, "unit", k_one);
  record(data, "unit", k_one, 100, std::nullopt);
  REQUIRE(base::make_directories(data.job(".lint", k_one)));  // below the run, without a record yet
  { auto dead = run_in(data, "unit", k_two); }
  record(data, "unit", k_two, 50, 60);
  REQUIRE(base::make_directories(data.jobs() + "/unit/notes"));
  REQUIRE(base::make_directories(data.jobs() + "/unit/.gone-x"));

  auto folders = data.run_folders();
  REQUIRE(folders.size() == 3);
  CHECK(folders[0].path == data.job(".lint", k_one));
  CHECK(folders[0].start == 100);  // the run's
  CHECK(folders[0].alive);
  CHECK(folders[1].run_id == k_one);
  CHECK(folders[1].alive);
  CHECK_FALSE(folders[1].end);
  CHECK(folders[2].run_id == k_two);
  CHECK_FALSE(folders[2].alive);
  CHECK(folders[2].start == 50);
  CHECK(folders[2].end == 60);
  CHECK(shard_paths(folders[2]) == std::vector<std::string>{data.job("unit", k_two) + "/a.shard"});
  CHECK(data.current().size() == 2);
  CHECK(finished_runs(folders) == std::set<std::string>{k_two});
}

TEST_CASE("several records in a folder: it ended when all have") {
  ScratchDirectory scratch;
  auto data = made(scratch / "data");
  { auto run = run_in(data, "unit", k_one); }
  record(data, "unit", k_one, 100, 150);
  Session joined;
  joined.start = 110;
  joined.append = true;
  REQUIRE(write_session(data.job("unit", k_one) + "/session-1.json", joined));
  CHECK_FALSE(data.run_folders()[0].end);
  CHECK(data.run_folders()[0].append);
  joined.end = 170;
  REQUIRE(write_session(data.job("unit", k_one) + "/session-1.json", joined));
  CHECK(data.run_folders()[0].start == 100);
  CHECK(data.run_folders()[0].end == 170);
  REQUIRE(base::write_file_atomic(data.job("unit", k_one) + "/session-2.json", "{"));  // cut short: never ended
  CHECK_FALSE(data.run_folders()[0].end);
}

TEST_CASE("replacing unlinks, and takes only what it is told to") {
  ScratchDirectory scratch;
  auto data = made(scratch / "data");
  auto alive = run_in(data, "unit", k_one);
  { auto dead = run_in(data, "unit", k_two); }
  REQUIRE(base::make_directories(data.job("lint", k_two)));
  // What a process still has mapped must keep its bytes.
  auto shard = data.job("unit", k_two) + "/a.shard";
  REQUIRE(base::write_file_atomic(shard, "mapped"));
  std::filesystem::create_hard_link(shard, scratch / "still-open");

  CHECK(replace_runs(data.run_folders(), "unit", 1, finished_runs(data.run_folders())).n_folders == 1);
  CHECK(base::names_in(data.jobs() + "/unit") == std::vector<std::string>{k_one});  // and nothing half removed
  CHECK(*base::read_file(scratch / "still-open") == "mapped");
  CHECK(base::exists(data.job("lint", k_two)));

  sweep_runs(data);
  CHECK(replace_runs(data.run_folders(), "lint", 2, {k_two}).n_folders == 0);
  CHECK(base::names_in(data.runs()) == std::vector<std::string>{k_one, k_two});  // "lint" still has a folder of it
  CHECK(replace_runs(data.run_folders(), "lint", 1, {k_two}).n_folders == 1);
  sweep_runs(data);
  CHECK(base::names_in(data.runs()) == std::vector<std::string>{k_one});
  CHECK(replace_runs(data.run_folders(), "nothing", 1, {k_one}).n_folders == 0);
}

TEST_CASE("a sweep takes what broken-off starts left, but none that may just be starting") {
  ScratchDirectory scratch;
  auto data = made(scratch / "data");
  for (const auto& path : {data.runs() + "/.new-old", data.runs() + "/.new-young", data.jobs() + "/unit/.gone-old"})
    REQUIRE(base::make_directories(path));
  auto long_ago = std::filesystem::file_time_type::clock::now() - std::chrono::hours(2);
  std::filesystem::last_write_time(data.runs() + "/.new-old", long_ago);
  std::filesystem::last_write_time(data.jobs() + "/unit/.gone-old", long_ago);
  sweep_runs(data);
  CHECK_FALSE(base::exists(data.runs() + "/.new-old"));
  CHECK(base::exists(data.runs() + "/.new-young"));
  CHECK_FALSE(base::exists(data.jobs() + "/unit/.gone-old"));
}
