#include <fmt/format.h>
#include <unistd.h>
#include <algorithm>
#include <covey/base/file.hpp>
#include <covey/base/float_text.hpp>
#include <covey/base/human_order.hpp>
#include <covey/base/path.hpp>
#include <covey/base/printable.hpp>
#include <covey/base/version.hpp>
#include <covey/cli/debug_facts.hpp>
#include <covey/console/clock.hpp>
#include <covey/console/drop_in_help.hpp>
#include <covey/formats/coverage_data.hpp>
#include <covey/inputs/data_files.hpp>
#include <covey/interpreters/interpreter.hpp>
#include <covey/runs/data_directory.hpp>
#include <covey/shard/tables.hpp>
#include <type_traits>

namespace covey::cli {

namespace {

using Value = DebugFacts::value_type::second_type;

constexpr std::size_t k_label_width = 30;
constexpr const char* k_none = "None";

// The CPythons since which code is watched by sys.monitoring, and since which that says which way a branch went.
constexpr std::uint32_t k_has_monitoring = 0x030c0000;
constexpr std::uint32_t k_tells_ways = 0x030e0000;

std::string python_list(const config::Strings& values) {
  std::string text;
  for (const auto& value : values) text += (text.empty() ? "" : ", ") + base::quoted(value);
  return "[" + text + "]";
}

template <class T>
Value value_of(const T& value) {
  if constexpr (std::is_same_v<T, bool>)
    return std::string(value ? "True" : "False");
  else if constexpr (std::is_same_v<T, int>)
    return std::to_string(value);
  else if constexpr (std::is_same_v<T, double>)
    return base::float_repr(value);
  else
    return value;
}

template <class T>
Value value_of(const std::optional<T>& value) {
  return value ? value_of(*value) : Value(k_none);
}

std::string text_of_paths(const std::vector<config::PathRule>& paths) {
  std::string text;
  for (const auto& [name, places] : paths)
    text += (text.empty() ? "" : ", ") + base::quoted(name) + ": " + python_list(places);
  return "{" + text + "}";
}

std::string text_of_plugins(const config::Configuration& configuration) {
  std::string text;
  for (const auto& [plugin, options] : configuration.plugin_options) {
    std::string inner;
    for (const auto& [name, value] : options)
      inner += (inner.empty() ? "" : ", ") + base::quoted(name) + ": " + base::quoted(value);
    text += (text.empty() ? "" : ", ") + base::quoted(plugin) + ": {" + inner + "}";
  }
  return "{" + text + "}";
}

bool tells_of_python(std::string_view name) {
  for (std::string_view part : {"COVERAGE", "COV_", "COVEY", "PYTHON"})
    if (name.find(part) != name.npos) return true;
  return name == "HOME" || name == "TEMP" || name == "TMP" || name == "TMPDIR" || name == "PATH" || name == "PEX";
}

config::Strings relevant_environment(const base::Environment& environment) {
  config::Strings lines;
  for (const auto& entry : environment.entries()) {
    const auto equals = entry.find('=');
    if (equals != entry.npos && tells_of_python(std::string_view(entry).substr(0, equals)))
      lines.push_back(entry.substr(0, equals) + " = " + entry.substr(equals + 1));
  }
  std::sort(lines.begin(), lines.end());
  return lines;
}

// The second field after the name of /proc/PID/stat is the parent's.
int parent_of(int pid) {
  auto stat = base::read_file(fmt::format("/proc/{}/stat", pid));
  const auto end = stat ? stat->rfind(')') : std::string::npos;
  return end == std::string::npos || end + 4 > stat->size() ? 0 : std::atoi(stat->c_str() + end + 4);
}

std::string command_of(int pid) {
  auto words = base::read_file(fmt::format("/proc/{}/cmdline", pid));
  if (!words) return "";
  std::replace(words->begin(), words->end(), '\0', ' ');
  return base::printable(words->substr(0, words->find_last_not_of(' ') + 1));
}

}  // namespace

std::string debug_header(const std::string& topic) { return fmt::format("--{:-<60}\n", " " + topic + " "); }

std::string debug_text(const DebugFacts& facts) {
  std::string text;
  for (const auto& [name, value] : facts) {
    auto prefix = fmt::format(" {:>{}}: ", name, k_label_width);
    const auto* list = std::get_if<config::Strings>(&value);
    if (list == nullptr || list->empty()) {
      text += prefix + (list == nullptr ? base::harmless(std::get<std::string>(value)) : "-none-") + "\n";
      continue;
    }
    for (const auto& line : *list) {
      text += prefix + base::harmless(line) + "\n";
      prefix.assign(k_label_width + 3, ' ');
    }
  }
  return text;
}

DebugFacts configuration_facts(config::Configuration& configuration) {
  DebugFacts facts = {
      {"config_file", value_of(configuration.file)},      {"config_files_attempted", configuration.files_attempted},
      {"config_files_read", configuration.files_read},    {"paths", text_of_paths(configuration.paths)},
      {"plugin_options", text_of_plugins(configuration)},
  };
  for (const auto& option : config::configuration_options())
    if (option.attribute[0] != '_')
      facts.emplace_back(option.attribute,
                         std::visit([](auto* value) { return value_of(*value); }, option.target(configuration)));
  std::sort(facts.begin(), facts.end(),
            [](const auto& a, const auto& b) { return base::human_less(a.first, b.first); });
  return facts;
}

DebugFacts system_facts(const config::Configuration& configuration, const console::Invocation& invocation) {
  const auto& environment = invocation.environment;
  auto interpreter = interpreters::interpreter_on_path(environment, invocation.cwd);
  return {
      {"coverage_version", std::string(console::k_coverage_version)},
      {"covey_version", std::string(base::k_version)},
      {"covey_binary", base::canonical("/proc/self/exe")},
      {"core", std::string(interpreter && interpreter->python < k_has_monitoring ? "CTracer" : "SysMonitor")},
      {"plugins", configuration.run.plugins},
      {"configs_attempted", configuration.files_attempted},
      {"configs_read", configuration.files_read},
      {"config_file", value_of(configuration.file)},
      {"data_file", inputs::data_file_path(configuration.run.data_file, environment, invocation.cwd)},
      {"data_directory", runs::data_directory_path(std::nullopt, environment, invocation.cwd)},
      {"python", interpreter ? shard::python_version(interpreter->python) : "-none-"},
      {"executable", interpreter ? interpreter->path : interpreter.error().message()},
      {"pid", std::to_string(::getpid())},
      {"cwd", invocation.cwd},
      {"environment", relevant_environment(environment)},
      {"command_line", command_of(::getpid())},
      {"time", console::local_text(console::unix_now())},
  };
}

DebugFacts caller_facts() {
  DebugFacts facts;
  for (int pid = ::getppid(); pid > 0; pid = parent_of(pid)) facts.emplace_back(std::to_string(pid), command_of(pid));
  return facts;
}

DebugFacts python_facts(const console::Invocation& invocation) {
  auto interpreter = interpreters::interpreter_on_path(invocation.environment, invocation.cwd);
  if (!interpreter) return {{"executable", interpreter.error().message()}};
  const auto version = interpreter->python;
  const bool has_monitoring = version >= k_has_monitoring;
  const bool tells_ways = version >= k_tells_ways;
  return {
      {"CPYTHON", value_of(true)},
      {"PYVERSION", shard::python_version(version)},
      {"branch_right_left", value_of(tells_ways)},
      {"deferred_annotations", value_of(tells_ways)},
      {"executable", interpreter->path},
      {"pep669", value_of(has_monitoring)},
  };
}

DebugFacts sqlite_facts() {
  const auto library = formats::sqlite_library();
  return {{"sqlite3_sqlite_version", library.version}, {"sqlite3_compile_options", library.compile_options}};
}

}  // namespace covey::cli
