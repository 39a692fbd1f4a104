#include <covey/base/path.hpp>
#include <covey/cli/clock.hpp>
#include <covey/cli/commands.hpp>
#include <covey/cli/messages.hpp>
#include <covey/cli/report_file.hpp>
#include <covey/cli/reporting.hpp>
#include <covey/cli/version.hpp>
#include <covey/formats/xml_writer.hpp>

namespace covey::cli {

int xml_command(Arguments arguments) {
  ReportingOptions options;
  formats::XmlOptions xml;
  std::optional<std::string> output;
  bool quiet = false;
  OptionParser parser("xml", "[options]", "Writes what was covered as Cobertura XML.");
  parser.text("-o", output, "FILE", "where to write; coverage.xml otherwise, - for standard output");
  parser.flag("-q,--quiet", quiet, "do not say what was written");
  parser.flag("--skip-empty", xml.skip_empty, "leave out files without statements");
  declare_reporting_options(parser, options);
  if (auto status = parser.parse(arguments)) return *status;

  auto reporting = prepare_report(options);
  if (!reporting) return print_error(reporting.error());
  xml.version = k_version;
  xml.generator = "covey " + std::string(k_version);
  xml.timestamp = static_cast<std::int64_t>(unix_now() * 1000);
  xml.cwd = base::current_directory();
  const auto text = formats::write_xml(reporting->files, xml);
  auto written = write_report_file(output.value_or("coverage.xml"), text, "XML report", quiet);
  if (!written) return print_error(written.error());
  return reporting->status;
}

}  // namespace covey::cli
