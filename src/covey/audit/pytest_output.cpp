#include <algorithm>
#include <charconv>
#include <covey/audit/pytest_output.hpp>

namespace covey::audit {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string_view trimmed(std::string_view text) {
  auto first = text.find_first_not_of(' ');
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(' ') + 1 - first);
}

// The text between the bars of "=== text ==="; nothing where they are not there.
std::optional<std::string_view> between_bars(std::string_view line) {
  auto first = line.find_first_not_of('=');
  auto last = line.find_last_not_of('=');
  if (first == line.npos || first == 0 || last + 1 == line.size()) return std::nullopt;
  if (line[first] != ' ' || line[last] != ' ') return std::nullopt;
  return trimmed(line.substr(first, last + 1 - first));
}

// Takes a number off the front; nothing, and the text as it was, where there is none or one of more than 12 digits.
std::optional<std::int64_t> take_number(std::string_view& text) {
  std::int64_t number = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + std::min<std::size_t>(text.size(), 12), number);
  if (error != std::errc() || number < 0 || text.empty() || !is_digit(text.front())) return std::nullopt;
  auto taken = static_cast<std::size_t>(end - text.data());
  if (taken < text.size() && is_digit(text[taken])) return std::nullopt;
  text.remove_prefix(taken);
  return number;
}

bool take(std::string_view& text, std::string_view word) {
  if (!text.starts_with(word)) return false;
  text.remove_prefix(word.size());
  return true;
}

// "0.12s", "62.00s (0:01:02)", before pytest 5 "0.12 seconds".
bool is_duration(std::string_view text) {
  auto digits = text.find_first_not_of("0123456789.");
  if (digits == 0 || digits == text.npos) return false;
  text.remove_prefix(digits);
  if (text == "s" || text == " seconds" || text == " second") return true;
  return take(text, "s (") && text.find_first_not_of("0123456789:., days") == text.size() - 1 && text.back() == ')';
}

// "5 passed, 1 skipped": whether all of it are numbers and words, which are added to the counts.
bool parse_counts(std::string_view text, model::TestCounts& counts) {
  while (!text.empty()) {
    auto item = text.substr(0, text.find(", "));
    text.remove_prefix(std::min(item.size() + 2, text.size()));
    auto number = take_number(item);
    if (!number || !take(item, " ") || item.empty()) return false;
    if (item.find_first_not_of("abcdefghijklmnopqrstuvwxyz -_") != item.npos) return false;
    counts.add(item, *number);
  }
  return true;
}

// "3 tests collected", "2/5 tests collected (3 deselected)", "no tests collected": what --collect-only ends with.
bool is_collected(std::string_view text) {
  if (!take(text, "no")) {
    if (!take_number(text)) return false;
    if (take(text, "/") && !take_number(text)) return false;
  }
  return text.starts_with(" tests collected") || text.starts_with(" test collected");
}

}  // namespace

bool is_pytest_header(std::string_view line) { return between_bars(line) == "test session starts"; }

std::optional<PytestClosing> parse_pytest_closing(std::string_view line) {
  PytestClosing closing;
  auto text = line;
  if (auto inner = between_bars(line)) {
    closing.has_bars = true;
    text = *inner;
  }
  auto in = text.rfind(" in ");
  if (in == text.npos || in == 0 || !is_duration(text.substr(in + 4))) return std::nullopt;
  text = text.substr(0, in);
  if (text == "no tests ran") return closing;
  if (is_collected(text)) {
    closing.collected_only = true;
    return closing;
  }
  if (!parse_counts(text, closing.counts)) return std::nullopt;
  return closing;
}

std::optional<std::int64_t> parse_unittest_ran(std::string_view line) {
  if (!take(line, "Ran ")) return std::nullopt;
  auto number = take_number(line);
  if (!number || !(take(line, " tests in ") || take(line, " test in "))) return std::nullopt;
  return is_duration(line) ? number : std::nullopt;
}

std::optional<model::TestCounts> parse_unittest_verdict(std::string_view line, std::int64_t n_ran) {
  model::TestCounts counts;
  bool failed = take(line, "FAILED");
  if (!failed && !take(line, "OK") && !take(line, "NO TESTS RAN")) return std::nullopt;
  counts.passed = n_ran;
  if (line.empty()) return counts;
  if (!take(line, " (") || line.back() != ')') return std::nullopt;
  line.remove_suffix(1);
  while (!line.empty()) {
    auto item = line.substr(0, line.find(", "));
    line.remove_prefix(std::min(item.size() + 2, line.size()));
    auto equals = item.find('=');
    if (equals == item.npos) return std::nullopt;
    auto word = item.substr(0, equals);
    auto value = item.substr(equals + 1);
    auto number = take_number(value);
    if (!number || !value.empty()) return std::nullopt;
    constexpr std::pair<std::string_view, std::string_view> k_words[] = {
        {"skipped", "skipped"},
        {"failures", "failed"},
        {"errors", "errors"},
        {"expected failures", "xfailed"},
        {"unexpected successes", "xpassed"},
    };
    for (const auto& [theirs, ours] : k_words)
      if (word == theirs) counts.add(ours, *number);
  }
  counts.passed = std::max<std::int64_t>(0, n_ran - (counts.total() - counts.passed));
  return counts;
}

}  // namespace covey::audit
