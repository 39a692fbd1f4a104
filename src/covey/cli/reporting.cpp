#include <algorithm>
#include <climits>
#include <covey/analysis/analysis.hpp>
#include <covey/analysis/index.hpp>
#include <covey/base/file.hpp>
#include <covey/base/path.hpp>
#include <covey/cli/build_identity.hpp>
#include <covey/cli/report_data.hpp>
#include <covey/cli/reporting.hpp>
#include <covey/config/plugins.hpp>
#include <covey/console/configure.hpp>
#include <covey/console/messages.hpp>
#include <covey/console/progress.hpp>
#include <covey/interpreters/interpreter_cache.hpp>
#include <covey/model/fail_under.hpp>
#include <covey/source/arcs.hpp>
#include <covey/source/python_regex_syntax.hpp>

namespace covey::cli {

namespace {

constexpr int k_fail_under = 2;
constexpr int k_most_decimals = 100;

// Where the list of values of an option of [report] comes from, for messages: the configuration or the command line.
std::string place_of_list(const ReportingOptions& options, const std::string& name, const config::Strings& values) {
  const auto& report = options.configuration.report;
  const auto& configured = name == "include" ? report.include : name == "omit" ? report.omit : report.contexts;
  return configured == values ? config::place_of(options.configuration, "[report] " + name) : "--" + name;
}

// Leaves of the data what ran in contexts that one of the expressions is found in; all of it where there are none.
base::Result<void> keep_contexts(model::Measurement& measurement, const ReportingOptions& options) {
  if (options.contexts.empty()) return {};
  std::vector<source::Patterns> patterns;  // not one: each may have flags of its own
  for (const auto& expression : options.contexts) {
    auto invalid = [&](const base::Error& error) {
      const base::Error said{base::ErrorKind::usage, "", "Invalid context regex '" + expression + "': " + error.what};
      return tl::unexpected(said.at(place_of_list(options, "contexts", options.contexts)));
    };
    if (auto checked = source::check_regex(expression); !checked) return invalid(checked.error());
    auto compiled = source::Patterns::compile({expression});
    if (!compiled) return invalid(compiled.error());
    patterns.push_back(std::move(*compiled));
  }
  std::optional<base::Error> error;
  measurement.keep_contexts([&](const std::string& name) {
    return std::any_of(patterns.begin(), patterns.end(), [&](const auto& pattern) {
      auto found = pattern.found_in(name);
      if (!found) error = found.error();
      return found && *found;
    });
  });
  if (error) return tl::unexpected(*error);
  return {};
}

// The newest CPython that ran anything.
std::uint32_t newest_python(const model::Measurement& measurement) {
  std::uint32_t newest = 0;
  for (const auto& [path, file] : measurement.files) newest = std::max(newest, file.python);
  return newest;
}

analysis::ReportedNames reported_names(const ReportingOptions& options, const console::Invocation& invocation) {
  return {invocation.cwd, options.configuration.run.relative_files, false};
}

base::Result<analysis::AnalysisOptions> analysis_options(const ReportingOptions& options,
                                                         const model::Measurement& measurement,
                                                         const std::string& tables,
                                                         const analysis::ReportedNames& names) {
  analysis::AnalysisOptions analysis;
  const auto& cwd = names.cwd;
  analysis.names = names;
  analysis.tables = tables;
  analysis.ignore_errors = options.ignore_errors;
  analysis.show_contexts = options.show_contexts;
  analysis.describe_arcs = options.describe_arcs;
  analysis.jobs = options.jobs;
  analysis.files = options.files;
  analysis.progress = console::show_progress;
  auto include = base::GlobSet::compile(base::prepare_patterns(options.include, cwd));
  if (!include) return tl::unexpected(include.error().at(place_of_list(options, "include", options.include)));
  auto omit = base::GlobSet::compile(base::prepare_patterns(options.omit, cwd));
  if (!omit) return tl::unexpected(omit.error().at(place_of_list(options, "omit", options.omit)));
  auto exclude = source::Patterns::compile(config::exclude_patterns(options.configuration, newest_python(measurement)));
  if (!exclude) return tl::unexpected(exclude.error());
  analysis.include = std::move(*include);
  analysis.omit = std::move(*omit);
  analysis.exclude = std::move(*exclude);
  return analysis;
}

// The digest of everything but sources and interpreters that analyses depend on. The directory is in it for the sake of
// those who keep all caches at one place: projects do not push each other's analyses out of a pack.
base::Digest128 digest_of_settings(const config::Configuration& configuration, const model::Measurement& measurement,
                                   const std::string& cwd) {
  std::string text;
  auto add = [&](std::string_view part) { text.append(std::to_string(part.size())).append(":").append(part); };
  add(build_identity());
  add(cwd);
  for (const auto& pattern : config::exclude_patterns(configuration, newest_python(measurement))) add(pattern);
  add(measurement.has_branches() ? "branches" : "lines");
  if (measurement.has_branches())
    for (const auto& pattern : config::partial_patterns(configuration)) add(pattern);
  return base::digest128(text);
}

analysis::AnalysisCache open_cache(const ReportingOptions& options, const model::Measurement& measurement,
                                   const std::string& tables, const console::Invocation& invocation) {
  if (!invocation.environment.value(interpreters::k_no_cache_variable).empty()) return {};
  return analysis::AnalysisCache::open({base::join(base::dirname(tables), "analysis")},
                                       digest_of_settings(options.configuration, measurement, invocation.cwd));
}

}  // namespace

void declare_reporting_options(console::OptionParser& parser, ReportingOptions& options) {
  parser.text("--data-file", options.data_file, "PATH",
              "the data directory, or a data file of coverage.py's; .covey, or what COVEY_DATA says, else .coverage");
  console::declare_rcfile(parser, options.rcfile);
  console::declare_debug(parser, options.debug);
  parser.list("--include", options.include, "PAT1,PAT2,...",
              "report only files whose paths match one of these patterns");
  parser.list("--omit", options.omit, "PAT1,PAT2,...", "leave out files whose paths match one of these patterns");
  parser.flag(
      "--keep-combined", options.keep_combined,
      "leave coverage.py's parallel data files where they are; as drop-in they are combined and removed otherwise");
  parser.flag("-i,--ignore-errors", options.ignore_errors, "warn of files that cannot be analysed and leave them out");
  console::declare_jobs(parser, options.jobs);
  parser.words(options.files);
}

void declare_contexts(console::OptionParser& parser, ReportingOptions& options) {
  parser.list("--contexts", options.contexts, "REGEX1,REGEX2,...",
              "count only what ran in contexts whose names match one of these regular expressions");
}

void declare_fail_under(console::OptionParser& parser, std::optional<double>& fail_under) {
  parser.number("--fail-under", fail_under, "MIN", "end with status 2 where the total is below this percentage");
}

std::optional<int> configure_reporting(const console::Invocation& invocation, ReportingOptions& options) {
  auto configuration = console::configure(console::configuration_request(invocation, options.rcfile));
  if (!configuration) return console::print_error(configuration.error());
  options.include = configuration->report.include.value_or(config::Strings());
  options.omit = configuration->report.omit.value_or(config::Strings());
  options.ignore_errors = configuration->report.ignore_errors;
  options.contexts = configuration->report.contexts.value_or(config::Strings());
  options.configuration = std::move(*configuration);
  return std::nullopt;
}

base::Result<int> checked_precision(double precision) {
  const bool is_whole =
      precision >= INT_MIN && precision <= k_most_decimals && precision == static_cast<int>(precision);
  if (!is_whole) return base::fail(base::ErrorKind::usage, "--precision", "must be a whole number from 0 to 100");
  const int decimals = static_cast<int>(precision);
  if (decimals >= 0) return decimals;
  return base::fail(base::ErrorKind::usage, "",
                    "precision=" + std::to_string(decimals) + " is invalid. Must not be negative.");
}

namespace {

// Of a file that was left out, or may not be what ran.
void warn_of(const base::Error& error, const console::Invocation& invocation) {
  if (!invocation.is_drop_in() || error.as_coverage_says.empty()) return console::print_warning(error.message());
  const bool not_python = error.as_coverage_says.starts_with("Couldn't parse");
  const auto why = not_python ? "" : ": " + error.as_coverage_says;
  console::print_warning((not_python ? "Couldn't parse Python file '" : "Couldn't parse '") + error.where + "'" + why,
                         "couldnt-parse");
}

}  // namespace

base::Result<Reporting> report_measurement(model::Measurement measurement, const std::string& tables,
                                           const ReportingOptions& options, const console::Invocation& invocation) {
  if (auto kept = keep_contexts(measurement, options); !kept) return tl::unexpected(kept.error());
  // Lines may be excluded by its version.
  if (auto named = analysis::name_interpreter(measurement, invocation.environment, invocation.cwd); !named)
    console::print_warning(named.error().message());
  auto settings = analysis_options(options, measurement, tables, reported_names(options, invocation));
  if (!settings) return tl::unexpected(settings.error());
  if (measurement.has_branches()) {
    const auto& report = options.configuration.report;
    auto partial = source::compile_partial_branches(report.partial_list, report.partial_always_list);
    if (!partial) return tl::unexpected(partial.error());
    settings->partial_branches = std::move(*partial);
  }
  auto cache = open_cache(options, measurement, tables, invocation);
  auto analysis = analysis::analyse(measurement, *settings, invocation.environment, cache);
  if (!analysis) return tl::unexpected(analysis.error());
  for (const auto& warning : analysis->warnings) warn_of(warning, invocation);
  if (analysis->files.empty() && !options.may_be_empty) return tl::unexpected(analysis::nothing_to_report());
  return Reporting{std::move(analysis->files), 0};
}

base::Result<Reporting> prepare_report(const ReportingOptions& options, const console::Invocation& invocation) {
  const DataChoice choice{options.data_file, options.debug, options.keep_combined, options.quiet, options.jobs};
  auto data = read_report_data(choice, options.configuration, invocation);
  if (!data) return tl::unexpected(data.error());
  if (data->measurement.files.empty() && options.files.empty() && invocation.is_drop_in())
    return tl::unexpected(analysis::nothing_to_report());
  if (data->measurement.files.empty() && !invocation.is_drop_in())
    return base::fail(base::ErrorKind::no_data, data->path, "no data to report (covey run collects it)");
  if (data->measurement.is_mixed())
    return base::fail(base::ErrorKind::usage, data->path,
                      "lines and branches are mixed: some processes measured branches, others lines alone (run all of "
                      "them with --branch, or none)");
  auto names = reported_names(options, invocation);
  names.is_coverage_file = base::is_file(data->path);
  analysis::name_for_report(data->measurement, names);
  auto reporting = report_measurement(std::move(data->measurement), data->tables, options, invocation);
  if (reporting) reporting->status = data->damaged.empty() ? 0 : 1;
  return reporting;
}

double judged_total(const std::vector<model::FileReport>& files) {
  const auto total = total_of(files);
  return total.n_statements > 0 ? total.percent() : 0.0;
}

int judge_total(const Reporting& reporting, double total, std::optional<double> fail_under, int precision) {
  if (!fail_under) return reporting.status;
  auto failed = model::should_fail_under(total, *fail_under, precision);
  if (!failed) return console::print_error(failed.error());
  if (!*failed) return reporting.status;
  const auto message = "Coverage failure: " + model::format_fail_under_msg(total, *fail_under, precision) + "\n";
  if (auto printed = console::print_report(message); !printed) return console::print_error(printed.error());
  return reporting.status != 0 ? reporting.status : k_fail_under;
}

}  // namespace covey::cli
