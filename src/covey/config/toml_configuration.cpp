#include <covey/base/printable.hpp>
#include <covey/config/configuration_file.hpp>
#include <covey/config/python_text.hpp>

namespace covey::config {

namespace {

using Texts = std::vector<std::string>;

class TomlConfiguration : public ConfigurationFile {
 public:
  TomlConfiguration(TomlTable file, bool ours, const ValueSources& sources)
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
  const TomlTable* section_table(const std::string& section) const;
  // The value, variables in it replaced where it is a text.
  base::Result<TomlValue> value(const std::string& section, const std::string& option) const;
  // "Option [tool.coverage.run]timid is not a boolean: 3", or "couldn't convert to" for a text.
  tl::unexpected<base::Error> wrong(const std::string& section, const std::string& option, const std::string& what,
                                    const TomlValue& value) const;

  TomlTable m_file;
  bool m_ours;
  const ValueSources& m_sources;
};

const TomlTable* TomlConfiguration::section_table(const std::string& section) const {
  const auto name = real_section(section);
  const auto* found = name ? find(m_file, split(*name, '.')) : nullptr;
  return found != nullptr ? found->as<TomlTable>() : nullptr;
}

std::optional<std::string> TomlConfiguration::real_section(const std::string& section) const {
  auto is_table = [&](const std::string& name) {
    const auto* found = find(m_file, split(name, '.'));
    return found != nullptr && found->as<TomlTable>() != nullptr;
  };
  if (auto prefixed = "tool.coverage." + section; is_table(prefixed)) return prefixed;
  if (m_ours && is_table(section)) return section;
  return std::nullopt;
}

Texts TomlConfiguration::options(const std::string& section) const {
  Texts names;
  const auto* table = section_table(section);
  if (table == nullptr) return names;
  for (const auto& [name, value] : *table) names.push_back(name);
  return names;
}

bool TomlConfiguration::has(const std::string& section, const std::string& option) const {
  const auto* table = section_table(section);
  return table != nullptr && find(*table, {option}) != nullptr;
}

base::Result<TomlValue> TomlConfiguration::value(const std::string& section, const std::string& option) const {
  const auto* table = section_table(section);
  const auto* found = table != nullptr ? find(*table, {option}) : nullptr;
  if (found == nullptr) return TomlValue{};
  const auto* text = found->as<std::string>();
  if (text == nullptr) return *found;
  auto substituted = substitute_variables(*text, m_sources.environment);
  if (!substituted) return tl::unexpected(substituted.error());
  return TomlValue{std::move(*substituted)};
}

tl::unexpected<base::Error> TomlConfiguration::wrong(const std::string& section, const std::string& option,
                                                     const std::string& what, const TomlValue& value) const {
  return base::fail(
      base::ErrorKind::format, "",
      "Option [" + real_section(section).value_or(section) + "]" + option + " " + what + ": " + python_repr(value));
}

// coverage.py takes whatever value stands there, as it is; ours has to be a text.
base::Result<std::string> TomlConfiguration::text(const std::string& section, const std::string& option) const {
  auto given = value(section, option);
  if (!given) return tl::unexpected(given.error());
  const auto* text = given->as<std::string>();
  return text != nullptr ? *text : python_repr(*given);
}

base::Result<std::string> TomlConfiguration::file(const std::string& section, const std::string& option) const {
  auto given = value(section, option);
  if (!given) return tl::unexpected(given.error());
  const auto* path = given->as<std::string>();
  if (path == nullptr) return wrong(section, option, "is not a string", *given);
  return expand_user(*path, m_sources.environment, m_sources.home);
}

base::Result<bool> TomlConfiguration::boolean(const std::string& section, const std::string& option) const {
  auto given = value(section, option);
  if (!given) return tl::unexpected(given.error());
  if (const auto* boolean = given->as<bool>()) return *boolean;
  const auto* text = given->as<std::string>();
  if (text == nullptr) return wrong(section, option, "is not a boolean", *given);
  if (*text == "true") return true;
  if (*text == "false") return false;
  return wrong(section, option, "couldn't convert to a boolean", *given);
}

base::Result<std::int64_t> TomlConfiguration::integer(const std::string& section, const std::string& option) const {
  auto given = value(section, option);
  if (!given) return tl::unexpected(given.error());
  if (const auto* integer = given->as<std::int64_t>()) return *integer;
  if (const auto* boolean = given->as<bool>()) return *boolean ? 1 : 0;  // Python's are integers
  const auto* text = given->as<std::string>();
  if (text == nullptr) return wrong(section, option, "is not an integer", *given);
  auto number = python_int(*text);
  if (!number) return wrong(section, option, "couldn't convert to an integer", *given);
  return *number;
}

base::Result<double> TomlConfiguration::number(const std::string& section, const std::string& option) const {
  auto given = value(section, option);
  if (!given) return tl::unexpected(given.error());
  if (const auto* number = given->as<double>()) return *number;
  if (const auto* integer = given->as<std::int64_t>()) return static_cast<double>(*integer);
  if (const auto* boolean = given->as<bool>()) return *boolean ? 1 : 0;
  const auto* text = given->as<std::string>();
  if (text == nullptr) return wrong(section, option, "is not a float", *given);
  auto number = python_float(*text);
  if (!number) return wrong(section, option, "couldn't convert to a float", *given);
  return *number;
}

base::Result<Texts> TomlConfiguration::list(const std::string& section, const std::string& option) const {
  const auto* table = section_table(section);
  const auto* found = table != nullptr ? find(*table, {option}) : nullptr;
  if (found == nullptr) return Texts();
  const auto* items = found->as<std::vector<TomlValue>>();
  if (items == nullptr) return wrong(section, option, "is not a list", *found);
  Texts texts;
  for (const auto& item : *items) {
    const auto* text = item.as<std::string>();
    if (text == nullptr) return wrong(section, option, "is not a list of strings", item);
    auto substituted = substitute_variables(*text, m_sources.environment);
    if (!substituted) return tl::unexpected(substituted.error());
    texts.push_back(std::move(*substituted));
  }
  return texts;
}

base::Result<Texts> TomlConfiguration::regex_list(const std::string& section, const std::string& option) const {
  auto values = list(section, option);
  if (!values) return values;
  return checked_expressions(real_section(section).value_or(section), option, *values);
}

}  // namespace

std::unique_ptr<ConfigurationFile> toml_configuration(TomlTable file, bool ours, const ValueSources& sources) {
  return std::make_unique<TomlConfiguration>(std::move(file), ours, sources);
}

}  // namespace covey::config
