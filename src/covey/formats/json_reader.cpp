// {"meta": {…}, "files": {NAME: {"executed_lines": [N…], "missing_lines": [N…], "excluded_lines": [N…],
//   "executed_branches": [[N, N]…], "missing_branches": [[N, N]…], "functions": {NAME: REGION}, "classes": {…}}}, …}
// REGION has lists of lines as a file has, and "start_line". Anything else is passed over.
#include <covey/base/path.hpp>
#include <covey/base/printable.hpp>
#include <covey/formats/json_reader.hpp>
#include <covey/formats/line_budget.hpp>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>

namespace covey::formats {

namespace {

using model::Arc;
using model::Region;

constexpr std::size_t k_max_depth = 64;
constexpr std::int64_t k_newest_format = 3;  // of coverage.py's

struct Lines {
  std::vector<std::int64_t> executed, missing, excluded;
};

struct RegionLines {
  Region::Kind kind;
  std::string name;
  std::int64_t start = 0;
  Lines lines;
};

// A file of the report, as read.
struct FileText {
  std::string name;
  Lines lines;
  std::vector<Arc> executed_branches, missing_branches;
  bool has_branches = false;
  std::vector<RegionLines> regions;
};

// Follows the parser from event to event and keeps the keys that lead to where it is; an array's is that of the array.
class Events : public nlohmann::json_sax<nlohmann::json> {
 public:
  Events(ReportData& data, const ReportPlace& place, bool exits_are_zero, std::size_t input_size)
      : m_data(data), m_place(place), m_exits_are_zero(exits_are_zero), m_budget(place.path, input_size) {}

  bool null() override { return take_other(); }
  bool boolean(bool) override { return take_other(); }
  bool number_float(number_float_t, const string_t&) override { return take_other(); }
  bool binary(binary_t&) override { return take_other(); }
  bool string(string_t&) override { return take_other(); }
  bool number_integer(number_integer_t number) override { return take(number); }
  bool number_unsigned(number_unsigned_t number) override {
    return take(static_cast<std::int64_t>(std::min<number_unsigned_t>(number, std::numeric_limits<int>::max())));
  }
  bool start_object(std::size_t) override { return open(true); }
  bool end_object() override { return close(); }
  bool start_array(std::size_t) override { return open(false); }
  bool end_array() override { return close(); }
  bool key(string_t& name) override {
    m_keys.back() = name;
    return true;
  }
  bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception&) override {
    return fail("byte " + std::to_string(position) + ": not JSON");
  }

  const std::optional<base::Error>& error() const { return m_error; }
  bool has_files() const { return m_has_files; }

 private:
  bool fail(std::string what) {
    if (!m_error) m_error = base::Error{base::ErrorKind::format, m_place.path, std::move(what)};
    return false;
  }
  bool is_at(std::size_t depth, const char* name) const { return m_keys.size() > depth && m_keys[depth] == name; }
  bool in_file() const { return is_at(0, "files") && m_keys.size() >= 3; }
  bool in_region() const { return in_file() && m_keys.size() >= 5 && (is_at(2, "functions") || is_at(2, "classes")); }

  bool open(bool is_object);
  bool close();
  bool take(std::int64_t number);
  bool take_other();
  std::optional<std::size_t> depth_of_list() const;
  bool fail_in_list(const std::string& what);
  void take_line(Lines& lines, const std::string& list, std::int64_t number);
  bool take_arc_end(std::int64_t number);
  bool add_file_read();
  base::Result<model::FileReport> file_report();

