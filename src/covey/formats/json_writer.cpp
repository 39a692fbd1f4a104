// {"meta": {"format": 3, "version": …, "timestamp": …, "branch_coverage": BOOL, "show_contexts": BOOL},
//  "files": {NAME: {COVERAGE, DETAILS, "functions": {NAME: REGION, …, "": REGION},
//                   "classes": {NAME: REGION, …, "": REGION}}, …},
//  "totals": SUMMARY}
//
// COVERAGE "executed_lines": LINES, "summary": SUMMARY, "missing_lines": LINES, "excluded_lines": LINES
// DETAILS  "contexts": {LINE: [NAME, …], …}, "executed_branches": ARCS, "missing_branches": ARCS
// REGION   {COVERAGE, "start_line": N, DETAILS}
// LINES    [1, 2, …]
// ARCS     [[FROM, TO], …]
// SUMMARY  {"covered_lines": N, "num_statements": N, "percent_covered": X, "percent_covered_display": TEXT,
//           "missing_lines": N, "excluded_lines": N, "percent_statements_covered": X,
//           "percent_statements_covered_display": TEXT, BRANCHES}
// BRANCHES "num_branches": N, "num_partial_branches": N, "covered_branches": N, "missing_branches": N,
//          "percent_branches_covered": X, "percent_branches_covered_display": TEXT
//
// ARCS and BRANCHES are there where branches were measured, "contexts" where asked for; a region has those of the whole
// file. Lines, and a line's contexts, are in ascending order here: coverage.py writes them in the order of its sets.
//
// The region "" is what lies outside all others. Of regions with one name, the first with statements keeps it; the
// others are NAME@LINE.
#include <algorithm>
#include <covey/base/parallel.hpp>
#include <covey/formats/json_numbers.hpp>
#include <covey/formats/json_text.hpp>
#include <covey/formats/json_writer.hpp>
#include <map>
#include <unordered_set>
#include <utility>

namespace covey::formats {

namespace {

using model::FileCoverage;
using model::FileReport;
using model::LineSet;
using model::Numbers;
using model::Region;

// A part of the report, of which one of the first three functions gives the text.
class JsonPart {
 public:
  // `depth`: in how many brackets it stands; `is_first`: of what is in them.
  JsonPart(const JsonOptions& options, bool has_branches, std::size_t depth, bool is_first)
      : m_options(options), m_has_branches(has_branches), m_json(options.pretty_print, depth, is_first) {}

  std::string head();                        // all before the first file
  std::string file(const FileReport& file);  // one file
  std::string tail(const Numbers& total);    // all behind the last one

 private:
  void add_meta();
  void add_file(const FileReport& file);
  void add_coverage(const FileCoverage& coverage);
  void add_details(const FileReport& file, const FileCoverage& coverage);
  void add_contexts(const FileReport& file);
  void add_arcs(const char* name, const FileCoverage& coverage, std::vector<int> model::BranchLine::*ends);
  void add_lines(const char* name, const LineSet& lines);
  void add_regions(const char* plural, const FileReport& file, Region::Kind kind);
  void add_region(const std::string& name, const FileReport& file, const FileCoverage& part, int start);

