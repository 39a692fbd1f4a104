#include <algorithm>
#include <covey/base/printable.hpp>
#include <covey/cli/configuration_file.hpp>
#include <covey/cli/python_text.hpp>
#include <covey/source/python_regex.hpp>
#include <covey/source/python_regex_syntax.hpp>

namespace covey::cli {

namespace {

using Texts = std::vector<std::string>;

const std::string* find(const IniOptions& options, const std::string& name) {
  for (const auto& [other, value] : options)
    if (other == name) return &value;
  return nullptr;
}

// coverage.py does not say which option it is.
tl::unexpected<base::Error> bad_value(const std::string& section, const std::string& option, std::string what) {
  auto theirs = what;
  return tl::unexpected(
      base::Error{base::ErrorKind::format, "[" + section + "]." + option, std::move(what), "", std::move(theirs)});
}

class IniConfiguration : public ConfigurationFile {
 public:
  IniConfiguration(IniFile file, bool ours, const ValueSources& sources)
      : m_file(std::move(file)), m_ours(ours), m_sources(sources) {}

  std::optional<std::string> real_section(const std::string& section) const override;
  Texts options(const std::string& section) const override;
  bool has(const std::string& section, const std::string& option) const override;
  base::Result<std::string> text(const std::string& section, const std::string& option) const override;
  base::Result<std::string> file(const std::string& section, const std::string& option) const override;
  base::Result<bool> boolean(const std::string& section, const std::string& option) const override;
  base::Result<std::int64_t> integer(const std::string& section, const std::string& option) const override;
  base::Result<double> number(const std::string& section, const std::string& option) const override;
  base::Result<Texts> list(const std::string& section, const std::string& option) const override;
  base::Result<Texts> regex_list(const std::string& section, const std::string& option) const override;

 private:
  const IniOptions* section_options(const std::string& section) const;
  const std::string* value(const std::string& section, const std::string& option) const;

  IniFile m_file;
  bool m_ours;
  const ValueSources& m_sources;
};

std::optional<std::string> IniConfiguration::real_section(const std::string& section) const {
  auto is_there = [&](const std::string& name) {
    return std::any_of(m_file.sections.begin(), m_file.sections.end(),
                       [&](const auto& other) { return other.first == name; });
  };
  if (auto prefixed = "coverage:" + section; is_there(prefixed)) return prefixed;
  if (m_ours && is_there(section)) return section;
  return std::nullopt;
}

const IniOptions* IniConfiguration::section_options(const std::string& section) const {
  const auto name = real_section(section);
  for (const auto& [other, options] : m_file.sections)
    if (name && other == *name) return &options;
  return nullptr;
}

Texts IniConfiguration::options(const std::string& section) const {
  Texts names;
  const auto* own = section_options(section);
  if (own == nullptr) return names;
  for (const auto& [name, value] : *own) names.push_back(name);
  for (const auto& [name, value] : m_file.defaults)
    if (find(*own, name) == nullptr) names.push_back(name);
  return names;
}

const std::string* IniConfiguration::value(const std::string& section, const std::string& option) const {
  const auto* own = section_options(section);
  if (own == nullptr) return nullptr;
  const auto* found = find(*own, option);
  return found != nullptr ? found : find(m_file.defaults, option);
}

bool IniConfiguration::has(const std::string& section, const std::string& option) const {
  return value(section, option) != nullptr;
}

base::Result<std::string> IniConfiguration::text(const std::string& section, const std::string& option) const {
  const auto* found = value(section, option);
  return substitute_variables(found != nullptr ? *found : "", m_sources.environment);
}

base::Result<std::string> IniConfiguration::file(const std::string& section, const std::string& option) const {
  auto path = text(section, option);
  return path ? expand_user(*path, m_sources.environment, m_sources.home) : path;
}

base::Result<bool> IniConfiguration::boolean(const std::string& section, const std::string& option) const {
  auto given = text(section, option);
  if (!given) return tl::unexpected(given.error());
  std::string word = *given;
  for (char& c : word)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  for (const char* yes : {"1", "yes", "true", "on"})
    if (word == yes) return true;
  for (const char* no : {"0", "no", "false", "off"})
    if (word == no) return false;
  return bad_value(section, option, "Not a boolean: " + *given);
}

base::Result<std::int64_t> IniConfiguration::integer(const std::string& section, const std::string& option) const {
  auto given = text(section, option);
  if (!given) return tl::unexpected(given.error());
  auto number = python_int(*given);
  if (!number) return bad_value(section, option, "invalid literal for int() with base 10: " + base::quoted(*given));
  return *number;
}

base::Result<double> IniConfiguration::number(const std::string& section, const std::string& option) const {
  auto given = text(section, option);
  if (!given) return tl::unexpected(given.error());
  auto number = python_float(*given);
  if (!number) return bad_value(section, option, "could not convert string to float: " + base::quoted(*given));
  return *number;
}

base::Result<Texts> IniConfiguration::list(const std::string& section, const std::string& option) const {
  auto given = text(section, option);
  if (!given) return tl::unexpected(given.error());
  Texts values;
  for (auto line : split(*given, '\n'))
    for (auto part : split(line, ','))
      if (auto item = stripped(part); !item.empty()) values.emplace_back(item);
  return values;
}

base::Result<Texts> IniConfiguration::regex_list(const std::string& section, const std::string& option) const {
  auto given = text(section, option);
  if (!given) return tl::unexpected(given.error());
  auto lines = split_lines(*given);
  return checked_expressions(section, option, Texts(lines.begin(), lines.end()));
}

}  // namespace

std::unique_ptr<ConfigurationFile> ini_configuration(IniFile file, bool ours, const ValueSources& sources) {
  return std::make_unique<IniConfiguration>(std::move(file), ours, sources);
}

base::Result<Texts> checked_expressions(const std::string& section, const std::string& option, const Texts& values) {
  Texts expressions;
  for (const auto& given : values) {
    std::string value(stripped(given));
    std::string why;
    if (auto checked = source::check_regex(value); !checked) {
      why = checked.error().what;
    } else if (auto translated = source::translate_regex(value, true); !translated) {
      why = translated.error().what;
    }
    if (!why.empty())
      return base::fail(base::ErrorKind::usage, "",
                        "Invalid [" + section + "]." + option + " value " + base::quoted(value) + ": " + why);
    if (!value.empty()) expressions.push_back(std::move(value));
  }
  return expressions;
}

}  // namespace covey::cli
