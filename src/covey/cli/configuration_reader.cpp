#include <algorithm>
#include <covey/base/file.hpp>
#include <covey/base/path.hpp>
#include <covey/base/printable.hpp>
#include <covey/cli/configuration_file.hpp>
#include <covey/cli/configuration_reader.hpp>
#include <covey/cli/python_text.hpp>
#include <set>
#include <type_traits>

namespace covey::cli {

namespace {

using File = std::unique_ptr<ConfigurationFile>;

tl::unexpected<base::Error> fail(std::string what) { return base::fail(base::ErrorKind::usage, "", std::move(what)); }

// More than any configuration; the readers need some fifty times as much memory.
constexpr std::size_t k_limit = std::size_t{4} << 20;

// An error of a value, with the file that it stands in. coverage.py names the file only where the value is of the wrong
// kind, and never the option there.
tl::unexpected<base::Error> in_file(const std::string& name, const base::Error& error) {
  if (error.kind != base::ErrorKind::format) return tl::unexpected(error.at(name));
  const auto unread = "Couldn't read config file " + name + ": ";
  return tl::unexpected(
      base::Error{base::ErrorKind::usage, "", unread + error.message(), "", unread + error.coverage_message()});
}

template <class T>
base::Result<void> assign(base::Result<T> value, const OptionTarget& target) {
  if (!value) return tl::unexpected(value.error());
  std::visit(
      [&](auto* place) {
        if constexpr (std::is_same_v<T, std::int64_t>) {
          if constexpr (std::is_same_v<decltype(place), int*>) *place = static_cast<int>(*value);
        } else if constexpr (std::is_same_v<decltype(place), T*> ||
                             std::is_same_v<decltype(place), std::optional<T>*>) {
          *place = std::move(*value);
        }
      },
      target);
  return {};
}

base::Result<void> set_option(const ConfigurationFile& file, const ConfigurationOption& option,
                              Configuration& configuration) {
  const auto target = option.target(configuration);
  switch (option.kind) {
    case OptionKind::text:
      return assign(file.text(option.section, option.name), target);
    case OptionKind::file:
      return assign(file.file(option.section, option.name), target);
    case OptionKind::boolean:
      return assign(file.boolean(option.section, option.name), target);
    case OptionKind::integer:
      return assign(file.integer(option.section, option.name), target);
    case OptionKind::number:
      return assign(file.number(option.section, option.name), target);
    case OptionKind::list:
      return assign(file.list(option.section, option.name), target);
    case OptionKind::regex_list:
      return assign(file.regex_list(option.section, option.name), target);
  }
  return {};
}

class Reader {
 public:
  explicit Reader(const ConfigurationRequest& request) : m_request(request) {}

  base::Result<LoadedConfiguration> read();

 private:
  base::Result<void> read_files();
  base::Result<bool> read_file(const std::string& name, bool ours);
  base::Result<File> open(const std::string& name, bool ours, const std::string& text) const;
  base::Result<bool> take_options(const ConfigurationFile& file);
  void warn_of_unknown(const ConfigurationFile& file, const std::string& name);
  base::Result<bool> take_paths(const ConfigurationFile& file);
  base::Result<bool> take_plugin_options(const ConfigurationFile& file);
  void take_environment();
  base::Result<void> finish();

