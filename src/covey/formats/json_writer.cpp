// {"meta": {"format": 3, "version": …, "timestamp": …, "branch_coverage": false, "show_contexts": false},
//  "files": {NAME: {"executed_lines": LINES, "summary": SUMMARY, "missing_lines": LINES, "excluded_lines": LINES,
//                   "functions": {NAME: REGION, …, "": REGION}, "classes": {NAME: REGION, …, "": REGION}}, …},
//  "totals": SUMMARY}
//
// LINES    [1, 2, …]
// SUMMARY  {"covered_lines": N, "num_statements": N, "percent_covered": X, "percent_covered_display": TEXT,
//           "missing_lines": N, "excluded_lines": N, "percent_statements_covered": X,
//           "percent_statements_covered_display": TEXT}
// REGION   {"executed_lines": LINES, "summary": SUMMARY, "missing_lines": LINES, "excluded_lines": LINES,
//           "start_line": N}
//
// The region "" is what lies outside all others. Of regions with one name, the first with statements keeps it; the
// others are NAME@LINE.
#include <algorithm>
#include <charconv>
#include <covey/base/utf8.hpp>
#include <covey/formats/json_writer.hpp>
#include <unordered_set>
#include <utility>

namespace covey::formats {

namespace {

using model::FileCoverage;
using model::LineSet;
using model::Numbers;
using model::Region;

// JSON as Python's json.dump writes it: its separators, its escapes, its way of showing a float.
class JsonText {
 public:
  explicit JsonText(bool pretty) : m_pretty(pretty) {}

  void open(char bracket) {
    begin_item();
    m_text += bracket;
    ++m_depth;
    m_is_first = true;
  }
  void close(char bracket) {
    --m_depth;
    if (!m_is_first) break_line();
    m_text += bracket;
    m_is_first = false;
  }
  void key(std::string_view name) {
    begin_item();
    add_string(name);
    m_text += ": ";
    m_follows_key = true;
  }
  void value(int number) {
    begin_item();
    add_number(number);
  }
  void value(bool truth) {
    begin_item();
    m_text += truth ? "true" : "false";
  }
  void value(std::string_view text) {
    begin_item();
    add_string(text);
  }
  void value(const char* text) { value(std::string_view(text)); }  // else it would be a bool
  void value(double number);

  template <class Value>
  void member(std::string_view name, const Value& its_value) {
    key(name);
    value(its_value);
  }

  std::string take() { return std::move(m_text); }

 private:
  void begin_item() {
    if (std::exchange(m_follows_key, false)) return;
    if (!m_is_first) m_text += m_pretty ? "," : ", ";
    if (m_depth > 0) break_line();
    m_is_first = false;
  }
  void break_line() {
    if (!m_pretty) return;
    m_text += '\n';
    m_text.append(m_depth * 4, ' ');
  }
  template <class Number, class... Format>
  void add_number(Number number, Format... format) {
    char digits[32];
    m_text.append(digits, std::to_chars(digits, std::end(digits), number, format...).ptr);
  }
  void add_string(std::string_view text);
  void add_escape(char32_t unit);

