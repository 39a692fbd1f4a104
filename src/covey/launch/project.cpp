#include <covey/config/toml_file.hpp>
#include <covey/launch/project.hpp>

namespace covey::launch {

base::Result<CoveySettings> covey_settings(std::string_view pyproject, const std::string& path) {
  CoveySettings settings;
  // Parsing takes a good part of a run's start-up, and few files have anything to say.
  if (pyproject.find("covey") == pyproject.npos) return settings;
  auto parsed = config::parse_toml(pyproject);
  if (!parsed) return base::fail(base::ErrorKind::format, path, parsed.error().what);
  const auto* section = find(*parsed, {"tool", "covey"});
  const auto* table = section != nullptr ? section->as<config::TomlTable>() : nullptr;
  if (table == nullptr) return settings;
  for (const auto& [name, value] : *table) {
    const auto* text = value.as<std::string>();
    if (name == "ci") continue;  // the coverage job's: cli/ci_options.hpp
    if (name != "project") {
      settings.unknown.push_back(name);
    } else if (text != nullptr) {
      settings.project = *text;
    } else {
      return base::fail(base::ErrorKind::format, path, "tool.covey.project is no string");
    }
  }
  return settings;
}

}  // namespace covey::launch