  ReportData& m_data;
  const ReportPlace& m_place;
  bool m_exits_are_zero;
  LineBudget m_budget;
  std::vector<std::string> m_keys;  // one a container that is open: the key that is being read in it
  FileText m_file;
  std::vector<std::int64_t> m_pair;  // of the branch being read
  bool m_has_files = false;
  std::optional<base::Error> m_error;
};

// "files" → NAME → here, or → "functions" → NAME → here.
bool Events::open(bool is_object) {
  if (m_keys.size() >= k_max_depth) return fail("nested deeper than any report");
  if (is_object && m_keys.size() == 1 && is_at(0, "files")) m_has_files = true;
  if (is_object && m_keys.size() == 2 && is_at(0, "files")) {
    m_file = {};
    m_file.name = m_keys[1];
  }
  if (is_object && m_keys.size() == 4 && is_at(0, "files") && (is_at(2, "functions") || is_at(2, "classes"))) {
    m_data.knows_functions = m_data.knows_classes = true;
    m_file.regions.push_back({is_at(2, "functions") ? Region::Kind::function : Region::Kind::class_, m_keys[3], 0, {}});
  }
  if (!is_object && m_keys.size() == 3 && (is_at(2, "executed_branches") || is_at(2, "missing_branches")))
    m_file.has_branches = true;
  m_pair.clear();
  m_keys.emplace_back();
  return true;
}

// How many containers are open in a list of lines or of branches, its own included; nothing outside of these.
std::optional<std::size_t> Events::depth_of_list() const {
  static constexpr std::string_view k_lists[] = {"executed_lines", "missing_lines", "excluded_lines",
                                                 "executed_branches", "missing_branches"};
  if (!in_file()) return std::nullopt;
  const std::size_t at = in_region() ? 4 : 2;
  const bool is_list = std::find(std::begin(k_lists), std::end(k_lists), m_keys[at]) != std::end(k_lists);
  return is_list ? std::optional(m_keys.size() - at - 1) : std::nullopt;
}

bool Events::fail_in_list(const std::string& what) {
  return fail(base::quoted(m_keys[1]) + ", " + m_keys[in_region() ? 4 : 2] + ": " + what);
}

// What is no whole number has no place in a list.
bool Events::take_other() { return depth_of_list() ? fail_in_list("holds something that is no line") : true; }

bool Events::close() {
  const bool in_branch = !in_region() && depth_of_list() == 2;  // those of regions are not kept
  m_keys.pop_back();
  if (in_branch && m_pair.size() != 2) return fail_in_list("a branch has two lines");
  return m_keys.size() != 2 || !is_at(0, "files") || add_file_read();
}

bool Events::take(std::int64_t number) {
  if (m_keys.size() == 2 && is_at(0, "meta") && is_at(1, "format") && (number < 1 || number > k_newest_format))
    return fail("format " + std::to_string(number) + ", of which " + std::to_string(k_newest_format) +
                " is the newest known");
  if (!in_file()) return true;
  if (const auto depth = depth_of_list()) {
    const bool of_branches = m_keys[in_region() ? 4 : 2].ends_with("_branches");
    if (*depth != (of_branches ? 2 : 1))
      return fail_in_list("is no list of " + std::string(of_branches ? "branches" : "lines"));
    if (number < 0 && !of_branches) return fail_in_list("line " + std::to_string(number));
  }
  if (in_region()) {
    if (m_file.regions.empty()) return true;
    auto& region = m_file.regions.back();
    if (m_keys.size() == 5 && is_at(4, "start_line")) region.start = number;
    if (m_keys.size() == 6) take_line(region.lines, m_keys[4], number);
    return true;
  }
  if (m_keys.size() == 4) take_line(m_file.lines, m_keys[2], number);
  return m_keys.size() != 5 || take_arc_end(number);
}

void Events::take_line(Lines& lines, const std::string& list, std::int64_t number) {
  if (list == "executed_lines") lines.executed.push_back(number);
  if (list == "missing_lines") lines.missing.push_back(number);
  if (list == "excluded_lines") lines.excluded.push_back(number);
}

bool Events::take_arc_end(std::int64_t number) {
  const bool executed = is_at(2, "executed_branches");
  if (!executed && !is_at(2, "missing_branches")) return true;
  if (number > k_last_line || number < -k_last_line)
    return fail("line " + std::to_string(number) + " is beyond any source");
  m_pair.push_back(number);
  if (m_pair.size() != 2) return true;
  auto to = static_cast<int>(m_pair[1]);
  if (m_exits_are_zero && to == 0) {
    to = k_unknown_exit;
    m_data.knows_destinations = false;
  }
  (executed ? m_file.executed_branches : m_file.missing_branches).push_back({static_cast<int>(m_pair[0]), to});
  return true;
}

bool Events::add_file_read() {
  auto report = file_report();
  if (!report) {
    m_error = report.error();
    return false;
  }
  add_file(m_data, std::move(*report));
  return true;
}

std::vector<model::BranchLine> branch_lines(const FileText& file) {
  std::map<int, model::BranchLine> lines;
  for (auto arc : file.executed_branches) lines[arc.from].executed.push_back(arc.to);
  for (auto arc : file.missing_branches) lines[arc.from].missing.push_back(arc.to);
  std::vector<model::BranchLine> branches;
  for (auto& [number, line] : lines) {
    line.line = number;
    line.n_exits = static_cast<int>(line.executed.size() + line.missing.size());
    std::sort(line.executed.begin(), line.executed.end());
    std::sort(line.missing.begin(), line.missing.end());
    branches.push_back(std::move(line));
  }
  return branches;
}

base::Result<model::FileReport> Events::file_report() {
  model::FileReport report;
  std::optional<base::Error> error;
  auto set_of = [&](const std::vector<std::int64_t>& lines) {
    auto set = m_budget.set_of(lines);
    if (!set) error = set.error();
    return set ? std::move(*set) : model::LineSet();
  };
  const auto executed = set_of(m_file.lines.executed);
  const auto missing = set_of(m_file.lines.missing) - executed;
  report.name = shown_name(m_file.name, m_place.cwd);
  report.coverage = model::FileCoverage::of(executed | missing, set_of(m_file.lines.excluded), executed);
  report.coverage.has_branches = m_file.has_branches;
  report.coverage.branches = branch_lines(m_file);
  report.n_lines = std::max((executed | missing).max(), report.coverage.excluded.max());
  for (auto& region : m_file.regions) {
    if (region.name.empty()) continue;  // what lies outside of all
    auto lines = set_of(region.lines.executed) | set_of(region.lines.missing) | set_of(region.lines.excluded);
    const auto start = region.start > 0 && region.start <= k_last_line ? static_cast<int>(region.start) : lines.min();
    report.regions.push_back({region.kind, std::move(region.name), start, std::move(lines)});
  }
  if (error) return tl::unexpected(*error);
  return report;
}

base::Result<ReportData> read_json(std::string_view bytes, const ReportPlace& place, bool is_slipcover) {
  ReportData data;
  data.knows_excluded = !is_slipcover;
  Events events(data, place, is_slipcover, bytes.size());
  nlohmann::json::sax_parse(bytes.begin(), bytes.end(), &events);
  if (events.error()) return tl::unexpected(*events.error());
  if (!events.has_files())
    return base::fail(base::ErrorKind::format, place.path, "a JSON file, but no coverage report");
  finish(data);
  return data;
}

bool begins_as_report(std::string_view head) {
  const auto start = head.find_first_not_of(" \t\r\n");
  if (start == head.npos || head[start] != '{') return false;
  const auto first_key = head.find_first_not_of(" \t\r\n", start + 1);
  return first_key != head.npos && head.substr(first_key).starts_with("\"meta\"");
}

bool names_slipcover(std::string_view head) {
  const auto end = head.find('}');  // of meta
  return head.substr(0, end).find("\"slipcover\"") != head.npos;
}

}  // namespace

bool is_coverage_json(std::string_view head) { return begins_as_report(head) && !names_slipcover(head); }

bool is_slipcover_json(std::string_view head) { return begins_as_report(head) && names_slipcover(head); }

base::Result<ReportData> read_coverage_json(std::string_view bytes, const ReportPlace& place) {
  return read_json(bytes, place, false);
}

base::Result<ReportData> read_slipcover_json(std::string_view bytes, const ReportPlace& place) {
  return read_json(bytes, place, true);
}

}  // namespace covey::formats
