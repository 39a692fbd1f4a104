#include <fmt/format.h>
#include <covey/base/printable.hpp>
#include <covey/base/version.hpp>
#include <covey/cli/commands.hpp>
#include <covey/console/drop_in_help.hpp>
#include <covey/console/messages.hpp>
#include <cstdio>

namespace covey::cli {

namespace {

constexpr Command k_commands[] = {
    {"run", "run a Python program, module or any command, and measure it", run_command},
    {"report", "print what was covered, file by file", report_command},
    {"html", "write pages that show what was covered, line by line", html_command},
    {"json", "write what was covered as JSON", json_command},
    {"combine", "unite the data of several runs, jobs or machines into one", combine_command},
    {"ci", "the whole coverage job: verify, merge, judge, report", ci_command},
    {"check", "say whether what the tests' jobs left is whole", check_command},
    {"erase", "remove what was measured", erase_command},
    {"annotate", "write sources with a margin that shows what ran", annotate_command},
    {"xml", "write what was covered as Cobertura XML", xml_command},
    {"lcov", "write what was covered as an LCOV tracefile", lcov_command},
    {"convert", "turn coverage data and reports of one format into another's", convert_command},
    {"index", "compile what the tests did not import, so that reports can count it", index_command},
    {"debug", "show what Covey knows of its data, configuration and surroundings", debug_command},
    {"alias", "let Covey answer to the names of coverage.py's command", alias_command},
    {"session", "begin, report on and end the run of a pytest: what the pytest plugin calls", session_command},
};

const Command* find(const std::string& name) {
  for (const auto& command : k_commands)
    if (name == command.name) return &command;
  return nullptr;
}

int no_such_command(const std::string& name) {
  return console::print_error({base::ErrorKind::usage, name, "no such command (covey help lists them)"});
}

void print_help() {
  fmt::print("covey {}: Python code coverage in the one run of your tests\n\nusage: covey <command> [options]\n\n",
             base::k_version);
  for (const auto& command : k_commands) fmt::print("  {:<8} {}\n", command.name, command.help);
  fmt::print("  {:<8} {}\n", "help", "print this, or the help of a command");
  fmt::print("\ncovey run -m pytest measures a test suite, covey report shows the result.\n");
}

int help_command(const console::Invocation& invocation) {
  if (invocation.arguments.empty()) {
    print_help();
    return 0;
  }
  const auto& name = invocation.arguments[0];
  const auto* command = find(name);
  return command != nullptr ? command->run(invocation.with({"--help"})) : no_such_command(name);
}

int drop_in_help_command(const console::Invocation& invocation) {
  if (invocation.arguments.empty()) return console::print_drop_in_help(invocation);
  for (const auto& topic : invocation.arguments) {
    if (topic == "help") {
      console::print_drop_in_help(invocation);
    } else if (topic == "version") {
      console::print_drop_in_version();
    } else if (const auto* command = find(topic)) {
      command->run(invocation.with({"--help"}));
    } else {
      console::print_unknown_topic(topic);
    }
  }
  return 0;
}

// coverage.py's command line as far as its first word.
int run_drop_in(const console::Invocation& invocation) {
  console::print_deprecated_name(invocation);
  if (invocation.arguments.empty()) return console::print_drop_in_minimum(invocation);
  const auto& name = invocation.arguments[0];
  const auto inner = invocation.with({invocation.arguments.begin() + 1, invocation.arguments.end()});
  if (name == "help") return drop_in_help_command(inner);
  if (name.size() > 2 && std::string_view("--help").starts_with(name)) return console::print_drop_in_help(invocation);
  if (name.size() > 2 && std::string_view("--version").starts_with(name)) return console::print_drop_in_version();
  if (name == "-h") return console::print_drop_in_help(invocation);
  if (name.starts_with('-'))
    return console::print_misuse("no such option: " + name.substr(0, name.find('=')), invocation);
  if (const auto* command = find(name)) return command->run(inner);
  return console::print_misuse("Unknown command: " + base::quoted(name), invocation);
}

}  // namespace

std::span<const Command> commands() { return k_commands; }

int run_covey(const console::Invocation& invocation) {
  console::speak_as(invocation.manner);
  if (invocation.is_drop_in()) return run_drop_in(invocation);
  if (invocation.arguments.empty()) return help_command(invocation);
  const auto& name = invocation.arguments[0];
  const auto inner = invocation.with({invocation.arguments.begin() + 1, invocation.arguments.end()});
  if (name == "help" || name == "--help" || name == "-h") return help_command(inner);
  if (name == "--version") {
    fmt::print("covey {}\n", base::k_version);
    return 0;
  }
  if (const auto* command = find(name)) return command->run(inner);
  if (name.starts_with('-')) {
    return console::print_error({base::ErrorKind::usage, name, "no such option (covey help lists the commands)"});
  }
  return no_such_command(name);
}

}  // namespace covey::cli
