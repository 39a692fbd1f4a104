#include <covey/base/path.hpp>
#include <covey/cli/data_directory.hpp>
#include <covey/cli/index.hpp>
#include <covey/cli/messages.hpp>
#include <covey/cli/reporting.hpp>
#include <covey/source/arcs.hpp>
#include <covey/source/exclusion.hpp>

namespace covey::cli {

namespace {

base::Result<AnalysisOptions> analysis_options(const ReportingOptions& options, const DataDirectory& data,
                                               const std::string& cwd) {
  AnalysisOptions analysis;
  analysis.cwd = cwd;
  analysis.tables = data.tables();
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
  parser.text("--data-file", options.data_file, "DIR",
              "the data directory; .covey, or what COVEY_DATA says, otherwise");
  parser.list("--include", options.include, "PAT1,PAT2,...",
              "report only files whose paths match one of these patterns");
  parser.list("--omit", options.omit, "PAT1,PAT2,...", "leave out files whose paths match one of these patterns");
  parser.flag("-i,--ignore-errors", options.ignore_errors, "warn of files that cannot be analysed and leave them out");
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
  if (shards.measurement.is_mixed())
    return base::fail(base::ErrorKind::usage, data->path(),
                      "lines and branches are mixed: some processes measured branches, others lines alone (run all of "
                      "them with --branch, or none)");
  auto settings = analysis_options(options, *data, cwd);
  if (!settings) return tl::unexpected(settings.error());
  if (shards.measurement.has_branches()) {
    auto partial =
        source::compile_partial_branches(source::default_partial_branches(), source::default_partial_branches_always());
    if (!partial) return tl::unexpected(partial.error());
    settings->partial_branches = std::move(*partial);
  }
  auto analysis = analyse(shards.measurement, *settings, environment);
  if (!analysis) return tl::unexpected(analysis.error());
  for (const auto& warning : analysis->warnings) print_warning(warning.message());
  if (analysis->files.empty()) return base::fail(base::ErrorKind::no_data, "", "no data to report");
  reporting.files = std::move(analysis->files);
  return reporting;
}

}  // namespace covey::cli
