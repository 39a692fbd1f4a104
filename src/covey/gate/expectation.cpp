#include <charconv>
#include <covey/gate/expectation.hpp>

namespace covey::gate {

namespace {

constexpr int k_most_parts = 10000;

// The position of the comma that ends the first name, or the text's end; nothing where a bracket or quote stays open.
std::optional<std::size_t> end_of_name(std::string_view text) {
  std::string open;  // what closes each bracket that is open
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    const bool in_quotes = !open.empty() && (open.back() == '\'' || open.back() == '"');
    if (!open.empty() && c == open.back()) {
      open.pop_back();
    } else if (in_quotes) {
      if (c == '\\') ++at;
    } else if (c == '(' || c == '[' || c == '{') {
      open += c == '(' ? ')' : c == '[' ? ']' : '}';
    } else if (!open.empty() && (c == '\'' || c == '"')) {
      open += c;  // outside of brackets it is a letter: "bob's tests"
    } else if (c == ',' && open.empty()) {
      return at;
    }
  }
  if (!open.empty()) return std::nullopt;
  return text.size();
}

std::string_view trimmed(std::string_view text) {
  auto first = text.find_first_not_of(" \t\n");
  return first == text.npos ? std::string_view() : text.substr(first, text.find_last_not_of(" \t\n") + 1 - first);
}

// "tests*4": four parts. Nothing where the number is none.
std::optional<ExpectedJob> parse_job(std::string_view text) {
  auto star = text.rfind('*');
  auto digits = star == text.npos ? std::string_view() : text.substr(star + 1);
  if (star == text.npos || digits.find_first_of(")]}'\"") != digits.npos) return ExpectedJob{std::string(text), 1};
  int n = 0;
  auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), n);
  if (error != std::errc() || end != digits.data() + digits.size() || n < 1 || n > k_most_parts) return std::nullopt;
  return ExpectedJob{std::string(trimmed(text.substr(0, star))), n};
}

}  // namespace

base::Result<std::vector<ExpectedJob>> parse_expectation(std::string_view text, const std::string& option) {
  std::vector<ExpectedJob> jobs;
  auto rest = text;
  for (bool more = true; more;) {
    auto end = end_of_name(rest);
    if (!end)
      return base::fail(base::ErrorKind::usage, option, std::string(rest) + ": a bracket or quote is not closed");
    auto name = trimmed(rest.substr(0, *end));
    more = *end < rest.size();
    rest.remove_prefix(more ? *end + 1 : rest.size());
    auto job = parse_job(name);
    if (!job)
      return base::fail(base::ErrorKind::usage, option, std::string(name) + ": * is followed by a number of parts");
    if (job->name.empty())
      return base::fail(base::ErrorKind::usage, option, "'" + std::string(text) + "': a name is empty");
    jobs.push_back(std::move(*job));
  }
  return jobs;
}

}  // namespace covey::gate