  bool m_pretty;
  bool m_is_first = true;
  bool m_follows_key = false;
  std::size_t m_depth = 0;
  std::string m_text;
};

// The shortest digits that read back as the same double, with an exponent only below 0.0001: Python's repr.
void JsonText::value(double number) {
  begin_item();
  bool is_tiny = number > 0 && number < 1e-4;
  auto before = m_text.size();
  add_number(number, is_tiny ? std::chars_format::scientific : std::chars_format::fixed);
  if (!is_tiny && m_text.find('.', before) == std::string::npos) m_text += ".0";
}

void JsonText::add_string(std::string_view text) {
  auto is_plain = [](char c) { return c >= ' ' && c <= '~' && c != '"' && c != '\\'; };
  m_text += '"';
  for (;;) {
    auto plain = std::find_if_not(text.begin(), text.end(), is_plain);
    m_text.append(text.begin(), plain);
    text.remove_prefix(static_cast<std::size_t>(plain - text.begin()));
    if (text.empty()) break;
    auto [character, size] = base::first_code_point(text);
    text.remove_prefix(size);
    if (character > 0xFFFF) {
      add_escape(0xD800 + ((character - 0x10000) >> 10));
      add_escape(0xDC00 + (character & 0x3FF));
    } else {
      add_escape(character);
    }
  }
  m_text += '"';
}

// A UTF-16 unit.
void JsonText::add_escape(char32_t unit) {
  static constexpr std::string_view k_named = "\"\\\b\f\n\r\t";
  static constexpr std::string_view k_names = "\"\\bfnrt";
  static constexpr std::string_view k_digits = "0123456789abcdef";
  m_text += '\\';
  auto named = unit < 0x7F ? k_named.find(static_cast<char>(unit)) : std::string_view::npos;
  if (named != std::string_view::npos) {
    m_text += k_names[named];
    return;
  }
  m_text += 'u';
  for (int shift = 12; shift >= 0; shift -= 4) m_text += k_digits[unit >> shift & 0xF];
}

class JsonReport {
 public:
  explicit JsonReport(const JsonOptions& options) : m_options(options), m_json(options.pretty_print) {}

  std::string write(const std::vector<model::FileReport>& files) {
    Numbers totals;
    m_json.open('{');
    add_meta();
    m_json.key("files");
    m_json.open('{');
    for (const auto& file : files) {
      totals += file.coverage.numbers();
      add_file(file);
    }
    m_json.close('}');
    add_summary("totals", totals);
    m_json.close('}');
    return m_json.take();
  }

 private:
  void add_meta() {
    m_json.key("meta");
    m_json.open('{');
    m_json.member("format", 3);
    m_json.member("version", m_options.version);
    m_json.member("timestamp", m_options.timestamp);
    m_json.member("branch_coverage", false);
    m_json.member("show_contexts", false);
    m_json.close('}');
  }

  void add_file(const model::FileReport& file) {
    m_json.key(file.name);
    m_json.open('{');
    add_coverage(file.coverage);
    add_regions("functions", file, Region::Kind::function);
    add_regions("classes", file, Region::Kind::class_);
    m_json.close('}');
  }

  void add_coverage(const FileCoverage& coverage) {
    add_lines("executed_lines", coverage.executed);
    add_summary("summary", coverage.numbers());
    add_lines("missing_lines", coverage.missing);
    add_lines("excluded_lines", coverage.excluded);
  }

  void add_lines(std::string_view name, const LineSet& lines) {
    m_json.key(name);
    m_json.open('[');
    lines.for_each([&](int line) { m_json.value(line); });
    m_json.close(']');
  }

  void add_summary(std::string_view name, const Numbers& numbers) {
    auto percent = numbers.percent();
    auto display = model::display_percent(percent, m_options.precision);
    m_json.key(name);
    m_json.open('{');
    m_json.member("covered_lines", numbers.n_executed());
    m_json.member("num_statements", numbers.n_statements);
    m_json.member("percent_covered", percent);
    m_json.member("percent_covered_display", display);
    m_json.member("missing_lines", numbers.n_missing);
    m_json.member("excluded_lines", numbers.n_excluded);
    m_json.member("percent_statements_covered", percent);
    m_json.member("percent_statements_covered_display", display);
    m_json.close('}');
  }

  void add_regions(std::string_view plural, const model::FileReport& file, Region::Kind kind);

  void add_region(std::string_view name, const FileCoverage& part, int start) {
    m_json.key(name);
    m_json.open('{');
    add_coverage(part);
    m_json.member("start_line", start);
    m_json.close('}');
  }

  const JsonOptions& m_options;
  JsonText m_json;
};

void JsonReport::add_regions(std::string_view plural, const model::FileReport& file, Region::Kind kind) {
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
    add_region(keeps_name ? name : name + "@" + std::to_string(regions[i]->start), parts[i], regions[i]->start);
  }
  add_region("", file.coverage.narrowed(outside), outside.empty() ? 1 : outside.min());
  m_json.close('}');
}

}  // namespace

std::string write_json(const std::vector<model::FileReport>& files, const JsonOptions& options) {
  return JsonReport(options).write(files);
}

}  // namespace covey::formats