  const ConfigurationRequest& m_request;
  ValueSources m_sources{m_request.environment, m_request.home};
  LoadedConfiguration m_loaded;
};

// Of a regular file; nothing where it cannot be read. /dev/null is how one asks for no configuration.
base::Result<std::optional<std::string>> text_of(const std::string& path) {
  if (path == "/dev/null") return "";
  auto text = base::read_file(path, k_limit);
  if (text) return std::move(*text);
  if (text.error().kind == base::ErrorKind::too_large) return tl::unexpected(text.error());
  return std::nullopt;
}

bool is_toml(const std::string& name) {
  const auto base = base::basename(name);
  const auto dot = base.rfind('.');
  return base.ends_with(".toml") && base.find_first_not_of('.') < dot;
}

base::Result<File> Reader::open(const std::string& name, bool ours, const std::string& text) const {
  auto damaged = [&](const std::string& what) { return fail("Couldn't read config file " + name + ": " + what); };
  if (auto bad = find_bad_utf8(text)) return damaged("byte " + std::to_string(*bad) + " is not UTF-8");
  if (is_toml(name)) {
    auto toml = parse_toml(text);
    if (!toml) return damaged(toml.error().what);
    return toml_configuration(std::move(*toml), ours, m_sources);
  }
  auto ini = parse_ini(text, name);
  if (!ini) return damaged(ini.error().what);
  return ini_configuration(std::move(*ini), ours, m_sources);
}

// Whether the file is the configuration: one of ours always is, another only where it has something for us.
base::Result<bool> Reader::read_file(const std::string& name, bool ours) {
  auto& configuration = m_loaded.configuration;
  const auto path = base::absolute(name, m_request.directory);
  configuration.files_attempted.push_back(path);
  const auto text = text_of(path);
  if (!text) return fail("Couldn't read config file " + name + ": it " + text.error().what);
  if (!*text) return false;
  auto file = open(name, ours, **text);
  if (!file) return tl::unexpected(file.error());
  configuration.files_read.push_back(path);

  auto any = take_options(**file);
  if (!any) return in_file(name, any.error());
  warn_of_unknown(**file, name);
  auto any_paths = take_paths(**file);
  if (!any_paths) return in_file(name, any_paths.error());
  auto any_plugins = take_plugin_options(**file);
  if (!any_plugins) return in_file(name, any_plugins.error());
  const bool used = ours || *any || *any_paths || *any_plugins;
  if (used) configuration.file = path;
  return used;
}

base::Result<bool> Reader::take_options(const ConfigurationFile& file) {
  bool any = false;
  for (const auto& option : configuration_options()) {
    if (!file.has(option.section, option.name)) continue;
    if (auto set = set_option(file, option, m_loaded.configuration); !set) return tl::unexpected(set.error());
    any = true;
  }
  return any;
}

void Reader::warn_of_unknown(const ConfigurationFile& file, const std::string& name) {
  std::vector<std::string> sections;
  std::set<std::pair<std::string, std::string>> known;
  for (const auto& option : configuration_options()) {
    known.emplace(option.section, option.name);
    if (sections.empty() || sections.back() != option.section) sections.emplace_back(option.section);
  }
  for (const auto& section : sections)
    for (const auto& option : file.options(section))
      if (known.count({section, option}) == 0)
        m_loaded.warnings.push_back("Unrecognized option '[" + *file.real_section(section) + "] " + option +
                                    "=' in config file " + name);
}

base::Result<bool> Reader::take_paths(const ConfigurationFile& file) {
  auto& paths = m_loaded.configuration.paths;
  const auto names = file.options("paths");
  for (const auto& name : names) {
    auto places = file.list("paths", name);
    if (!places) return tl::unexpected(places.error());
    auto known = std::find_if(paths.begin(), paths.end(), [&](const PathRule& rule) { return rule.first == name; });
    if (known != paths.end())
      known->second = std::move(*places);
    else
      paths.emplace_back(name, std::move(*places));
  }
  return !names.empty();
}

base::Result<bool> Reader::take_plugin_options(const ConfigurationFile& file) {
  bool any = false;
  for (const auto& plugin : m_loaded.configuration.run.plugins) {
    if (!file.real_section(plugin)) continue;
    any = true;
    std::vector<std::pair<std::string, std::string>> options;
    for (const auto& option : file.options(plugin)) {
      auto value = file.text(plugin, option);
      if (!value) return tl::unexpected(value.error());
      options.emplace_back(option, std::move(*value));
    }
    m_loaded.configuration.plugin_options.emplace_back(plugin, std::move(options));
  }
  return any;
}

base::Result<void> Reader::read_files() {
  auto rcfile = m_request.rcfile;
  if (rcfile && rcfile->empty()) return {};
  // Many scripts name the default, and mean that.
  if (rcfile == ".coveragerc") rcfile = std::nullopt;
  if (!rcfile)
    if (auto named = m_request.environment.value("COVERAGE_RCFILE"); !named.empty()) rcfile = named;
  if (rcfile) {
    auto read = read_file(*rcfile, true);
    if (!read) return tl::unexpected(read.error());
    return *read ? base::Result<void>() : fail("Couldn't read " + base::quoted(*rcfile) + " as a config file");
  }
  constexpr std::pair<const char*, bool> k_files[] = {{".coveragerc", true},
                                                      {".coveragerc.toml", true},
                                                      {"setup.cfg", false},
                                                      {"tox.ini", false},
                                                      {"pyproject.toml", false}};
  for (auto [name, ours] : k_files) {
    auto read = read_file(name, ours);
    if (!read) return tl::unexpected(read.error());
    if (*read) break;
  }
  return {};
}

void Reader::take_environment() {
  auto& run = m_loaded.configuration.run;
  const auto& environment = m_request.environment;
  if (auto file = environment.value("COVERAGE_FILE"); !file.empty()) run.data_file = file;
  if (auto debug = environment.value("COVERAGE_DEBUG"); !debug.empty())
    for (auto part : split(debug, ',')) run.debug.emplace_back(stripped(part));
  if (auto core = environment.value("COVERAGE_CORE"); !core.empty()) run.core = core;
}

std::string join(const std::set<std::string>& words) {
  std::string joined;
  for (const auto& word : words) joined += (joined.empty() ? "" : ", ") + word;
  return joined;
}

base::Result<void> Reader::finish() {
  auto& [run, report, html, xml, json, lcov, paths, plugins, file, attempted, read] = m_loaded.configuration;
  for (auto& [name, places] : paths)
    for (auto& place : places) place = expand_user(place, m_request.environment, m_request.home);
  report.exclude_list.insert(report.exclude_list.end(), report.exclude_also.begin(), report.exclude_also.end());
  report.partial_list.insert(report.partial_list.end(), report.partial_also.begin(), report.partial_also.end());
  if (std::find(run.patch.begin(), run.patch.end(), "subprocess") != run.patch.end()) run.parallel = true;

  std::set<std::string> unknown;
  std::set<std::string> light;  // of these only one can be
  for (const auto& choice : run.concurrency) {
    if (choice == "greenlet" || choice == "eventlet" || choice == "gevent")
      light.insert(choice);
    else if (choice != "thread" && choice != "multiprocessing")
      unknown.insert(choice);
  }
  if (!unknown.empty()) return fail("Unknown concurrency choices: " + join(unknown));
  if (light.size() > 1) return fail("Conflicting concurrency settings: " + join(light));
  return {};
}

base::Result<LoadedConfiguration> Reader::read() {
  if (auto files = read_files(); !files) return tl::unexpected(files.error());
  take_environment();
  m_request.arguments(m_loaded.configuration);
  if (auto forced = m_request.environment.value("COVERAGE_FORCE_CONFIG"); !forced.empty())
    if (auto read = read_file(forced, true); !read) return tl::unexpected(read.error());
  if (auto finished = finish(); !finished) return tl::unexpected(finished.error());
  return std::move(m_loaded);
}

}  // namespace

base::Result<LoadedConfiguration> read_configuration(const ConfigurationRequest& request) {
  return Reader(request).read();
}

}  // namespace covey::cli
