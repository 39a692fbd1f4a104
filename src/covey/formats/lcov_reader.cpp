// As lcov_writer.cpp has it, and as LCOV's own tools write it:
// TN:TEST  VER:…  #…                          passed over, as are all sums: LF LH FNF FNH BRF BRH
// DA:LINE,COUNT[,CHECKSUM]
// FN:FIRST[,LAST],NAME                        a function; FNDA, how often it ran, follows from its lines
// FNL:INDEX,FIRST[,LAST]  FNA:INDEX,COUNT,NAME   the same since LCOV 2.2
// BRDA:LINE,BLOCK,BRANCH,COUNT|-              BRANCH is a number or a text
#include <algorithm>
#include <charconv>
#include <covey/formats/lcov_reader.hpp>
#include <covey/formats/line_budget.hpp>
#include <limits>
#include <map>
#include <optional>

namespace covey::formats {

namespace {

using model::BranchLine;

constexpr std::string_view k_records[] = {
    "TN:", "SF:", "VER:",  "DA:",  "FN:",  "FNDA:", "FNF:", "FNH:", "FNL:",         "FNA:",
    "LF:", "LH:", "BRDA:", "BRF:", "BRH:", "MCDC:", "MCF:", "MCH:", "end_of_record"};

std::optional<std::int64_t> parse_number(std::string_view text) {
  std::int64_t number = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc::result_out_of_range) return std::numeric_limits<std::int64_t>::max();
  if (error != std::errc()) return std::nullopt;
  return number;
}

// What stands before the first comma, which is taken off with it.
std::string_view take_field(std::string_view& text) {
  const auto field = text.substr(0, text.find(','));
  text.remove_prefix(std::min(text.size(), field.size() + 1));
  return field;
}

// Where coverage.py's description of a branch says that it leads.
int destination(std::string_view name) {
  static constexpr std::string_view k_jump = "jump to line ";
  if (name.starts_with(k_jump)) {
    const auto line = parse_number(name.substr(k_jump.size()));
    return line && *line > 0 && *line <= k_last_line ? static_cast<int>(*line) : k_unknown_line;
  }
  for (auto exit : {"return from ", "exit", "jump to the function exit", "run the "})
    if (name.starts_with(exit)) return k_unknown_exit;
  return k_unknown_line;
}

struct Function {
  int first = 0;
  int last = 0;
  std::string name;
};

// What was read of one file.
struct FileText {
  std::string name;
  std::vector<std::int64_t> lines, ran;
  std::vector<Function> functions;
  std::map<std::int64_t, std::pair<int, int>> numbered;  // FNL's
  std::map<int, BranchLine> branches;
  bool has_branches = false;
};

// Innermost functions keep their lines; those around them lose them, but for their own first and last.
std::vector<model::Region> regions_of(std::vector<Function> functions, LineBudget& budget, base::Result<void>& status) {
  std::stable_sort(functions.begin(), functions.end(), [](const Function& a, const Function& b) {
    return std::make_pair(a.first, -a.last) < std::make_pair(b.first, -b.last);
  });
  std::vector<model::Region> regions;
  std::vector<std::size_t> around;  // the functions that the next one may lie in
  for (auto& function : functions) {
    if (auto taken = budget.take(function.last); !taken) {
      status = taken;
      return {};
    }
    model::LineSet lines;
    lines.insert_range(function.first, function.last);
    while (!around.empty() && functions[around.back()].last < function.last) around.pop_back();
    if (!around.empty()) {
      auto& outer = regions[around.back()].lines;
      outer -= lines;
      outer.insert(functions[around.back()].first);
      outer.insert(functions[around.back()].last);
    }
    around.push_back(regions.size());
    regions.push_back({model::Region::Kind::function, function.name, function.first, std::move(lines)});
  }
  return regions;
}

class Reader {
 public:
  Reader(const ReportPlace& place, std::size_t input_size) : m_place(place), m_budget(place.path, input_size) {}

  base::Result<ReportData> read(std::string_view bytes) {
    while (!bytes.empty()) {
      ++m_line;
      auto line = bytes.substr(0, bytes.find('\n'));
      bytes.remove_prefix(std::min(bytes.size(), line.size() + 1));
      while (line.ends_with('\r') || line.ends_with(' ')) line.remove_suffix(1);
      if (line.empty() || line[0] == '#') continue;
      if (auto taken = take(line); !taken) return tl::unexpected(taken.error());
    }
    if (m_file) return fail("the last file has no end_of_record");
    m_data.knows_functions = true;
    finish(m_data);
    for (const auto& file : m_data.files) m_data.has_branches |= file.coverage.has_branches;
    return std::move(m_data);
  }

 private:
  tl::unexpected<base::Error> fail(const std::string& what) const {
    return base::fail(base::ErrorKind::format, m_place.path, "line " + std::to_string(m_line) + ": " + what);
  }
  base::Result<void> take(std::string_view record);
  base::Result<void> take_in_file(std::string_view kind, std::string_view fields);
  base::Result<void> take_line(std::string_view fields);
  base::Result<void> take_function(std::string_view fields);
  base::Result<void> take_numbered_function(std::string_view kind, std::string_view fields);
  base::Result<void> take_branch(std::string_view fields);
  base::Result<int> line_number(std::string_view text) const;
  base::Result<void> end_file();

