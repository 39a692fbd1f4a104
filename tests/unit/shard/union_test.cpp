#include <doctest/doctest.h>
#include <covey/base/file.hpp>
#include <covey/shard/layout.hpp>
#include <covey/shard/union.hpp>
#include <covey/shard/writer.hpp>
#include <filesystem>
#include <map>
#include <random>
#include "../base/scratch_directory.hpp"

using namespace covey;
using namespace covey::shard;

namespace {

constexpr const char* k_run = "0123456789abcdef";

// The lines that ran, by "path module digest flags python", the file's records taken together.
using Content = std::map<std::string, std::map<std::pair<int, std::size_t>, std::vector<std::uint8_t>>>;

void read_into(Content& content, const std::string& path) {
  auto shard = read_shard(path);
  REQUIRE(shard);
  REQUIRE_FALSE(shard->damage);
  std::vector<std::string> names;
  for (const auto& file : shard->files) {
    names.push_back(std::string(file.path) + " " + std::string(file.module) + " " + file.digest.hex() + " " +
                    std::to_string(file.flags) + " " + std::to_string(shard->python));
    content[names.back()];
  }
  for (const auto& code : shard->codes) {
    auto& points = content[names[code.file_id]][{code.first_line, code.points.size()}];
    points.resize(code.points.size());
    for (std::size_t i = 0; i < points.size(); ++i) points[i] |= code.points[i];
  }
}

Content content_of(const std::vector<std::string>& paths) {
  Content content;
  for (const auto& path : paths) read_into(content, path);
  return content;
}

std::string generated_shard(const std::string& directory, unsigned seed) {
  std::mt19937 random(seed);
  auto up_to = [&](int most) { return std::uniform_int_distribution(0, most)(random); };
  const auto python = 0x030e00f0U + static_cast<unsigned>(up_to(1));
  auto writer = Writer::create({directory, k_run, python, {{"python", "/usr/bin/py" + std::to_string(up_to(2))}}});
  REQUIRE(writer);
  for (int n = up_to(5); n > 0; --n) {
    const auto path = "/src/" + std::to_string(up_to(4)) + ".py";
    auto file = (*writer)->add_file({path, "module", k_file_has_source, base::digest128(std::to_string(up_to(1)))});
    REQUIRE(file);
    for (int codes = up_to(4); codes > 0; --codes) {
      const int size = up_to(20);
      auto points = (*writer)->add_code(*file, static_cast<unsigned>(up_to(3)) + 1, static_cast<unsigned>(size));
      REQUIRE(points);
      for (int i = 0; i < size; ++i) (*points)[i] = static_cast<std::uint8_t>(up_to(1));
    }
  }
  return (*writer)->path();
}

std::vector<std::string> files_in(const std::string& directory) {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) files.push_back(entry.path());
  return files;
}

std::string same(const std::string& path) { return path; }

}  // namespace

TEST_CASE("a union holds what its shards hold, on any number of threads") {
  ScratchDirectory scratch;
  std::vector<std::string> paths;
  for (unsigned seed = 0; seed < 40; ++seed) paths.push_back(generated_shard(scratch / "parts", seed));
  for (int jobs : {1, 4}) {
    const auto directory = scratch / ("united" + std::to_string(jobs));
    auto united = unite_shards(paths, jobs);
    CHECK(united.n_shards == 40);
    CHECK(united.damaged.empty());
    REQUIRE(united.data.write({directory, k_run, {{"writer", "test"}}}, same));
    auto written = files_in(directory);
    CHECK(written.size() == 2);  // one a CPython version
    CHECK(content_of(written) == content_of(paths));
    auto shard = read_shard(written[0]);
    CHECK(shard->fact("python") == "/usr/bin/py0");
    CHECK(shard->fact("writer") == "test");
    CHECK(shard->run_id == k_run);
  }
}

TEST_CASE("names are mapped as they are written") {
  ScratchDirectory scratch;
  auto united = unite_shards({generated_shard(scratch / "parts", 3)}, 1);
  REQUIRE_FALSE(united.data.sources().empty());
  REQUIRE(united.data.write({scratch / "united", k_run, {}}, [](const std::string& path) { return "/here" + path; }));
  for (const auto& [name, codes] : content_of(files_in(scratch / "united"))) CHECK(name.starts_with("/here/src/"));
}

TEST_CASE("what is damaged or incomplete is told, and the rest united") {
  ScratchDirectory scratch;
  const auto good = generated_shard(scratch / "parts", 3);
  auto incomplete = Writer::create({scratch / "parts", k_run, 0x030e00f0, {}});
  (*incomplete)->mark_incomplete("disk full");
  REQUIRE(base::write_file_atomic(scratch / "b.shard", "nonsense"));
  auto united = unite_shards({scratch / "gone.shard", scratch / "b.shard", good, (*incomplete)->path()}, 2);
  CHECK(united.n_shards == 2);
  REQUIRE(united.damaged.size() == 2);
  CHECK(united.damaged[0].where == scratch / "b.shard");
  CHECK(united.damaged[1].where == scratch / "gone.shard");
  REQUIRE(united.incomplete.size() == 1);
  CHECK(united.incomplete[0].message() == (*incomplete)->path() + ": disk full");
  REQUIRE(united.data.write({scratch / "united", k_run, {}}, same));
  int n_incomplete = 0;
  for (const auto& path : files_in(scratch / "united")) n_incomplete += read_shard(path)->incomplete == "disk full";
  CHECK(n_incomplete == 1);
}

TEST_CASE("branches and lines are not one") {
  ScratchDirectory scratch;
  auto measured = [&](const std::string& what, std::uint32_t flags) {
    auto writer = Writer::create({scratch / what, k_run, 0x030e00f0, {{"measures", what}}});
    REQUIRE((*writer)->add_file({"/src/a.py", "", flags, {}}));
    return (*writer)->path();
  };
  CHECK(unite_shards({measured("branches", 0), measured("lines", 0)}, 1).data.is_mixed());
  CHECK_FALSE(unite_shards({measured("branches", 0), measured("branches", 0)}, 1).data.is_mixed());
  CHECK_FALSE(unite_shards({measured("branches", 0), measured("lines", k_file_unexecuted)}, 1).data.is_mixed());
  CHECK(unite_shards({measured("branches", 0), measured("lines", 0)}, 1).data.has_branches());
  CHECK_FALSE(unite_shards({measured("lines", 0)}, 1).data.has_branches());
}
