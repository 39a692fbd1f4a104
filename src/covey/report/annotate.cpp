#include <algorithm>
#include <covey/base/path.hpp>
#include <covey/base/utf8.hpp>
#include <covey/report/annotate.hpp>
#include <covey/report/flat_name.hpp>
#include <covey/source/text.hpp>

namespace covey::report {

namespace {

// What Python's "\s" matches.
bool is_space(char32_t c) {
  static constexpr std::u32string_view k_others = U" \x85\xA0\u1680\u2028\u2029\u202F\u205F\u3000";
  return (c >= 0x09 && c <= 0x0D) || (c >= 0x1C && c <= 0x1F) || (c >= 0x2000 && c <= 0x200A) ||
         k_others.find(c) != k_others.npos;
}

std::string_view without_space(std::string_view text) {
  while (!text.empty()) {
    const auto [character, size] = base::first_code_point(text);
    if (!is_space(character)) break;
    text.remove_prefix(size);
  }
  return text;
}

bool is_blank(std::string_view line) {
  line = without_space(line);
  return line.empty() || line[0] == '#';
}

// An "else:" alone on its line.
bool is_else(std::string_view line) {
  for (std::string_view word : {"else", ":"}) {
    line = without_space(line);
    if (!line.starts_with(word)) return false;
    line.remove_prefix(word.size());
  }
  return is_blank(line);
}

// Says of one line after the other which mark it gets.
class Margin {
 public:
  explicit Margin(const model::FileCoverage& coverage)
      : m_coverage(coverage), m_statements(coverage.statements.lines()), m_missing(coverage.missing.lines()) {}

  const char* mark(int number, std::string_view line) {
    skip_to(m_statements, m_statement, number);
    skip_to(m_missing, m_next_missing, number);
    if (m_coverage.statements.contains(number)) m_ran = !m_coverage.missing.contains(number);
    if (is_blank(line)) return "  ";
    if (is_else(line)) return is_missing_next() ? "! " : "> ";
    if (m_coverage.excluded.contains(number)) return "- ";
    return m_ran ? "> " : "! ";
  }

 private:
  static void skip_to(const std::vector<int>& lines, std::size_t& at, int number) {
    while (at < lines.size() && lines[at] < number) ++at;
  }

  // An "else:" is no statement: it goes with the next one, its block's first.
  bool is_missing_next() const {
    return m_next_missing < m_missing.size() && m_statement < m_statements.size() &&
           m_statements[m_statement] == m_missing[m_next_missing];
  }

  const model::FileCoverage& m_coverage;
  std::vector<int> m_statements;
  std::vector<int> m_missing;
  std::size_t m_statement = 0;     // the first of the statements at the line or after it
  std::size_t m_next_missing = 0;  // of the missing ones likewise
  bool m_ran = true;               // the last statement seen
};

}  // namespace

std::string annotated(std::string_view text, const model::FileCoverage& coverage) {
  std::string result;
  Margin margin(coverage);
  for (int number = 1; !text.empty(); ++number) {
    const auto line = source::leading_line(text);
    result += margin.mark(number, line);
    result += line;
    text.remove_prefix(line.size());
  }
  return result;
}

std::string annotated_name(std::string_view name) {
  const auto extension = base::extension(name);
  auto flat = flat_name(name);
  // Its dot had become an underscore.
  flat.resize(flat.size() - std::min(flat.size(), extension.size()));
  return flat.append(extension) + ",cover";
}

}  // namespace covey::report
