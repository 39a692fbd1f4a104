#include <covey/base/file.hpp>
#include <covey/base/path.hpp>
#include <covey/base/version.hpp>
#include <covey/cli/commands.hpp>
#include <covey/cli/report_outputs.hpp>
#include <covey/console/clock.hpp>
#include <covey/formats/xml_writer.hpp>

namespace covey::cli {

namespace {

std::optional<int> parse_options(const console::Invocation& invocation, ReportFileOptions& options) {
  console::OptionParser parser("xml", "[options] [files]", "Writes what was covered as Cobertura XML.");
  parser.flag("--skip-empty", options.reporting.configuration.report.skip_empty, "leave out files without statements");
  declare_report_file_options(parser, options, "coverage.xml");
  return parser.parse(invocation);
}

// coverage.py's XML counts for itself: nothing at all is 0 there.
double xml_total(const std::vector<model::FileReport>& files) {
  const auto total = total_of(files);
  return total.n_statements + total.n_branches > 0 ? total.percent() : 0.0;
}

}  // namespace

base::Result<WrittenReport> write_xml_output(const OutputRequest& request) {
  const auto& configuration = request.configuration;
  formats::XmlOptions options;
  options.package_depth = configuration.xml.package_depth;
  options.skip_empty = configuration.report.skip_empty;
  options.relative_files = configuration.run.relative_files;
  for (const auto& source : configuration.run.source.value_or(config::Strings())) {
    if (!base::exists(source)) continue;
    const auto end = source.find_last_not_of("/\\") + 1;
    options.sources.push_back(configuration.run.relative_files ? source.substr(0, end) : base::canonical(source));
  }
  options.version = base::k_version;
  options.generator = "covey " + std::string(base::k_version);
  options.timestamp = static_cast<std::int64_t>(console::unix_now() * 1000);
  options.cwd = request.invocation.cwd;
  return write_report_file(request.destination, formats::write_xml(request.files, options), "XML report");
}

int xml_command(const console::Invocation& invocation) {
  ReportFileOptions options;
  if (auto status = parse_options(invocation, options)) return *status;
  if (auto status = configure_report_file(invocation, options)) return *status;
  options.reporting.contexts.clear();  // [report] contexts is for the reports that have --contexts
  options.output = options.reporting.configuration.xml.output;
  if (auto status = parse_options(invocation, options)) return *status;
  options.reporting.describe_arcs = false;
  return write_one_report(invocation, options, write_xml_output, xml_total);
}

}  // namespace covey::cli
