// SF:NAME
// DA:LINE,0|1[,MD5]                 each statement
// LF:N  LH:N                        statements found and hit, where there are any
// FN:FIRST,LAST,NAME  FNDA:0|1,NAME each function with statements, by first line
// FNF:N  FNH:N                      functions found and hit, where there are any at all
// BRDA:LINE,0,WHERE TO,1|0|-        each branch, exits last; "-" where no branch of the line was taken
// BRF:N  BRH:N                      branches found and hit, where there are any
// end_of_record
#include <algorithm>
#include <covey/base/md5.hpp>
#include <covey/base/printable.hpp>
#include <covey/base/utf8.hpp>
#include <covey/formats/lcov_writer.hpp>
#include <covey/formats/report_data.hpp>
#include <tuple>
#include <unordered_set>

namespace covey::formats {

namespace {

using model::BranchLine;
using model::FileReport;
using model::Region;

// Base64 of the MD5 of a line, without the padding.
std::string line_hash(std::string_view line) {
  static constexpr std::string_view k_digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  unsigned bits = 0;
  int n_bits = 0;
  for (auto byte : base::md5(line)) {
    bits = bits << 8 | byte;
    for (n_bits += 8; n_bits >= 6; n_bits -= 6) text += k_digits[bits >> (n_bits - 6) & 63];
  }
  return text += k_digits[bits << (6 - n_bits) & 63];
}

bool ends_line(char32_t character) {
  return (character >= 0x0A && character <= 0x0D) || (character >= 0x1C && character <= 0x1E) || character == 0x85 ||
         character == 0x2028 || character == 0x2029;
}

// Python's str.splitlines.
std::vector<std::string_view> split_lines(std::string_view text) {
  std::vector<std::string_view> lines;
  std::size_t start = 0;
  for (std::size_t at = 0; at < text.size();) {
    const auto [character, size] = base::first_code_point(text.substr(at));
    const auto end = at;
    at += size;
    if (!ends_line(character)) continue;
    if (character == '\r' && at < text.size() && text[at] == '\n') ++at;
    lines.push_back(text.substr(start, end - start));
    start = at;
  }
  if (start < text.size()) lines.push_back(text.substr(start));
  return lines;
}

struct Function {
  int first = 0;
  int last = 0;
  const Region* region = nullptr;
};

// By their lines, then as coverage.py compares regions: by name, then by first line of the body.
std::vector<Function> functions_of(const FileReport& file) {
  std::vector<Function> functions;
  for (const auto& region : file.regions)
    if (region.kind == Region::Kind::function && !region.lines.empty())
      functions.push_back(
          {std::min(region.start, region.lines.min()), std::max(region.start, region.lines.max()), &region});
  std::stable_sort(functions.begin(), functions.end(), [](const Function& a, const Function& b) {
    const auto key = [](const Function& f) { return std::make_tuple(f.first, f.last); };
    if (key(a) != key(b)) return key(a) < key(b);
    return std::make_pair(std::string_view(a.region->name), a.region->lines.min()) <
           std::make_pair(std::string_view(b.region->name), b.region->lines.min());
  });
  return functions;
}

std::string describe(const FileReport& file, model::Arc arc) {
  if (const auto* description = file.description_of(arc)) return description->action;
  return arc.to < 0 ? "jump to the function exit" : "jump to line " + std::to_string(arc.to);
}

class LcovReport {
 public:
  explicit LcovReport(const LcovOptions& options) : m_options(options) {}

  void add(const FileReport& file) {
    if (file.coverage.statements.empty() && m_options.skip_empty) return;
    record("SF:", base::printable(file.name));
    add_lines(file);
    add_functions(file);
    if (file.coverage.has_branches) add_branches(file);
    record("end_of_record");
  }

  std::string take() { return std::move(m_text); }

 private:
  static std::string text_of(int number) { return std::to_string(number); }
  static std::string_view text_of(std::string_view text) { return text; }

  template <class... Parts>
  void record(const Parts&... parts) {
    (m_text.append(text_of(parts)), ...);
    m_text += '\n';
  }

  void add_lines(const FileReport& file);
  void add_functions(const FileReport& file);
  void add_branches(const FileReport& file);
  void add_branch_line(const FileReport& file, const BranchLine& branch);

  const LcovOptions& m_options;
  std::string m_text;
};

void LcovReport::add_lines(const FileReport& file) {
  const auto& coverage = file.coverage;
  const auto source = m_options.source_text ? m_options.source_text(file) : std::string();
  const auto lines = split_lines(source);
  coverage.statements.for_each([&](int line) {
    const auto index = static_cast<std::size_t>(line) - 1;
    const auto hash = index < lines.size() ? "," + line_hash(lines[index]) : std::string();
    record("DA:", line, ",", coverage.missing.contains(line) ? 0 : 1, hash);
  });
  const auto numbers = coverage.numbers();
  if (numbers.n_statements == 0) return;
  record("LF:", numbers.n_statements);
  record("LH:", numbers.n_executed());
}

void LcovReport::add_functions(const FileReport& file) {
  const auto functions = functions_of(file);
  if (functions.empty()) return;
  int n_found = 0;
  int n_hit = 0;
  std::unordered_set<std::string> names;
  for (const auto& function : functions) {
    if (!file.coverage.statements.intersects(function.region->lines)) continue;
    const int hit = file.coverage.executed.intersects(function.region->lines) ? 1 : 0;
    ++n_found;
    n_hit += hit;
    auto name = base::printable(function.region->name);
    if (!names.insert(name).second) name += "@" + std::to_string(function.first);
    record("FN:", function.first, ",", function.last, ",", name);
    record("FNDA:", hit, ",", name);
  }
  record("FNF:", n_found);
  record("FNH:", n_hit);
}

void LcovReport::add_branch_line(const FileReport& file, const BranchLine& branch) {
  struct Destination {
    int to;
    const char* hit;
  };
  const bool any_taken = branch.n_exits > static_cast<int>(branch.missing.size());
  std::vector<Destination> destinations;
  if (any_taken)
    for (int to : branch.executed) destinations.push_back({to, "1"});
  for (int to : branch.missing) destinations.push_back({to, any_taken ? "0" : "-"});
  // An exit is mostly what an if without else does when it is false: the second alternative.
  std::stable_sort(destinations.begin(), destinations.end(), [](const Destination& a, const Destination& b) {
    return std::make_pair(a.to < 0, a.to) < std::make_pair(b.to < 0, b.to);
  });
  int index = 0;  // names a branch that nobody can name better
  for (const auto& [to, hit] : destinations) {
    const auto name = to == k_unknown_line ? std::to_string(index) : describe(file, {branch.line, to});
    record("BRDA:", branch.line, ",0,", base::printable(name), ",", std::string_view(hit));
    ++index;
  }
}

void LcovReport::add_branches(const FileReport& file) {
  for (const auto& branch : file.coverage.branches)
    if (file.coverage.statements.contains(branch.line)) add_branch_line(file, branch);
  const auto numbers = file.coverage.numbers();
  if (numbers.n_branches == 0) return;
  record("BRF:", numbers.n_branches);
  record("BRH:", numbers.n_executed_branches());
}

}  // namespace

std::string write_lcov(const std::vector<model::FileReport>& files, const LcovOptions& options) {
  std::vector<const FileReport*> by_name;
  for (const auto& file : files) by_name.push_back(&file);
  std::stable_sort(by_name.begin(), by_name.end(), [](auto* a, auto* b) { return a->name < b->name; });
  LcovReport report(options);
  for (const auto* file : by_name) report.add(*file);
  return report.take();
}

}  // namespace covey::formats
