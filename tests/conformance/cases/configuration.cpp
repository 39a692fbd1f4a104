// Configuration files and what environment variables do in them.
#include <stdlib.h>
#include <covey/config/configuration_reader.hpp>
#include <filesystem>
#include <fstream>
#include <type_traits>
#include "kinds.hpp"

namespace covey::cases {

using nlohmann::json;

namespace {

// A directory with the case's files. The recorded one is no place to write to.
class Directory {
 public:
  explicit Directory(const json& files) {
    auto path = (std::filesystem::temp_directory_path() / "covey-case-XXXXXX").string();
    m_path = ::mkdtemp(path.data());
    for (const auto& [name, text] : files.items()) {
      std::filesystem::create_directories((m_path / name).parent_path());
      std::ofstream(m_path / name, std::ios::binary) << text.get<std::string>();
    }
  }
  ~Directory() { std::filesystem::remove_all(m_path); }
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;

  std::string path() const { return m_path.string(); }

 private:
  std::filesystem::path m_path;
};

base::Environment environment_of(const json& variables) {
  base::Environment environment;
  for (const auto& [name, value] : variables.items()) environment.set(name, value.get<std::string>());
  return environment;
}

// What upstream's tests have in place of os.path.expanduser.
std::optional<std::string> recorded_home(const std::string& user) { return "/Users/" + (user.empty() ? "me" : user); }

json value_of(const config::OptionTarget& target) {
  return std::visit(
      [](const auto* place) -> json {
        if constexpr (requires { place->has_value(); })
          return place->has_value() ? json(**place) : json();
        else
          return json(*place);
      },
      target);
}

// An argument, as coverage.py's from_args takes it: one text stands for a list of one.
void set_argument(const config::OptionTarget& target, const json& value) {
  std::visit(
      [&](auto* place) {
        using T = std::remove_pointer_t<decltype(place)>;
        if constexpr (std::is_same_v<T, config::Strings>)
          *place = value.is_string() ? config::Strings{value.get<std::string>()} : value.get<config::Strings>();
        else if constexpr (requires { place->has_value(); })
          *place = value.get<typename T::value_type>();
        else
          *place = value.get<T>();
      },
      target);
}

void set_arguments(const json& arguments, config::Configuration& configuration) {
  for (const auto& option : config::configuration_options())
    if (auto given = arguments.find(option.attribute); given != arguments.end() && !given->is_null())
      set_argument(option.target(configuration), *given);
}

// The settings under coverage.py's names, paths below `directory` as the case has them.
json describe(config::Configuration& configuration, const std::string& directory,
              const std::string& recorded_directory) {
  auto recorded_path = [&](const std::string& path) {
    return path.starts_with(directory) ? recorded_directory + path.substr(directory.size()) : path;
  };
  json out = json::object();
  for (const auto& option : config::configuration_options())
    if (option.attribute[0] != '_') out[option.attribute] = value_of(option.target(configuration));
  out["paths"] = json::object();
  for (const auto& [name, places] : configuration.paths) out["paths"][name] = places;
  out["plugin_options"] = json::object();
  for (const auto& [plugin, options] : configuration.plugin_options) {
    out["plugin_options"][plugin] = json::object();
    for (const auto& [name, value] : options) out["plugin_options"][plugin][name] = value;
  }
  out["config_file"] = configuration.file ? json(recorded_path(*configuration.file)) : json();
  auto list = [&](const config::Strings& paths) {
    json names = json::array();
    for (const auto& path : paths) names.push_back(recorded_path(path));
    return names;
  };
  out["config_files_attempted"] = list(configuration.files_attempted);
  out["config_files_read"] = list(configuration.files_read);
  return out;
}

}  // namespace

Outcome read_configuration_case(const json& recorded) {
  const Directory directory(recorded.at("files"));
  const auto& file = recorded.at("config_file");
  config::ConfigurationRequest request;
  if (file.is_string()) request.rcfile = file.get<std::string>();
  if (file == false) request.rcfile = "";
  request.directory = directory.path();
  request.environment = environment_of(recorded.at("env"));
  request.home = recorded_home;
  request.arguments = [&](config::Configuration& configuration) {
    set_arguments(recorded.at("kwargs"), configuration);
  };
  auto loaded = config::read_configuration(request);
  if (!loaded) return tl::unexpected(loaded.error());
  return json{{"settings", describe(loaded->configuration, request.directory, recorded.at("cwd"))},
              {"warnings", loaded->warnings}};
}

Outcome substitute_variables_case(const json& recorded) {
  const auto& arguments = recorded.at("args");
  auto text = config::substitute_variables(arguments.at(0).get<std::string>(), environment_of(arguments.at(1)));
  if (!text) return tl::unexpected(text.error());
  return json(*text);
}

}  // namespace covey::cases
