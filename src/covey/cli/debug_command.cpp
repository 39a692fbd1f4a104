#include <fmt/format.h>
#include <algorithm>
#include <covey/base/file.hpp>
#include <covey/base/human_order.hpp>
#include <covey/base/path.hpp>
#include <covey/base/printable.hpp>
#include <covey/cli/commands.hpp>
#include <covey/cli/debug_facts.hpp>
#include <covey/console/configure.hpp>
#include <covey/console/drop_in_help.hpp>
#include <covey/console/messages.hpp>
#include <covey/formats/coverage_data.hpp>
#include <covey/inputs/data_files.hpp>

namespace covey::cli {

namespace {

std::string counted(std::size_t count, const std::string& thing) {
  return std::to_string(count) + " " + thing + (count == 1 ? "" : "s");
}

base::Result<std::string> data_text(const std::string& path) {
  if (!base::exists(path)) return std::string("No data collected: file doesn't exist\n");
  auto data = formats::read_coverage_data(path);
  if (!data) return tl::unexpected(data.error());
  auto text = std::string("has_arcs: ") + (data->has_branches() ? "True" : "False") + "\n";
  text += counted(data->files.size(), "file") + ":\n";
  std::vector<const std::string*> paths;
  for (const auto& [name, file] : data->files) paths.push_back(&name);
  std::sort(paths.begin(), paths.end(), [](const auto* a, const auto* b) { return base::human_less(*a, *b); });
  for (const auto* name : paths) {
    const auto& file = data->files.at(*name);
    text += base::harmless(base::printable(*name)) + ": " + counted(static_cast<std::size_t>(file.ran.count()), "line");
    text += file.tracer.empty() ? "\n" : " [" + base::printable(file.tracer) + "]\n";
  }
  return text;
}

// Each data file that is named, or coverage.py's own, with its parallel files.
base::Result<void> print_data(std::vector<std::string> paths, const config::Configuration& configuration,
                              const console::Invocation& invocation) {
  const auto& cwd = invocation.cwd;
  if (paths.empty()) paths.push_back(inputs::data_file_path(configuration.run.data_file, invocation.environment, cwd));
  for (const auto& path : paths) {
    auto files = inputs::combinable_files(base::absolute(path, cwd), {}, cwd);
    if (!files) return tl::unexpected(files.error());
    files->insert(files->begin(), base::absolute(path, cwd));
    for (std::size_t i = 0; i < files->size(); ++i) {
      const auto& file = (*files)[i];
      auto printed =
          console::print_report((i == 0 ? debug_header("data") : "-----\n") + "path: " + base::harmless(file) + "\n");
      if (!printed) return printed;
      auto text = data_text(file);
      if (!text) return tl::unexpected(text.error());
      if (printed = console::print_report(*text); !printed) return printed;
    }
  }
  return {};
}

int refuse(const std::string& what, const console::Invocation& invocation) {
  if (invocation.is_drop_in()) return console::print_misuse(what, invocation);
  return console::print_error({base::ErrorKind::usage, "debug", what});
}

int print_topic(const std::string& topic, config::Configuration configuration, const console::Invocation& invocation) {
  DebugFacts facts;
  if (topic == "config") {
    facts = configuration_facts(configuration);
  } else if (topic == "sys") {
    facts = system_facts(configuration, invocation);
  } else if (topic == "premain") {
    facts = caller_facts();
  } else if (topic == "pybehave") {
    facts = python_facts(invocation);
  } else if (topic == "sqlite") {
    facts = sqlite_facts();
  } else {
    return refuse("Don't know what you mean by " + base::quoted(topic), invocation);
  }
  auto printed = console::print_report(debug_header(topic) + debug_text(facts));
  return printed ? 0 : console::print_error(printed.error());
}

}  // namespace

int debug_command(const console::Invocation& invocation) {
  std::optional<std::string> rcfile;
  std::optional<std::string> debug;
  std::vector<std::string> words;
  console::OptionParser parser(
      "debug", "<topic>",
      "Shows what may explain how it behaves. Topics are config, data [files], premain, pybehave, "
      "sqlite and sys.");
  console::declare_rcfile(parser, rcfile);
  console::declare_debug(parser, debug);
  int jobs = 1;  // accepted: there is nothing to share out
  console::declare_jobs(parser, jobs);
  parser.words(words);
  if (auto status = parser.parse(invocation)) return *status;
  auto configuration = console::configure(console::configuration_request(invocation, rcfile));
  if (!configuration) return console::print_error(configuration.error());
  if (words.empty())
    return refuse("What information would you like: config, data, sys, premain, pybehave, sqlite?", invocation);
  if (words[0] == "data") {
    auto printed = print_data({words.begin() + 1, words.end()}, *configuration, invocation);
    return printed ? 0 : console::print_error(printed.error());
  }
  if (words.size() > 1) return refuse("'debug " + words[0] + "' takes no additional arguments", invocation);
  return print_topic(words[0], std::move(*configuration), invocation);
}

}  // namespace covey::cli