  const JsonOptions& m_options;
  bool m_has_branches;
  JsonText m_json;
};

constexpr std::size_t k_depth_of_files = 2;

std::string JsonPart::head() {
  m_json.open('{');
  add_meta();
  m_json.key("files");
  m_json.open('{');
  return m_json.take();
}

std::string JsonPart::file(const FileReport& file) {
  add_file(file);
  return m_json.take();
}

std::string JsonPart::tail(const Numbers& total) {
  m_json.close('}');
  m_json.key("totals");
  add_numbers(m_json, total, m_has_branches, m_options.precision);
  m_json.close('}');
  return m_json.take();
}

void JsonPart::add_meta() {
  m_json.key("meta");
  m_json.open('{');
  m_json.member("format", 3);
  m_json.member("version", m_options.version);
  m_json.member("timestamp", m_options.timestamp);
  m_json.member("branch_coverage", m_has_branches);
  m_json.member("show_contexts", m_options.show_contexts);
  m_json.close('}');
}

void JsonPart::add_file(const FileReport& file) {
  m_json.key(file.name);
  m_json.open('{');
  add_coverage(file.coverage);
  add_details(file, file.coverage);
  add_regions("functions", file, Region::Kind::function);
  add_regions("classes", file, Region::Kind::class_);
  m_json.close('}');
}

void JsonPart::add_coverage(const FileCoverage& coverage) {
  add_lines("executed_lines", coverage.executed);
  m_json.key("summary");
  add_numbers(m_json, coverage.numbers(), m_has_branches, m_options.precision);
  add_lines("missing_lines", coverage.missing);
  add_lines("excluded_lines", coverage.excluded);
}

void JsonPart::add_details(const FileReport& file, const FileCoverage& coverage) {
  if (m_options.show_contexts) add_contexts(file);
  if (!m_has_branches) return;
  add_arcs("executed_branches", coverage, &model::BranchLine::executed);
  add_arcs("missing_branches", coverage, &model::BranchLine::missing);
}

void JsonPart::add_contexts(const FileReport& file) {
  std::map<int, std::vector<std::string_view>> by_line;
  for (const auto& [context, lines] : file.contexts)
    lines.for_each([&by_line, name = std::string_view(context)](int line) { by_line[line].push_back(name); });
  m_json.key("contexts");
  m_json.open('{');
  for (const auto& [line, names] : by_line) {
    m_json.key(std::to_string(line));
    m_json.open('[');
    for (auto name : names) m_json.value(name);
    m_json.close(']');
  }
  m_json.close('}');
}

void JsonPart::add_arcs(const char* name, const FileCoverage& coverage, std::vector<int> model::BranchLine::*ends) {
  m_json.key(name);
  m_json.open('[');
  for (const auto& branch : coverage.branches) {
    for (int to : branch.*ends) {
      m_json.open('[');
      m_json.value(branch.line);
      m_json.value(to);
      m_json.close(']');
    }
  }
  m_json.close(']');
}

void JsonPart::add_lines(const char* name, const LineSet& lines) {
  m_json.key(name);
  m_json.open('[');
  lines.for_each([&](int line) { m_json.value(line); });
  m_json.close(']');
}

void JsonPart::add_region(const std::string& name, const FileReport& file, const FileCoverage& part, int start) {
  m_json.key(name);
  m_json.open('{');
  add_coverage(part);
  m_json.member("start_line", start);
  add_details(file, part);
  m_json.close('}');
}

void JsonPart::add_regions(const char* plural, const FileReport& file, Region::Kind kind) {
  std::vector<const Region*> regions;
  for (const auto& region : file.regions)
    if (region.kind == kind) regions.push_back(&region);
  std::stable_sort(regions.begin(), regions.end(), [](auto* a, auto* b) { return a->start < b->start; });

  LineSet outside;
  outside.insert_range(1, file.n_lines);
  std::vector<FileCoverage> parts;
  std::unordered_set<std::string_view> with_statements;
  for (const auto* region : regions) {
    outside -= region->lines;
    parts.push_back(file.coverage.narrowed(region->lines));
    if (!parts.back().statements.empty()) with_statements.insert(region->name);
  }

  m_json.key(plural);
  m_json.open('{');
  std::unordered_set<std::string_view> taken;
  for (std::size_t i = 0; i < regions.size(); ++i) {
    const auto& name = regions[i]->name;
    bool leaves_name = parts[i].statements.empty() && with_statements.contains(name);
    bool keeps_name = !leaves_name && taken.insert(name).second;
    add_region(keeps_name ? name : name + "@" + std::to_string(regions[i]->start), file, parts[i], regions[i]->start);
  }
  add_region("", file, file.coverage.narrowed(outside), outside.empty() ? 1 : outside.min());
  m_json.close('}');
}

}  // namespace

std::vector<std::string> write_json_parts(const std::vector<model::FileReport>& files, const JsonOptions& options,
                                          int jobs) {
  const bool branches = has_branches(files);
  std::vector<std::string> parts(files.size() + 2);
  parts.front() = JsonPart(options, branches, 0, true).head();
  base::for_each_index(files.size(), jobs, [&](auto i, auto) {
    parts[i + 1] = JsonPart(options, branches, k_depth_of_files, i == 0).file(files[i]);
  });
  parts.back() = JsonPart(options, branches, k_depth_of_files, files.empty()).tail(total_of(files));
  return parts;
}

std::string write_json(const std::vector<model::FileReport>& files, const JsonOptions& options) {
  std::string text;
  for (const auto& part : write_json_parts(files, options, 1)) text += part;
  return text;
}

}  // namespace covey::formats
