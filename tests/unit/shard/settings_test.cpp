#include <doctest/doctest.h>
#include <covey/shard/settings.hpp>

using namespace covey;
using shard::Settings;

namespace {

Settings every_field() {
  Settings settings;
  settings.run_id = "0123456789abcdef";
  settings.data_dir = "/home/ann/my project/.covey";
  settings.root = "/home/ann/my project";
  settings.project = "line one\nline two";
  settings.forge_job = "C:\\n is no newline";
  settings.attempt = 12;
  settings.context = "nightly \\ slow";
  settings.branch = settings.cover_pylib = settings.test_contexts = settings.append = true;
  settings.part_forks = settings.forks_inherit = settings.namespace_packages = true;
  settings.source_dirs = {"/a", "/b c"};
  settings.source_packages = {"p", "q.r"};
  settings.include = {"*/x.py", ""};
  settings.omit = {"\\", "\n", " leading"};
  return settings;
}

std::string text_with(const std::string& lines) {
  return "covey-settings 1\nrun_id 0123456789abcdef\ndata_dir /d\n" + lines;
}

}  // namespace

TEST_CASE("settings come back as they were written") {
  for (const auto& settings : {every_field(), [] {
                                 Settings plain;
                                 plain.run_id = "ffffffffffffffff";
                                 plain.data_dir = "/d";
                                 return plain;
                               }()}) {
    auto text = serialize(settings);
    auto read = shard::parse_settings(text, "settings");
    REQUIRE(read);
    CHECK(serialize(*read) == text);
    CHECK(read->project == settings.project);
    CHECK(read->forge_job == settings.forge_job);
    CHECK(read->attempt == settings.attempt);
    CHECK(read->context == settings.context);
    CHECK(read->test_contexts == settings.test_contexts);
    CHECK(read->append == settings.append);
    CHECK(read->source_dirs == settings.source_dirs);
    CHECK(read->omit == settings.omit);
  }
}

TEST_CASE("settings that are not wholly understood are an error") {
  struct Row {
    std::string text;
    std::string error;
  };
  const Row rows[] = {
      {"", "s: is no settings file of covey"},
      {"something else\n", "s: is no settings file of covey"},
      {"covey-settings 2\n", "s: is of another version of covey: covey-settings 2"},
      {"covey-settings 1", "s: is cut short"},
      {text_with("omit *"), "s: is cut short"},
      {text_with("color red\n"), "s: line 4 is not understood: color red"},
      {text_with("branch yes\n"), "s: line 4 is not understood: branch yes"},
      {text_with("attempt 0\n"), "s: line 4 is not understood: attempt 0"},
      {text_with("attempt 1x\n"), "s: line 4 is not understood: attempt 1x"},
      {text_with("attempt 99999999999\n"), "s: line 4 is not understood: attempt 99999999999"},
      {text_with("omit a\\\n"), "s: line 4 is not understood: omit a\\"},
      {text_with("omit a\\t\n"), "s: line 4 is not understood: omit a\\t"},
      {text_with("omit\n"), "s: line 4 is not understood: omit"},
      {text_with("\n"), "s: line 4 is not understood: "},
      {"covey-settings 1\ndata_dir /d\n", "s: run_id is not 16 hex digits: "},
      {"covey-settings 1\nrun_id ../../../../etc\ndata_dir /d\n", "s: run_id is not 16 hex digits: ../../../../etc"},
      {"covey-settings 1\nrun_id 0123456789abcdef\ndata_dir d\n", "s: data_dir is not absolute: d"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.text);
    auto read = shard::parse_settings(row.text, "s");
    REQUIRE_FALSE(read);
    CHECK(read.error().message() == row.error);
  }
}

TEST_CASE("a job's folder is named after it, and no two jobs share one") {
  struct Row {
    std::string job;
    std::string slug;  // the digits are those of sha256sum
  };
  const Row rows[] = {
      {"default", "default"},
      {"tests-3.12_x", "tests-3.12_x"},
      {"tests(a=3, b='x,y')", "tests-a-3--b--x-y---1c5808b6"},
      {"Unit", "unit-4e545960"},
      {"tést", "t-st-4ab085ec"},  // one dash for one character
      {"t\xffst", "t-st-48f5d6b7"},
      {"a/b", "a-b-c14cddc0"},
      {"..", "---5ec1f7e7"},  // never another folder
      {".", "--cdb4ee2a"},
      {"", "-e3b0c442"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.job);
    CHECK(shard::job_slug(row.job) == row.slug);
  }
  std::string first(300, 'a');
  auto second = first + "b";
  CHECK(shard::job_slug(first).size() < 255);
  CHECK(shard::job_slug(first) != shard::job_slug(second));
  CHECK(shard::job_directory("/d", "Unit", "0123456789abcdef") == "/d/jobs/unit-4e545960/0123456789abcdef");
}
