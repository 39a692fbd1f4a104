#include <algorithm>
#include <covey/audit/log_lines.hpp>

namespace covey::audit {

namespace {

constexpr std::size_t k_longest = 65536;  // bytes; Forgejo cuts lines there itself
constexpr std::string_view k_byte_order_mark = "\xEF\xBB\xBF";
constexpr char k_escape = '\x1B';

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// "9" in the pattern stands for a digit, any other character for itself.
bool matches(std::string_view text, std::string_view pattern) {
  return text.size() >= pattern.size() &&
         std::equal(pattern.begin(), pattern.end(), text.begin(),
                    [](char wanted, char got) { return wanted == '9' ? is_digit(got) : wanted == got; });
}

// `gh run view --log` writes "job<tab>step<tab>timestamp text".
std::string_view without_columns(std::string_view line) {
  auto job = line.find('\t');
  auto step = job == line.npos ? job : line.find('\t', job + 1);
  if (step == line.npos) return line;
  auto rest = line.substr(step + 1);
  if (rest.starts_with(k_byte_order_mark)) rest.remove_prefix(k_byte_order_mark.size());
  return timestamp_length(rest) > 0 ? rest : line;
}

// The end of the escape sequence that begins at text[at]: CSI sequences (colours, moves), OSC ones (titles, links),
// others of two characters.
std::size_t end_of_escape(std::string_view text, std::size_t at) {
  auto next = at + 1;
  if (next >= text.size()) return next;
  if (text[next] == '[') {
    for (++next; next < text.size(); ++next)
      if (text[next] >= '@' && text[next] <= '~') return next + 1;
    return next;
  }
  if (text[next] != ']') return next + 1;
  for (++next; next < text.size(); ++next) {
    if (text[next] == '\a') return next + 1;
    if (text[next] == k_escape && next + 1 < text.size() && text[next + 1] == '\\') return next + 2;
  }
  return next;
}

std::string without_escapes(std::string_view line) {
  std::string cleaned;
  for (std::size_t at = 0; at < line.size();) {
    if (line[at] == k_escape) {
      at = end_of_escape(line, at);
    } else {
      cleaned += line[at++];
    }
  }
  return cleaned;
}

std::string_view without_blanks_behind(std::string_view line) {
  auto last = line.find_last_not_of(" \t\r");
  return line.substr(0, last == line.npos ? 0 : last + 1);
}

// What a terminal would show: a carriage return begins the line anew.
std::string_view last_written(std::string_view line) {
  line = without_blanks_behind(line);
  auto overwritten = line.rfind('\r');
  return overwritten == line.npos ? line : line.substr(overwritten + 1);
}

}  // namespace

std::size_t timestamp_length(std::string_view text) {
  constexpr std::string_view k_seconds = "9999-99-99T99:99:99";
  if (!matches(text, k_seconds)) return 0;
  auto at = k_seconds.size();
  if (at < text.size() && text[at] == '.')
    for (++at; at < text.size() && is_digit(text[at]);) ++at;
  constexpr std::string_view k_offset = "99:99";
  if (at < text.size() && text[at] == 'Z') {
    ++at;
  } else if (at < text.size() && (text[at] == '+' || text[at] == '-') && matches(text.substr(at + 1), k_offset)) {
    at += 1 + k_offset.size();
  } else {
    return 0;
  }
  if (at == text.size()) return at;
  return text[at] == ' ' ? at + 1 : 0;
}

bool LogLines::next() {
  if (m_rest.empty()) return false;
  ++m_number;
  auto end = std::min(m_rest.find('\n'), m_rest.size());
  auto line = m_rest.substr(0, std::min(end, k_longest));
  m_rest.remove_prefix(std::min(end + 1, m_rest.size()));
  if (line.starts_with(k_byte_order_mark)) line.remove_prefix(k_byte_order_mark.size());
  line = without_columns(line);
  line.remove_prefix(timestamp_length(line));
  if (line.find(k_escape) != line.npos) {
    m_cleaned = without_escapes(line);
    line = m_cleaned;
  }
  m_line = without_blanks_behind(last_written(line));
  return true;
}

}  // namespace covey::audit
