#include <fmt/format.h>
#include <algorithm>
#include <covey/base/file.hpp>
#include <covey/base/path.hpp>
#include <covey/cli/ci_options.hpp>
#include <covey/config/toml_file.hpp>
#include <covey/console/configure.hpp>
#include <covey/console/messages.hpp>
#include <iterator>
#include <set>

namespace covey::cli {

namespace {

using base::ErrorKind;
using config::TomlTable;
using config::TomlValue;

std::optional<std::string> number_text(const TomlValue& value) {
  if (const auto* whole = value.as<std::int64_t>()) return std::to_string(*whole);
  if (const auto* number = value.as<double>()) return fmt::format("{}", *number);
  return std::nullopt;
}

// The arguments that one key stands for; nothing where its value is of a kind that no option has.
std::optional<std::vector<std::string>> arguments_of(const std::string& option, const TomlValue& value) {
  std::vector<std::string> arguments;
  auto add = [&](const std::string& text) { arguments.push_back(option + "=" + text); };
  if (const auto* on = value.as<bool>()) {
    if (*on) arguments.push_back(option);
    return arguments;
  }
  if (auto number = number_text(value)) {
    add(*number);
  } else if (const auto* text = value.as<std::string>()) {
    add(*text);
  } else if (const auto* list = value.as<std::vector<TomlValue>>()) {
    for (const auto& item : *list) {
      const auto* item_text = item.as<std::string>();
      if (item_text == nullptr) return std::nullopt;
      add(*item_text);
    }
  } else if (const auto* table = value.as<TomlTable>()) {
    for (const auto& [name, item] : *table) {
      const auto limit = number_text(item);
      if (!limit) return std::nullopt;
      add(name + "=" + *limit);
    }
  } else {
    return std::nullopt;
  }
  return arguments;
}

using Arguments = std::vector<std::string>;

std::string option_of(const std::string& argument) { return argument.substr(0, argument.find('=')); }

// Whether a pull request must not decide it for itself: what makes the verdict, and where it is posted.
bool decides(const std::string& argument) {
  static constexpr std::string_view k_deciding[] = {"--expect",
                                                    "--allow-missing",
                                                    "--commit",
                                                    "--fail-under",
                                                    "--fail-under-path",
                                                    "--fail-under-diff",
                                                    "--fail-under-new-file",
                                                    "--no-drop",
                                                    "--tolerance",
                                                    "--diff-min-lines",
                                                    "--require-baseline",
                                                    "--baseline",
                                                    "--base",
                                                    "--diff",
                                                    "--post",
                                                    "--strict-post",
                                                    "--comment-when",
                                                    "--pr",
                                                    "--repo",
                                                    "--api"};
  return std::find(std::begin(k_deciding), std::end(k_deciding), option_of(argument)) != std::end(k_deciding);
}

// Fails on an option that no command has.
base::Result<Arguments> known_arguments(std::string_view pyproject, const std::string& path) {
  auto arguments = ci_arguments(pyproject, path);
  if (!arguments) return arguments;
  CiOptions any;
  const auto all = declare_ci(any);
  for (const auto& argument : *arguments) {
    const auto option = option_of(argument);
    if (option.starts_with("--") && !all.has(option))
      return base::fail(ErrorKind::usage, path,
                        "[tool.covey.ci] has " + option.substr(2) + ", which is no option (covey ci --help)");
  }
  return arguments;
}

base::Result<Arguments> arguments_of_project(const console::Invocation& invocation) {
  const auto path = base::join(invocation.cwd, "pyproject.toml");
  if (!base::is_file(path)) return Arguments();
  auto text = base::read_file(path);
  return text ? known_arguments(*text, "pyproject.toml") : tl::unexpected(text.error());
}

std::string values_of(const Arguments& arguments, const std::string& option) {
  std::string values;
  for (const auto& argument : arguments)
    if (option_of(argument) == option)
      values += (values.empty() ? "" : ", ") + (argument == option ? "on" : argument.substr(option.size() + 1));
  return values.empty() ? "not set" : values;
}

// What decides is the base's; the rest stays the head's. Fills in what the head would change.
Arguments with_base(const Arguments& head, const Arguments& base, std::vector<std::string>& changed) {
  std::set<std::string> options;
  for (const auto* arguments : {&head, &base})
    for (const auto& argument : *arguments)
      if (decides(argument)) options.insert(option_of(argument));
  for (const auto& option : options) {
    const auto now = values_of(head, option);
    const auto before = values_of(base, option);
    if (now != before) changed.push_back(option.substr(2) + ": " + before + ", changed to " + now);
  }
  Arguments result;
  std::copy_if(head.begin(), head.end(), std::back_inserter(result), [](const auto& each) { return !decides(each); });
  std::copy_if(base.begin(), base.end(), std::back_inserter(result), decides);
  return result;
}

}  // namespace

void declare_evidence(console::OptionParser& parser, delivery::EvidenceOptions& options) {
  parser.each("--expect", options.expect, "NAME",
              "a job that must have delivered; NAME*4 in four parts, commas between");
  parser.text("--needs", options.needs, "JSON", "what ${{ toJSON(needs) }} gives: those jobs are expected");
  parser.text("--nox-list", options.nox_list, "FILE", "what `nox --list --json` printed: those sessions are expected");
  parser.each("--log", options.logs, "FILE", "of nox or pytest, to hold the data against");
  parser.text("--nox-report", options.nox_report, "FILE", "what `nox --report` wrote");
  parser.each("--allow-missing", options.allow_missing, "NAME", "a job that may have failed to deliver");
  parser.text("--commit", options.commit, "SHA", "that must have been tested; the one that is checked out otherwise");
  parser.words(options.data);
}

void declare_rules(console::OptionParser& parser, RuleOptions& options) {
  parser.number("--fail-under", options.fail_under, "N", "fail where the total is below this percentage");
  parser.each("--fail-under-path", options.fail_under_path, "GLOB=N", "the same for the files that match");
  parser.number("--fail-under-diff", options.fail_under_diff, "N",
                "the same for lines that the change adds or changes");
  parser.number("--fail-under-new-file", options.fail_under_new_file, "N",
                "the same for each file that the change adds");
  parser.flag("--no-drop", options.no_drop, "fail where lines that the baseline covers are no longer covered");
  parser.number("--tolerance", options.tolerance, "N", "lines and branches that --no-drop lets go");
  parser.number("--diff-min-lines", options.diff_min_lines, "N",
                "statements below which --fail-under-diff is skipped; 5 otherwise");
  parser.flag("--require-baseline", options.require_baseline, "fail where --no-drop finds no baseline");
  parser.text("--base", options.base, "REV", "what the change is compared with; what the forge says otherwise");
  parser.text("--diff", options.diff, "FILE", "the change as a unified diff, in place of git's");
  parser.text("--baseline", options.baseline, "FILE", "an earlier run's data, of any kind that is read");
}

void declare_outputs(console::OptionParser& parser, OutputOptions& options) {
  parser.text("--summary", options.summary, "FILE", "write verdict and totals as JSON");
  parser.text("--html", options.html, "DIR", "write pages that show what was covered");
  parser.text("--xml", options.xml, "FILE", "write Cobertura XML");
  parser.text("--lcov", options.lcov, "FILE", "write LCOV");
  parser.text("--json-report", options.json_report, "FILE", "write coverage.py's JSON");
  parser.text("--markdown", options.markdown, "FILE", "write Markdown, as for a forge's step summary");
  parser.text("--comment", options.comment, "FILE", "write the pull request's comment");
  parser.text("--badge", options.badge, "FILE", "write an SVG badge");
  parser.flag("--annotate", options.annotate,
              "print workflow annotations of at most 10 places that rules want covered");
}

void declare_posting(console::OptionParser& parser, PostOptions& options) {
  parser.text("--post", options.post, "FORGE",
              "tell forgejo or github: a comment on the pull request, a commit status");
  parser.flag("--strict-post", options.strict_post, "end with status 1 where that fails, and all else passed");
  parser.text("--comment-when", options.comment_when, "WHEN",
              "always, change (the change touches measured files, or it did not pass) or failure");
  parser.count("--pr", options.pull_request, "N", "the pull request; the one that the CI runs for otherwise");
  parser.text("--repo", options.repo, "OWNER/NAME", "the repository; the one that the CI runs for otherwise");
  parser.text("--api", options.api, "URL", "of the forge's API; what the CI says otherwise");
}

void declare_common(console::OptionParser& parser, CiOptions& options) {
  console::declare_rcfile(parser, options.rcfile);
  console::declare_jobs(parser, options.jobs);
  parser.flag("--json", options.as_json, "print the verdict as JSON, and what people read to standard error");
  parser.flag("-q,--quiet", options.quiet, "print findings and failed rules alone");
  parser.flag("-v,--verbose", options.verbose, "print every job and rule");
}

console::OptionParser declare_ci(CiOptions& options) {
  console::OptionParser parser(
      "ci", "[options] [DATA...]",
      "The whole coverage job: says whether the data is whole, merges it, holds it to the rules, and writes "
      "what was asked for. Status 3 where data is missing, 2 where a rule failed. docs/ci.md has it all.");
  declare_evidence(parser, options.evidence);
  declare_rules(parser, options.rules);
  declare_outputs(parser, options.outputs);
  declare_posting(parser, options.posting);
  declare_common(parser, options);
  return parser;
}

base::Result<std::vector<std::string>> ci_arguments(std::string_view pyproject, const std::string& path) {
  std::vector<std::string> arguments;
  if (pyproject.find("covey") == pyproject.npos) return arguments;
  auto parsed = config::parse_toml(pyproject);
  if (!parsed) return base::fail(ErrorKind::format, path, parsed.error().what);
  const auto* section = config::find(*parsed, {"tool", "covey", "ci"});
  const auto* table = section != nullptr ? section->as<TomlTable>() : nullptr;
  if (table == nullptr) return arguments;
  for (const auto& [name, value] : *table) {
    auto option = "--" + name;
    std::replace(option.begin(), option.end(), '_', '-');
    auto given = arguments_of(option, value);
    if (!given)
      return base::fail(ErrorKind::format, path, "[tool.covey.ci] " + name + ": not a value that an option has");
    for (auto& argument : *given)
      arguments.push_back(option == "--data" ? argument.substr(argument.find('=') + 1) : std::move(argument));
  }
  return arguments;
}

std::optional<int> parse_ci_options(const console::Invocation& invocation, CiOptions& options,
                                    console::OptionParser (*declare)(CiOptions& options),
                                    const std::optional<BaseConfiguration>& base) {
  // --help, and what is wrong on the command line, before anything is read.
  CiOptions given;
  auto first = declare(given);
  if (auto status = first.parse(invocation)) return status;
  auto configured = arguments_of_project(invocation);
  if (!configured) return console::print_error(configured.error());
  if (base) {
    auto of_base = known_arguments(base->pyproject, "the base's pyproject.toml");
    if (!of_base) return console::print_error(of_base.error());
    *configured = with_base(*configured, *of_base, options.changed_rules);
    options.rules_from = gate::RulesFrom::base;
  }
  std::erase_if(*configured, [&](const auto& each) { return each.starts_with("--") && !first.has(option_of(each)); });
  auto of_configuration = declare(options);
  if (auto status = of_configuration.parse(invocation.with(*configured))) return status;
  const auto& evidence = given.evidence;
  options.evidence.expects_by_configuration = evidence.expect.empty() && !options.evidence.expect.empty();
  auto of_command_line = declare(options);
  return of_command_line.parse(invocation);
}

}  // namespace covey::cli
