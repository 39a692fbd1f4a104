#include <algorithm>
#include <charconv>
#include <covey/launch/pytest_options.hpp>
#include <string_view>

namespace covey::launch {

namespace {

base::Result<double> number(const std::string& option, const std::string& text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc() && end == text.data() + text.size()) return value;
  return base::fail(base::ErrorKind::usage, option, "is no number: '" + text + "'");
}

base::Result<void> take_number(const std::string& option, const std::string& text, std::optional<double>& value) {
  auto read = number(option, text);
  if (!read) return tl::unexpected(read.error());
  value = *read;
  return {};
}

base::Result<void> take_report(const std::string& text, PytestOptions& options) {
  if (text.empty()) return {};  // no report at all
  constexpr std::string_view k_types[] = {"term", "term-missing",    "annotate", "html", "xml",
                                          "json", "markdown-append", "markdown", "lcov"};
  const auto colon = std::min(text.find(':'), text.size());
  PytestReport report{text.substr(0, colon), text.substr(std::min(colon + 1, text.size()))};
  if (std::find(std::begin(k_types), std::end(k_types), report.type) == std::end(k_types))
    return base::fail(base::ErrorKind::usage, "--cov-report", "no such report: '" + text + "'");
  std::erase_if(options.reports, [&](const auto& earlier) { return earlier.type == report.type; });
  options.reports.push_back(std::move(report));
  return {};
}

// A source, which "" is none of.
void take_source(const std::string& source, std::vector<std::string>& sources) {
  if (!source.empty()) sources.push_back(source);
}

// The words one after the other. An option's value follows "=", or is the next word.
class Words {
 public:
  explicit Words(const std::vector<std::string>& words) : m_words(words) {}

  // The next word, less the value that it has behind "="; false at the end, which "--" is, too.
  bool next() {
    if (m_at >= m_words.size() || m_words[m_at] == "--") return false;
    const auto& word = m_words[m_at++];
    const auto equals = std::min(word.find('='), word.size());
    m_name = word.substr(0, equals);
    m_value = equals < word.size() ? std::optional(word.substr(equals + 1)) : std::nullopt;
    return true;
  }

  const std::string& name() const { return m_name; }

  std::string value() {
    if (!m_value && m_at < m_words.size()) m_value = m_words[m_at++];
    return m_value.value_or("");
  }

  // Of an option that may stand alone: a next word that is another option is not its value.
  std::optional<std::string> value_if_any() {
    if (!m_value && m_at < m_words.size() && !m_words[m_at].starts_with('-')) m_value = m_words[m_at++];
    return m_value;
  }

 private:
  const std::vector<std::string>& m_words;
  std::size_t m_at = 0;
  std::string m_name;
  std::optional<std::string> m_value;
};

// Which sources --cov and --covey name; one without a name asks for those of the configuration.
struct Sources {
  bool asked = false;
  bool any = false;
  std::vector<std::string> named;

  void take(Words& words) {
    asked = true;
    if (const auto value = words.value_if_any())
      take_source(*value, named);
    else
      any = true;
  }
};

}  // namespace

base::Result<PytestOptions> parse_pytest_options(const std::vector<std::string>& arguments) {
  PytestOptions options;
  Sources cov, covey;
  Words words(arguments);
  while (words.next()) {
    const auto& name = words.name();
    base::Result<void> taken;
    if (name == "--cov") cov.take(words);
    if (name == "--covey") covey.take(words);
    if (name == "--cov-reset") cov = {};
    if (name == "--cov-report") taken = take_report(words.value(), options);
    if (name == "--cov-config") options.config = words.value();
    if (name == "--cov-context") options.context = words.value();
    if (name == "--cov-branch") options.branch = true;
    if (name == "--cov-append") options.append = true;
    if (name == "--cov-fail-under") {
      options.fail_under_text = words.value();
      taken = take_number(name, options.fail_under_text, options.fail_under);
    }
    if (name == "--cov-precision") taken = take_number(name, words.value(), options.precision);
    if (!taken) return tl::unexpected(taken.error());
  }
  options.cov = cov.asked;
  options.covey = covey.asked;
  if (!cov.any && !covey.any) {
    options.sources = std::move(cov.named);
    options.sources.insert(options.sources.end(), covey.named.begin(), covey.named.end());
  }
  return options;
}

}  // namespace covey::launch
