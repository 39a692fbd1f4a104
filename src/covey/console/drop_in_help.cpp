#include <fmt/format.h>
#include <algorithm>
#include <covey/base/printable.hpp>
#include <covey/console/drop_in_help.hpp>
#include <cstdio>

namespace covey::console {

namespace {

// As Python's optparse lays help out on a terminal of 80 columns.
constexpr std::size_t k_width = 78;
constexpr std::size_t k_help_column = 24;

struct CommandLine {
  const char* name;
  const char* help;
};

// coverage.py's commands, in its order.
constexpr CommandLine k_commands[] = {
    {"annotate", "Annotate source files with execution information."},
    {"combine", "Combine a number of data files."},
    {"debug", "Display information about the internals of coverage.py"},
    {"erase", "Erase previously collected coverage data."},
    {"help", "Get help on using coverage.py."},
    {"html", "Create an HTML report."},
    {"json", "Create a JSON report of coverage results."},
    {"lcov", "Create an LCOV report of coverage results."},
    {"report", "Report coverage stats on modules."},
    {"run", "Run a Python program and measure code execution."},
    {"xml", "Create an XML report of coverage results."},
};

std::vector<std::string> wrapped(std::string_view text, std::size_t width) {
  std::vector<std::string> lines(1);
  while (!text.empty()) {
    const auto word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(word.size() + 1, text.size()));
    if (!lines.back().empty() && lines.back().size() + 1 + word.size() > width) lines.emplace_back();
    if (!lines.back().empty()) lines.back() += ' ';
    lines.back() += word;
  }
  return lines;
}

// "-d DIR, --directory=DIR"
std::string left_side(const DeclaredOption& option) {
  std::string text;
  for (const auto& name : names_of(option)) {
    const auto* joint = name.starts_with("--") ? "=" : " ";
    text += (text.empty() ? "" : ", ") + name + (option.is_flag() ? "" : joint + option.word);
  }
  return text;
}

std::string option_help(const DeclaredOption& option, std::size_t column) {
  const auto left = left_side(option);
  const auto room = column - 4;
  std::string text =
      left.size() > room ? fmt::format("  {}\n{:{}}", left, "", column) : fmt::format("  {:<{}}  ", left, room);
  bool first = true;
  for (const auto& line : wrapped(option.help, k_width - column)) {
    text += first ? line + "\n" : fmt::format("{:{}}{}\n", "", column, line);
    first = false;
  }
  return text;
}

void print_address() { fmt::print("Full documentation is at {}\n", coverage_url()); }

}  // namespace

std::string coverage_url() { return std::string("https://coverage.readthedocs.io/en/") + k_coverage_version; }

std::string coverage_reference(std::string_view place) {
  return fmt::format("; see {}/messages.html#{}", coverage_url(), place);
}

std::string command_help(const DeclaredOptions& declared, const Invocation& invocation) {
  auto options = declared.options;
  options.push_back({"-h,--help", "", "Print this and end.", nullptr});
  std::size_t longest = 0;
  for (const auto& option : options) longest = std::max(longest, left_side(option).size() + 2);
  const auto column = std::min(longest + 2, k_help_column);
  auto text = fmt::format("Usage: {} {} {}\n\n", invocation.program, declared.command, declared.usage);
  for (const auto& line : wrapped(declared.help, k_width)) text += line + "\n";
  text += "\nOptions:\n";
  for (const auto& option : options) text += option_help(option, column);
  return text + "\nFull documentation is at " + coverage_url() + "\n";
}

void print_deprecated_name(const Invocation& invocation) {
  if (invocation.program == "coverage3" || invocation.program.starts_with("coverage-"))
    fmt::print("**\n** This name of the command is deprecated: call it coverage.\n**\n\n");
}

int print_drop_in_help(const Invocation& invocation) {
  fmt::print(
      "Coverage.py, version {} with C extension\n"
      "Measure, collect, and report on code coverage in Python programs.\n\n"
      "usage: {} <command> [options] [args]\n\n"
      "Commands:\n",
      k_coverage_version, invocation.program);
  for (const auto& [name, help] : k_commands) fmt::print("    {:<12}{}\n", name, help);
  fmt::print("\nUse \"{} help <command>\" for detailed help on any command.\n", invocation.program);
  print_address();
  return 0;
}

int print_drop_in_minimum(const Invocation& invocation) {
  fmt::print("Code coverage for Python, version {} with C extension. Use '{} help' for help.\n", k_coverage_version,
             invocation.program);
  print_address();
  return 0;
}

int print_drop_in_version() {
  fmt::print("Coverage.py, version {} with C extension\n", k_coverage_version);
  print_address();
  return 0;
}

int print_unknown_topic(const std::string& topic) {
  fmt::print("Don't know topic {}\n", base::quoted(topic));
  print_address();
  return 0;
}

int print_misuse(std::string_view what, const Invocation& invocation) {
  // Some of it is two lines of ours.
  const auto first = what.substr(0, what.find('\n'));
  fmt::print(stderr, "{}\n", base::harmless(first));
  if (first.size() < what.size()) fmt::print(stderr, "{}\n", base::harmless(what.substr(first.size() + 1)));
  fmt::print(stderr, "Use '{} help' for help.\n", invocation.program);
  print_address();
  return 1;
}

}  // namespace covey::console
