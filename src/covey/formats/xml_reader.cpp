#include <algorithm>
#include <charconv>
#include <covey/base/file.hpp>
#include <covey/base/path.hpp>
#include <covey/base/printable.hpp>
#include <covey/formats/line_budget.hpp>
#include <covey/formats/xml_reader.hpp>
#include <limits>
#include <map>
#include <optional>
#include <pugixml.hpp>

namespace covey::formats {

namespace {

using base::ErrorKind;
using model::BranchLine;

// What Cobertura's first element has in it, or begins with.
constexpr std::string_view k_of_cobertura[] = {" line-rate=", " lines-valid=", "<packages", "<sources"};

// Beyond this a line's branches are no program's.
constexpr int k_max_exits = 10000;

std::optional<std::int64_t> number_in(std::string_view text) {
  std::int64_t number = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc::result_out_of_range) return std::numeric_limits<std::int64_t>::max();
  if (error != std::errc()) return std::nullopt;
  return number;
}

// "exit,5,7": what coverage.py and Slipcover say of the branches that were not taken.
std::vector<int> destinations(std::string_view text, std::size_t limit) {
  std::vector<int> lines;
  while (!text.empty() && lines.size() < limit) {
    const auto item = text.substr(0, text.find(','));
    const auto line = number_in(item);
    lines.push_back(!line || *line > k_last_line || *line < 1 ? k_unknown_exit : static_cast<int>(*line));
    text.remove_prefix(std::min(text.size(), item.size() + 1));
  }
  return lines;
}

// condition-coverage="50% (1/2)" missing-branches="5".
std::optional<BranchLine> branch_of(const pugi::xml_node& line, int number) {
  const std::string_view text = line.attribute("condition-coverage").value();
  const auto open = text.find('(');
  const auto slash = text.find('/', open == text.npos ? text.size() : open);
  if (slash == text.npos) return std::nullopt;
  const auto taken = number_in(text.substr(open + 1));
  const auto exits = number_in(text.substr(slash + 1));
  if (!taken || !exits || *exits < 1 || *exits > k_max_exits || *taken < 0 || *taken > *exits) return std::nullopt;
  BranchLine branch;
  branch.line = number;
  branch.n_exits = static_cast<int>(*exits);
  branch.executed.assign(static_cast<std::size_t>(*taken), k_unknown_line);
  const auto n_missing = static_cast<std::size_t>(*exits - *taken);
  branch.missing = destinations(line.attribute("missing-branches").value(), n_missing);
  branch.missing.resize(n_missing, k_unknown_line);
  std::sort(branch.missing.begin(), branch.missing.end());
  return branch;
}

class Report {
 public:
  Report(const ReportPlace& place, std::size_t input_size) : m_place(place), m_budget(place.path, input_size) {}

  base::Result<ReportData> read(const pugi::xml_node& root) {
    for (const auto& source : root.child("sources").children("source")) m_sources.emplace_back(source.child_value());
    // Without branch attributes a report of lines looks like one of branches that has none.
    m_data.has_branches = number_in(root.attribute("branches-valid").value()).value_or(0) > 0;
    for (const auto& package : root.child("packages").children("package"))
      for (const auto& of : package.child("classes").children("class"))
        if (auto added = add_class(of); !added) return tl::unexpected(added.error());
    m_data.knows_destinations = !m_data.has_branches;
    for (auto& file : m_data.files) file.coverage.has_branches = m_data.has_branches;
    finish(m_data);
    return std::move(m_data);
  }

 private:
  base::Result<void> add_class(const pugi::xml_node& of);
  base::Result<void> refuse(const pugi::xml_node& line, const char* attribute) const;
  std::string name_of(const std::string& filename) const;

  const ReportPlace& m_place;
  LineBudget m_budget;
  std::vector<std::string> m_sources;
  ReportData m_data;
};

std::string Report::name_of(const std::string& filename) const {
  for (const auto& source : m_sources) {
    const auto path = base::absolute(base::join(source, filename), m_place.cwd);
    if (base::exists(path)) return base::relative_to(path, m_place.cwd);
  }
  return shown_name(filename, m_place.cwd);
}

base::Result<void> Report::refuse(const pugi::xml_node& line, const char* attribute) const {
  return base::fail(ErrorKind::format, m_place.path,
                    "byte " + std::to_string(line.offset_debug()) + ": " + attribute + " of a line is " +
                        base::quoted(line.attribute(attribute).value()));
}

base::Result<void> Report::add_class(const pugi::xml_node& of) {
  const std::string filename = of.attribute("filename").value();
  if (filename.empty()) return {};
  std::vector<std::int64_t> executed, all;
  std::map<int, BranchLine> branches;
  for (const auto& line : of.child("lines").children("line")) {
    const auto number = number_in(line.attribute("number").value());
    const auto hits = number_in(line.attribute("hits").value());
    if (!number || *number < 1) return refuse(line, "number");
    if (!hits && line.attribute("hits")) return refuse(line, "hits");
    all.push_back(*number);
    if (hits.value_or(0) > 0) executed.push_back(*number);
    if (*number > k_last_line) break;  // what the budget says of it
    if (auto branch = branch_of(line, static_cast<int>(*number))) branches[branch->line] = std::move(*branch);
  }
  auto statements = m_budget.set_of(all);
  if (!statements) return tl::unexpected(statements.error());
  auto ran = m_budget.set_of(executed);
  if (!ran) return tl::unexpected(ran.error());
  model::FileReport file;
  file.name = name_of(filename);
  file.coverage = model::FileCoverage::of(std::move(*statements), {}, *ran);
  for (auto& [number, branch] : branches) file.coverage.branches.push_back(std::move(branch));
  m_data.has_branches = m_data.has_branches || !file.coverage.branches.empty();
  file.n_lines = file.coverage.statements.max();
  m_data.files.push_back(std::move(file));
  return {};
}

}  // namespace

bool is_cobertura(std::string_view head) {
  const auto start = head.find_first_not_of(" \t\r\n\xef\xbb\xbf");
  if (start == head.npos || head[start] != '<') return false;
  const auto element = head.find("<coverage", start);
  if (element == head.npos) return false;
  // Clover's first element has the same name, but none of these.
  const auto rest = head.substr(element);
  return std::any_of(std::begin(k_of_cobertura), std::end(k_of_cobertura),
                     [&](std::string_view word) { return rest.find(word) != rest.npos; });
}

base::Result<ReportData> read_cobertura(std::string_view bytes, const ReportPlace& place) {
  if (bytes.size() > k_xml_limit)
    return base::fail(ErrorKind::format, place.path, "larger than " + std::to_string(k_xml_limit) + " bytes");
  pugi::xml_document document;
  const auto parsed = document.load_buffer(bytes.data(), bytes.size(), pugi::parse_default | pugi::parse_doctype);
  if (!parsed)
    return base::fail(ErrorKind::format, place.path,
                      "byte " + std::to_string(parsed.offset + 1) + ": not XML: " + parsed.description());
  for (const auto& node : document.children()) {
    const bool declares =
        node.type() == pugi::node_doctype && std::string_view(node.value()).find("<!ENTITY") != std::string_view::npos;
    if (!declares) continue;
    return base::fail(ErrorKind::format, place.path,
                      "byte " + std::to_string(node.offset_debug() + 1) + ": declares entities of its own");
  }
  const auto root = document.child("coverage");
  if (!root || !root.child("packages"))
    return base::fail(ErrorKind::format, place.path, "XML, but no Cobertura report");
  return Report(place, bytes.size()).read(root);
}

}  // namespace covey::formats
