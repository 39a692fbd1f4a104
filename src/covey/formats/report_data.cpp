#include <algorithm>
#include <covey/base/path.hpp>
#include <covey/formats/report_data.hpp>
#include <map>
#include <tuple>

namespace covey::formats {

namespace {

using model::BranchLine;

bool is_known(int to) { return to != k_unknown_line; }

// The destinations in a or in b, sorted, each once.
std::vector<int> united(std::vector<int> a, const std::vector<int>& b) {
  a.insert(a.end(), b.begin(), b.end());
  std::sort(a.begin(), a.end());
  a.erase(std::unique(a.begin(), a.end()), a.end());
  return a;
}

// Of branches without destinations only their number is left to compare: the one that took more tells.
void unite(BranchLine& a, const BranchLine& b) {
  const auto taken = [](const BranchLine& line) { return line.n_exits - static_cast<int>(line.missing.size()); };
  const auto knows = [](const BranchLine& line) {
    return std::all_of(line.executed.begin(), line.executed.end(), is_known) &&
           std::all_of(line.missing.begin(), line.missing.end(), is_known);
  };
  if (!knows(a) || !knows(b)) {
    if (taken(b) > taken(a)) a = b;
    return;
  }
  a.executed = united(std::move(a.executed), b.executed);
  a.missing = united(std::move(a.missing), b.missing);
  std::erase_if(a.missing, [&](int to) { return std::binary_search(a.executed.begin(), a.executed.end(), to); });
  a.n_exits = std::max({a.n_exits, b.n_exits, static_cast<int>(a.missing.size())});
}

void unite_branches(std::vector<BranchLine>& a, const std::vector<BranchLine>& b) {
  std::vector<BranchLine> all;
  auto next = a.begin();
  for (const auto& line : b) {
    for (; next != a.end() && next->line < line.line; ++next) all.push_back(std::move(*next));
    if (next != a.end() && next->line == line.line) {
      unite(*next, line);
      all.push_back(std::move(*next++));
    } else {
      all.push_back(line);
    }
  }
  std::move(next, a.end(), std::back_inserter(all));
  a = std::move(all);
}

// By a map, for a report may claim any number of them.
void unite_regions(std::vector<model::Region>& a, const std::vector<model::Region>& b) {
  const auto key = [](const model::Region& region) { return std::make_tuple(region.kind, region.name, region.start); };
  std::map<decltype(key(a[0])), std::size_t> places;
  for (std::size_t i = 0; i < a.size(); ++i) places.emplace(key(a[i]), i);
  for (const auto& region : b) {
    const auto [place, is_new] = places.emplace(key(region), a.size());
    if (is_new)
      a.push_back(region);
    else
      a[place->second].lines |= region.lines;
  }
}

}  // namespace

void unite(model::FileCoverage& a, const model::FileCoverage& b) {
  a.statements |= b.statements;
  a.executed |= b.executed;
  a.missing = a.statements - a.executed;
  a.excluded = (a.excluded | b.excluded) - a.statements;
  a.has_branches = a.has_branches || b.has_branches;
  unite_branches(a.branches, b.branches);
}

std::string shown_name(const std::string& name, const std::string& cwd) {
  return base::relative_to(base::absolute(name, cwd), cwd);
}

void add_file(ReportData& data, model::FileReport file) {
  data.has_branches = data.has_branches || file.coverage.has_branches;
  data.files.push_back(std::move(file));
}

void finish(ReportData& data) {
  std::stable_sort(data.files.begin(), data.files.end(), [](auto& a, auto& b) { return a.name < b.name; });
  std::vector<model::FileReport> files;
  for (auto& file : data.files) {
    if (files.empty() || files.back().name != file.name) {
      files.push_back(std::move(file));
      continue;
    }
    auto& same = files.back();
    unite(same.coverage, file.coverage);
    unite_regions(same.regions, file.regions);
    same.n_lines = std::max(same.n_lines, file.n_lines);
  }
  data.files = std::move(files);
}

ReportData& ReportData::operator|=(const ReportData& other) {
  const bool was_empty = files.empty();
  has_branches = has_branches || other.has_branches;
  knows_destinations = knows_destinations && other.knows_destinations;
  knows_excluded = (was_empty || knows_excluded) && other.knows_excluded;
  knows_functions = (was_empty || knows_functions) && other.knows_functions;
  knows_classes = (was_empty || knows_classes) && other.knows_classes;
  files.insert(files.end(), other.files.begin(), other.files.end());
  finish(*this);
  return *this;
}

model::Measurement measurement_of(const ReportData& data, const std::string& cwd) {
  const bool branches = data.has_branches && data.knows_destinations;
  model::Measurement measurement;
  measurement.modes = branches ? model::k_measured_branches : model::k_measured_lines;
  for (const auto& report : data.files) {
    auto& file = measurement.files[base::absolute(report.name, cwd)];
    file.ran |= report.coverage.executed;
    file.executed = !file.ran.empty();
    if (!branches) continue;
    std::vector<model::Arc> arcs;
    report.coverage.executed.for_each([&](int line) { arcs.push_back({line, line}); });
    for (const auto& line : report.coverage.branches)
      for (int to : line.executed) arcs.push_back({line.line, to});
    file.arcs |= model::ArcSet(std::move(arcs));
  }
  return measurement;
}

}  // namespace covey::formats
