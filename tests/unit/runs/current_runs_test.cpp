#include <doctest/doctest.h>
#include <covey/runs/data_directory.hpp>

using namespace covey::runs;

namespace {

constexpr double k_no_end = -1;

// A run folder of the job "unit" unless another is named; times are in seconds.
RunFolder folder(const std::string& run_id, double start, double end) {
  RunFolder made;
  made.slug = "unit";
  made.run_id = run_id;
  made.start = start;
  if (end != k_no_end) made.end = end;
  return made;
}

RunFolder alive(RunFolder made) {
  made.alive = true;
  return made;
}

RunFolder appending(RunFolder made) {
  made.append = true;
  return made;
}

RunFolder of_part(int part, RunFolder made) {
  made.part = part;
  return made;
}

RunFolder without_data(RunFolder made) {
  made.no_data = true;
  return made;
}

RunFolder of_job(const std::string& slug, RunFolder made) {
  made.slug = slug;
  return made;
}

}  // namespace

TEST_CASE("which runs count") {
  struct Row {
    const char* name;
    std::vector<RunFolder> folders;
    std::vector<std::string> current;  // run ids
  };
  const Row rows[] = {
      {"none", {}, {}},
      {"one", {folder("x", 0, 5)}, {"x"}},
      {"a later run replaces an ended one", {folder("x", 0, 5), folder("y", 6, 9)}, {"y"}},
      {"in any order", {folder("y", 6, 9), folder("x", 0, 5)}, {"y"}},
      {"also while it goes on", {folder("x", 0, 5), alive(folder("y", 6, k_no_end))}, {"y"}},
      {"also when it died", {folder("x", 0, 5), folder("y", 6, k_no_end)}, {"y"}},
      {"but not when it appends", {folder("x", 0, 5), appending(folder("y", 6, 9))}, {"x", "y"}},
      {"an appending run is replaced as any other", {appending(folder("x", 0, 5)), folder("y", 6, 9)}, {"y"}},
      {"two at once both count", {folder("x", 0, 7), folder("y", 6, 9)}, {"x", "y"}},
      {"two at once, one still going on", {alive(folder("x", 0, k_no_end)), folder("y", 6, 9)}, {"x", "y"}},
      {"both still going on", {alive(folder("x", 0, k_no_end)), alive(folder("y", 6, k_no_end))}, {"x", "y"}},
      {"a third replaces two that were at once", {folder("x", 0, 7), folder("y", 6, 9), folder("z", 10, 11)}, {"z"}},
      {"a run that died counts until the next", {folder("x", 0, k_no_end)}, {"x"}},
      {"and then no more", {folder("x", 0, k_no_end), folder("y", 6, 9)}, {"y"}},
      {"started before one that died: that one is no replacement",
       {folder("x", 8, 9), folder("y", 6, k_no_end)},
       {"x"}},
      {"a run that started as the other ended does not replace it", {folder("x", 0, 5), folder("y", 5, 9)}, {"x", "y"}},
      {"another job's run replaces nothing", {folder("x", 0, 5), of_job("lint", folder("y", 6, 9))}, {"x", "y"}},
      {"another part of the job replaces nothing", {folder("x", 0, 5), of_part(2, folder("y", 6, 9))}, {"x", "y"}},
      {"the same part again does",
       {of_part(2, folder("x", 0, 5)), folder("y", 6, 9), of_part(2, folder("z", 6, 9))},
       {"y", "z"}},
      {"a run that found nothing to measure replaces nothing",
       {folder("x", 0, 5), without_data(folder("y", 6, 9))},
       {"x"}},
      {"a run in two jobs replaces nothing of itself",
       {folder("x", 0, 5), of_job("lint", folder("x", 6, 9))},
       {"x", "x"}},
      {"a chain of appending runs",
       {folder("x", 0, 1), appending(folder("y", 2, 3)), appending(folder("z", 4, 5))},
       {"x", "y", "z"}},
      {"a plain run ends the chain",
       {folder("x", 0, 1), appending(folder("y", 2, 3)), folder("z", 4, 5), appending(folder("zz", 6, 7))},
       {"z", "zz"}},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    std::vector<std::string> ids;
    for (const auto& found : current_runs(row.folders)) ids.push_back(found.run_id);
    CHECK(ids == row.current);
  }
}
