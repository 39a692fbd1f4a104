// How fast the room `source` reads Python: megabytes (10^6 bytes) of text a second of CPU time, on one core.
//
//   covey_source_bench FILE...            or           find … -name '*.py' | covey_source_bench
//
// Each figure is the median of ten turns over all files, with the slowest and the fastest turn.
#include <algorithm>
#include <covey/source/arcs.hpp>
#include <covey/source/exclusion.hpp>
#include <covey/source/regions.hpp>
#include <covey/source/structure.hpp>
#include <covey/source/text.hpp>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

namespace {

using namespace covey;

constexpr int k_turns = 10;

struct File {
  std::string bytes;
  std::string text;
  model::LineSet raw;  // the first line of every statement, which is near to what an interpreter's tables hold
};

std::vector<File> read_files(const std::vector<std::string>& paths) {
  std::vector<File> files;
  for (const auto& path : paths) {
    std::ifstream stream(path, std::ios::binary);
    File file{{std::istreambuf_iterator<char>(stream), {}}, {}, {}};
    auto text = source::decode(file.bytes);
    if (!text) continue;
    auto structure = source::parse(*text);
    if (!structure) continue;
    for (const auto& statement : structure->statements) file.raw.insert(statement.first);
    file.text = std::move(*text);
    files.push_back(std::move(file));
  }
  return files;
}

// Runs `work` over all files, ten times.
template <class Work>
void measure(const char* name, const std::vector<File>& files, Work work) {
  std::size_t bytes = 0;
  for (const auto& file : files) bytes += file.text.size();
  std::vector<double> speeds;
  std::size_t sum = 0;
  for (int turn = 0; turn < k_turns; ++turn) {
    auto start = std::clock();
    for (const auto& file : files) sum += work(file);
    auto seconds = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
    speeds.push_back(static_cast<double>(bytes) / seconds / 1e6);
  }
  std::sort(speeds.begin(), speeds.end());
  double median = (speeds[k_turns / 2 - 1] + speeds[k_turns / 2]) / 2;
  std::printf("%-24s %8.0f MB/s  (%.0f to %.0f; checksum %zu)\n", name, median, speeds.front(), speeds.back(), sum);
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::string> paths(argv + 1, argv + argc);
  if (paths.empty())
    for (std::string path; std::getline(std::cin, path);) paths.push_back(path);
  auto files = read_files(paths);
  auto exclude = source::Patterns::compile(source::default_exclude());
  if (files.empty() || !exclude) {
    std::fputs("covey_source_bench: no Python files that can be parsed\n", stderr);
    return 1;
  }
  measure("decode", files, [](const File& file) { return source::decode(file.bytes)->size(); });
  measure("tokenizer", files, [](const File& file) {
    source::Tokenizer tokens(file.text);
    std::size_t count = 0;
    for (tokens.advance(); tokens.token().kind != source::TokenKind::end; tokens.advance()) ++count;
    return count;
  });
  measure("parse", files, [](const File& file) { return source::parse(file.text)->statements.size(); });
  measure("patterns", files,
          [&](const File& file) { return static_cast<std::size_t>(exclude->matching_lines(file.text)->count()); });
  measure("parse, exclude", files, [&](const File& file) {
    auto structure = source::parse(file.text);
    auto lines = source::analyse(file.text, *structure, file.raw, *exclude);
    return static_cast<std::size_t>(lines->statements.count());
  });
  measure("parse, exclude, regions", files, [&](const File& file) {
    auto structure = source::parse(file.text);
    auto lines = source::analyse(file.text, *structure, file.raw, *exclude);
    return static_cast<std::size_t>(lines->statements.count()) + source::regions(file.text, *structure).size();
  });
  auto partial =
      source::compile_partial_branches(source::default_partial_branches(), source::default_partial_branches_always());
  measure("partial branches", files,
          [&](const File& file) { return static_cast<std::size_t>(partial->matching_lines(file.text)->count()); });
  std::vector<source::Structure> structures;
  std::vector<model::ArcSet> recorded;
  for (const auto& file : files) {
    structures.push_back(*source::parse(file.text));
    recorded.push_back(source::Branches(file.text, structures.back(), file.raw).possible());
  }
  auto structure_of = [&](const File& file) -> const source::Structure& { return structures[&file - files.data()]; };
  measure("arcs alone", files, [&](const File& file) {
    return source::Branches(file.text, structure_of(file), file.raw).possible().arcs().size();
  });
  measure("arcs, executed", files, [&](const File& file) {
    source::Branches branches(file.text, structure_of(file), file.raw);
    return branches.executed(recorded[&file - files.data()]).arcs().size();
  });
  measure("parse, exclude, branches", files, [&](const File& file) {
    auto structure = source::parse(file.text);
    auto lines = source::analyse(file.text, *structure, file.raw, *exclude);
    auto no_branch = source::no_branch_lines(file.text, *structure, *partial);
    source::Branches branches(file.text, *structure, file.raw);
    auto ran = branches.executed(recorded[&file - files.data()]);
    auto coverage = model::FileCoverage::of(lines->statements, lines->excluded, lines->statements);
    coverage.set_branches(branches.possible(), ran, *no_branch);
    return coverage.branches.size();
  });
  std::printf("%zu files\n", files.size());
}
