#include <covey/base/path.hpp>
#include <covey/cli/measured_data.hpp>
#include <covey/cli/messages.hpp>
#include <covey/cli/reporting.hpp>
#include <covey/source/exclusion.hpp>

namespace covey::cli {

namespace {

base::Result<AnalysisOptions> analysis_options(const ReportingOptions& options, const std::string& tables,
                                               const std::string& cwd) {
  AnalysisOptions analysis;
  analysis.cwd = cwd;
  analysis.tables = tables;
  analysis.ignore_errors = options.ignore_errors;
  auto include = base::GlobSet::compile(base::prepare_patterns(options.include, cwd));
  if (!include) return tl::unexpected(include.error());
  auto omit = base::GlobSet::compile(base::prepare_patterns(options.omit, cwd));
  if (!omit) return tl::unexpected(omit.error());
  auto exclude = source::Patterns::compile(source::default_exclude());
  if (!exclude) return tl::unexpected(exclude.error());
  analysis.include = std::move(*include);
  analysis.omit = std::move(*omit);
  analysis.exclude = std::move(*exclude);
  return analysis;
}

}  // namespace

void declare_reporting_options(OptionParser& parser, ReportingOptions& options) {
  parser.text("--data-file", options.data_file, "PATH",
              "the data directory, or a data file of coverage.py's; .covey, or what COVEY_DATA says, else .coverage");
  parser.list("--include", options.include, "PAT1,PAT2,...",
              "report only files whose paths match one of these patterns");
  parser.list("--omit", options.omit, "PAT1,PAT2,...", "leave out files whose paths match one of these patterns");
  parser.flag("-i,--ignore-errors", options.ignore_errors, "warn of files that cannot be analysed and leave them out");
}

base::Result<Reporting> report_measurement(model::Measurement measurement, const std::string& tables,
                                           const ReportingOptions& options) {
  const auto environment = Environment::of_process();
  const auto cwd = base::current_directory();
  auto settings = analysis_options(options, tables, cwd);
  if (!settings) return tl::unexpected(settings.error());
  name_interpreter(measurement, environment, cwd);
  auto analysis = analyse(measurement, *settings, environment);
  if (!analysis) return tl::unexpected(analysis.error());
  for (const auto& warning : analysis->warnings) print_warning(warning.message());
  if (analysis->files.empty()) return base::fail(base::ErrorKind::no_data, "", "no data to report");
  return Reporting{std::move(analysis->files), 0};
}

base::Result<Reporting> prepare_report(const ReportingOptions& options) {
  auto data = read_measured_data(options.data_file, Environment::of_process(), base::current_directory());
  if (!data) return tl::unexpected(data.error());
  if (data->measurement.files.empty())
    return base::fail(base::ErrorKind::no_data, data->path, "no data to report (covey run collects it)");
  auto reporting = report_measurement(std::move(data->measurement), data->tables, options);
  if (reporting) reporting->status = data->status;
  return reporting;
}

}  // namespace covey::cli
