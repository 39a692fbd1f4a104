#include <covey/base/file.hpp>
#include <covey/base/path.hpp>
#include <covey/cli/clock.hpp>
#include <covey/cli/commands.hpp>
#include <covey/cli/messages.hpp>
#include <covey/cli/report_file.hpp>
#include <covey/cli/version.hpp>
#include <covey/formats/xml_writer.hpp>

namespace covey::cli {

namespace {

struct XmlCommandOptions {
  ReportFileOptions file;
  formats::XmlOptions xml;
};

std::optional<int> parse_options(const Invocation& invocation, XmlCommandOptions& options) {
  OptionParser parser("xml", "[options] [files]", "Writes what was covered as Cobertura XML.");
  parser.flag("--skip-empty", options.xml.skip_empty, "leave out files without statements");
  declare_report_file_options(parser, options.file, "coverage.xml");
  return parser.parse(invocation);
}

// The options as the configuration has them.
std::optional<int> configure_xml(const Invocation& invocation, XmlCommandOptions& options) {
  if (auto status = configure_report_file(invocation, options.file)) return status;
  const auto& configuration = options.file.reporting.configuration;
  options.file.output = configuration.xml.output;
  options.xml.package_depth = configuration.xml.package_depth;
  options.xml.skip_empty = configuration.report.skip_empty;
  options.xml.relative_files = configuration.run.relative_files;
  for (const auto& source : configuration.run.source.value_or(Strings())) {
    if (!base::exists(source)) continue;
    const auto end = source.find_last_not_of("/\\") + 1;
    options.xml.sources.push_back(configuration.run.relative_files ? source.substr(0, end) : base::canonical(source));
  }
  return std::nullopt;
}

// coverage.py's XML counts for itself: nothing at all is 0 there.
double xml_total(const std::vector<model::FileReport>& files) {
  const auto total = total_of(files);
  return total.n_statements + total.n_branches > 0 ? total.percent() : 0.0;
}

}  // namespace

int xml_command(const Invocation& invocation) {
  XmlCommandOptions options;
  if (auto status = parse_options(invocation, options)) return *status;
  if (auto status = configure_xml(invocation, options)) return *status;
  if (auto status = parse_options(invocation, options)) return *status;

  auto reporting = prepare_report(options.file.reporting, invocation);
  if (!reporting) return print_error(reporting.error());
  options.xml.version = k_version;
  options.xml.generator = "covey " + std::string(k_version);
  options.xml.timestamp = static_cast<std::int64_t>(unix_now() * 1000);
  options.xml.cwd = invocation.cwd;
  const auto text = formats::write_xml(reporting->files, options.xml);
  auto written =
      write_report_file(options.file.output.value_or("coverage.xml"), text, "XML report", options.file.reporting.quiet);
  if (!written) return print_error(written.error());
  return judge_total(*reporting, xml_total(reporting->files), options.file.fail_under, options.file.precision);
}

}  // namespace covey::cli