  const ReportPlace& m_place;
  LineBudget m_budget;
  ReportData m_data;
  std::optional<FileText> m_file;
  long m_line = 0;
};

base::Result<void> Reader::take(std::string_view record) {
  if (record == "end_of_record") return m_file ? end_file() : base::Result<void>(fail("ends no file"));
  const auto colon = record.find(':');
  const auto kind = record.substr(0, colon == record.npos ? 0 : colon + 1);
  if (std::find(std::begin(k_records), std::end(k_records), kind) == std::end(k_records)) return fail("is no record");
  const auto fields = record.substr(kind.size());
  if (kind == "SF:") {
    if (m_file) return fail("begins a file within another");
    m_file.emplace();
    m_file->name = shown_name(std::string(fields), m_place.cwd);
    return {};
  }
  if (kind == "TN:" || kind == "VER:") return {};
  if (!m_file) return fail("belongs to no file");
  return take_in_file(kind, fields);
}

base::Result<void> Reader::take_in_file(std::string_view kind, std::string_view fields) {
  if (kind == "DA:") return take_line(fields);
  if (kind == "FN:") return take_function(fields);
  if (kind == "FNL:" || kind == "FNA:") return take_numbered_function(kind, fields);
  if (kind == "BRDA:") return take_branch(fields);
  if (kind == "BRF:") m_file->has_branches = true;
  return {};
}

base::Result<int> Reader::line_number(std::string_view text) const {
  const auto line = parse_number(text);
  if (!line || *line < 0) return fail("names no line");
  if (*line > k_last_line) return fail("line " + std::to_string(*line) + " is beyond any source");
  return static_cast<int>(*line);
}

base::Result<void> Reader::take_line(std::string_view fields) {
  auto line = line_number(take_field(fields));
  if (!line) return tl::unexpected(line.error());
  const auto count = parse_number(take_field(fields));
  if (!count) return fail("does not say how often the line ran");
  m_file->lines.push_back(*line);
  if (*count > 0) m_file->ran.push_back(*line);
  return {};
}

base::Result<void> Reader::take_function(std::string_view fields) {
  auto first = line_number(take_field(fields));
  if (!first) return tl::unexpected(first.error());
  auto rest = fields;
  const auto second = take_field(rest);
  const bool has_last =
      !second.empty() && second.size() < fields.size() && second.find_first_not_of("0123456789") == second.npos;
  if (!has_last) {
    m_file->functions.push_back({*first, *first, std::string(fields)});
    return {};
  }
  auto last = line_number(second);
  if (!last) return tl::unexpected(last.error());
  m_file->functions.push_back({*first, *last, std::string(rest)});
  return {};
}

base::Result<void> Reader::take_numbered_function(std::string_view kind, std::string_view fields) {
  const auto index = parse_number(take_field(fields));
  if (!index) return fail("names no function");
  if (kind == "FNL:") {
    auto first = line_number(take_field(fields));
    if (!first) return tl::unexpected(first.error());
    auto last = fields.empty() ? first : line_number(fields);
    if (!last) return tl::unexpected(last.error());
    m_file->numbered[*index] = {*first, *last};
    return {};
  }
  take_field(fields);  // how often it ran
  if (auto known = m_file->numbered.find(*index); known != m_file->numbered.end())
    m_file->functions.push_back({known->second.first, known->second.second, std::string(fields)});
  return {};
}

// The branch's name may hold commas, the count cannot.
base::Result<void> Reader::take_branch(std::string_view fields) {
  auto line = line_number(take_field(fields));
  if (!line) return tl::unexpected(line.error());
  take_field(fields);  // the block
  const auto comma = fields.rfind(',');
  if (comma == fields.npos) return fail("does not say how often the branch was taken");
  const auto count = fields.substr(comma + 1);
  if (count != "-" && !parse_number(count)) return fail("does not say how often the branch was taken");
  auto& branch = m_file->branches[*line];
  branch.line = *line;
  ++branch.n_exits;
  (parse_number(count).value_or(0) > 0 ? branch.executed : branch.missing)
      .push_back(destination(fields.substr(0, comma)));
  m_file->has_branches = true;
  return {};
}

base::Result<void> Reader::end_file() {
  auto file = std::move(*m_file);
  m_file.reset();
  auto statements = m_budget.set_of(file.lines);
  if (!statements) return tl::unexpected(statements.error());
  auto ran = m_budget.set_of(file.ran);
  if (!ran) return tl::unexpected(ran.error());
  base::Result<void> status;
  model::FileReport report;
  report.name = std::move(file.name);
  report.regions = regions_of(std::move(file.functions), m_budget, status);
  if (!status) return status;
  report.coverage = model::FileCoverage::of(std::move(*statements), {}, *ran);
  report.coverage.has_branches = file.has_branches;
  report.n_lines = report.coverage.statements.max();
  for (auto& [line, branch] : file.branches) {
    std::sort(branch.executed.begin(), branch.executed.end());
    std::sort(branch.missing.begin(), branch.missing.end());
    const auto unsure = [](int to) { return to == k_unknown_line || to == k_unknown_exit; };
    if (std::any_of(branch.executed.begin(), branch.executed.end(), unsure) ||
        std::any_of(branch.missing.begin(), branch.missing.end(), unsure))
      m_data.knows_destinations = false;
    report.coverage.branches.push_back(std::move(branch));
  }
  add_file(m_data, std::move(report));
  return {};
}

}  // namespace

bool is_lcov(std::string_view head) {
  while (!head.empty()) {
    const auto line = head.substr(0, head.find('\n'));
    head.remove_prefix(std::min(head.size(), line.size() + 1));
    if (line.empty() || line[0] == '#' || line == "\r") continue;
    return line.starts_with("TN:") || line.starts_with("SF:") || line.starts_with("VER:");
  }
  return false;
}

base::Result<ReportData> read_lcov(std::string_view bytes, const ReportPlace& place) {
  return Reader(place, bytes.size()).read(bytes);
}

}  // namespace covey::formats
