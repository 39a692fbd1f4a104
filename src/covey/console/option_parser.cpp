#include <algorithm>
#include <charconv>
#include <covey/console/option_parser.hpp>
#include <utility>

namespace covey::console {

namespace {

void add_parts(const std::string& text, std::vector<std::string>& values) {
  for (std::size_t start = 0; start <= text.size();) {
    auto end = std::min(text.find(',', start), text.size());
    if (end > start) values.push_back(text.substr(start, end - start));
    start = end + 1;
  }
}

std::optional<double> number_of(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  double number = 0;
  const auto end = text.data() + text.size();
  auto [at, error] = std::from_chars(text.data(), end, number);
  return error == std::errc() && at == end ? std::optional(number) : std::nullopt;
}

}  // namespace

std::vector<std::string> names_of(const DeclaredOption& option) {
  std::vector<std::string> names;
  add_parts(option.names, names);
  return names;
}

OptionParser::OptionParser(const std::string& command, const std::string& usage, const std::string& help) {
  m_options.command = command;
  m_options.usage = usage;
  m_options.help = help;
}

void OptionParser::add(const std::string& names, const std::string& word, const std::string& help,
                       DeclaredOption::Take take) {
  m_options.options.push_back({names, word, help, std::move(take)});
}

void OptionParser::own() { m_options.options.back().is_own = true; }

void OptionParser::flag(const std::string& names, bool& value, const std::string& help) {
  add(names, "", help, [&value](const std::string&) {
    value = true;
    return base::Result<void>();
  });
}

void OptionParser::unset(const std::string& names, bool& value, const std::string& help) {
  add(names, "", help, [&value](const std::string&) {
    value = false;
    return base::Result<void>();
  });
}

void OptionParser::text(const std::string& names, std::optional<std::string>& value, const std::string& word,
                        const std::string& help) {
  add(names, word, help, [&value](const std::string& given) {
    value = given;
    return base::Result<void>();
  });
}

void OptionParser::number(const std::string& names, std::optional<double>& value, const std::string& word,
                          const std::string& help) {
  add(names, word, help, [&value](const std::string& given) -> base::Result<void> {
    const auto number = number_of(given);
    if (!number) return base::fail(base::ErrorKind::usage, "", given + " is no number");
    value = number;
    return {};
  });
}

void OptionParser::count(const std::string& names, int& value, const std::string& word, const std::string& help) {
  add(names, word, help, [&value](const std::string& given) -> base::Result<void> {
    int number = 0;
    auto [at, error] = std::from_chars(given.data(), given.data() + given.size(), number);
    if (error != std::errc() || at != given.data() + given.size() || number < 1)
      return base::fail(base::ErrorKind::usage, "", given + " is no whole number above 0");
    value = number;
    return {};
  });
}

void OptionParser::each(const std::string& names, std::vector<std::string>& values, const std::string& word,
                        const std::string& help) {
  add(names, word, help, [&values, is_first = true](const std::string& given) mutable {
    if (std::exchange(is_first, false)) values.clear();
    values.push_back(given);
    return base::Result<void>();
  });
}

void OptionParser::list(const std::string& names, std::vector<std::string>& values, const std::string& word,
                        const std::string& help) {
  add(names, word, help, [&values](const std::string& given) {
    values.clear();
    add_parts(given, values);
    return base::Result<void>();
  });
}

bool OptionParser::has(const std::string& name) const {
  return std::any_of(m_options.options.begin(), m_options.options.end(), [&](const auto& option) {
    const auto names = names_of(option);
    return std::find(names.begin(), names.end(), name) != names.end();
  });
}

void OptionParser::rest(std::vector<std::string>& values) { m_options.rest = &values; }

void OptionParser::words(std::vector<std::string>& values) { m_options.words = &values; }

std::optional<int> OptionParser::parse(const Invocation& invocation) {
  return invocation.is_drop_in() ? parse_as_drop_in(m_options, invocation) : parse_arguments(m_options, invocation);
}

void declare_jobs(OptionParser& parser, int& jobs) {
  parser.count("--jobs", jobs, "N", "how many files to work on at a time; as many as there are processors otherwise");
  parser.own();
}

}  // namespace covey::console
