#include <covey/cli/job_files.hpp>
#include <covey/cli/report_data.hpp>
#include <covey/formats/report_data.hpp>

namespace covey::cli {

base::Result<delivery::CheckedData> checked_data(const CiOptions& options, const config::Configuration& configuration,
                                                 const console::Invocation& invocation) {
  auto map_path = path_mapping(configuration, invocation.cwd);
  if (!map_path) return tl::unexpected(map_path.error());
  auto evidence = options.evidence;
  evidence.jobs = options.jobs;
  return delivery::check_data(evidence, *map_path, invocation.environment, invocation.cwd);
}

base::Result<Reporting> files_of_job(delivery::DeliveredData data, const ReportingOptions& options,
                                     const console::Invocation& invocation) {
  Reporting reporting;
  if (!data.measurement.files.empty()) {
    auto analysed = report_measurement(std::move(data.measurement), data.tables, options, invocation);
    if (!analysed) return analysed;
    reporting = std::move(*analysed);
  }
  if (!data.has_reports) return reporting;
  formats::ReportData all;
  all.knows_excluded = all.knows_functions = all.knows_classes = true;
  all.files = std::move(reporting.files);
  all |= data.reports;
  reporting.files = std::move(all.files);
  if (reporting.files.empty()) return base::fail(base::ErrorKind::no_data, "", "no file was measured");
  return reporting;
}

}  // namespace covey::cli
