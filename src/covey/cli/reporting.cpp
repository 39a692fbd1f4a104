#include <algorithm>
#include <climits>
#include <covey/base/path.hpp>
#include <covey/cli/configure.hpp>
#include <covey/cli/data_directory.hpp>
#include <covey/cli/index.hpp>
#include <covey/cli/messages.hpp>
#include <covey/cli/plugins.hpp>
#include <covey/cli/reporting.hpp>
#include <covey/model/fail_under.hpp>

namespace covey::cli {

namespace {

constexpr int k_fail_under = 2;
constexpr int k_most_decimals = 100;

// The newest CPython that ran anything.
std::uint32_t newest_python(const model::Measurement& measurement) {
  std::uint32_t newest = 0;
  for (const auto& [path, file] : measurement.files) newest = std::max(newest, file.python);
  return newest;
}

base::Result<AnalysisOptions> analysis_options(const ReportingOptions& options, const model::Measurement& measurement,
                                               const DataDirectory& data, const std::string& cwd) {
  AnalysisOptions analysis;
  analysis.cwd = cwd;
  analysis.tables = data.tables();
  analysis.ignore_errors = options.ignore_errors;
  auto include = base::GlobSet::compile(base::prepare_patterns(options.include, cwd));
  if (!include) return tl::unexpected(include.error());
  auto omit = base::GlobSet::compile(base::prepare_patterns(options.omit, cwd));
  if (!omit) return tl::unexpected(omit.error());
  auto exclude = source::Patterns::compile(exclude_patterns(options.configuration, newest_python(measurement)));
  if (!exclude) return tl::unexpected(exclude.error());
  analysis.include = std::move(*include);
  analysis.omit = std::move(*omit);
  analysis.exclude = std::move(*exclude);
  return analysis;
}

}  // namespace

void declare_reporting_options(OptionParser& parser, ReportingOptions& options) {
  parser.text("--data-file", options.data_file, "DIR",
              "the data directory; .covey, or what COVEY_DATA says, otherwise");
  declare_rcfile(parser, options.rcfile);
  parser.list("--include", options.include, "PAT1,PAT2,...",
              "report only files whose paths match one of these patterns");
  parser.list("--omit", options.omit, "PAT1,PAT2,...", "leave out files whose paths match one of these patterns");
  parser.flag("-i,--ignore-errors", options.ignore_errors, "warn of files that cannot be analysed and leave them out");
}

std::optional<int> configure_reporting(ReportingOptions& options) {
  ConfigurationRequest request;
  request.rcfile = options.rcfile;
  request.directory = base::current_directory();
  request.environment = Environment::of_process();
  auto configuration = configure(request);
  if (!configuration) return print_error(configuration.error());
  options.include = configuration->report.include.value_or(Strings());
  options.omit = configuration->report.omit.value_or(Strings());
  options.ignore_errors = configuration->report.ignore_errors;
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

void declare_fail_under(OptionParser& parser, std::optional<double>& fail_under) {
  parser.number("--fail-under", fail_under, "MIN", "end with status 2 where the total is below this percentage");
}

base::Result<Reporting> prepare_report(const ReportingOptions& options) {
  const auto environment = Environment::of_process();
  const auto cwd = base::current_directory();
  auto data = DataDirectory::open(data_directory_path(options.data_file, environment, cwd));
  if (!data) return tl::unexpected(data.error());
  auto shards = read_folders(data->current());
  Reporting reporting;
  for (const auto& error : shards.damaged) reporting.status = print_error(error);
  for (const auto& error : shards.incomplete) print_warning(error.where + ": incomplete: " + error.what);
  if (shards.measurement.files.empty())
    return base::fail(base::ErrorKind::no_data, data->path(), "no data to report (covey run collects it)");
  auto settings = analysis_options(options, shards.measurement, *data, cwd);
  if (!settings) return tl::unexpected(settings.error());
  auto analysis = analyse(shards.measurement, *settings, environment);
  if (!analysis) return tl::unexpected(analysis.error());
  for (const auto& warning : analysis->warnings) print_warning(warning.message());
  if (analysis->files.empty()) return base::fail(base::ErrorKind::no_data, "", "no data to report");
  reporting.files = std::move(analysis->files);
  return reporting;
}

int judge_total(const Reporting& reporting, double total_of_none, std::optional<double> fail_under, int precision) {
  if (!fail_under) return reporting.status;
  model::Numbers numbers;
  for (const auto& file : reporting.files) numbers += file.coverage.numbers();
  const double total = numbers.n_statements > 0 ? numbers.percent() : total_of_none;
  auto failed = model::should_fail_under(total, *fail_under, precision);
  if (!failed) return print_error(failed.error());
  if (!*failed) return reporting.status;
  const auto message = "Coverage failure: " + model::format_fail_under_msg(total, *fail_under, precision) + "\n";
  if (auto printed = print_report(message); !printed) return print_error(printed.error());
  return reporting.status != 0 ? reporting.status : k_fail_under;
}

}  // namespace covey::cli
