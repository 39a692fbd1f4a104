#include <algorithm>
#include <covey/base/parallel.hpp>
#include <covey/cli/report_outputs.hpp>
#include <covey/console/messages.hpp>
#include <optional>

namespace covey::cli {

namespace {

// A row of the table of formats.
struct OutputFormat {
  const char* name;
  base::Result<WrittenReport> (*write)(const OutputRequest& request);
  std::string (*destination)(const config::Configuration& configuration);  // where nobody names one
  bool describes_arcs = false;
};

// The table's own formats are all told apart by the configuration.
template <const char* Format>
base::Result<WrittenReport> write_table(const OutputRequest& request) {
  auto configuration = request.configuration;
  configuration.report.format = Format;
  return write_table_output(
      {request.files, configuration, request.invocation, request.destination, request.precision, request.jobs});
}

std::string standard_output(const config::Configuration&) { return "-"; }

constexpr char k_text[] = "text";
constexpr char k_markdown[] = "markdown";
constexpr char k_total[] = "total";

constexpr OutputFormat k_formats[] = {
    {k_text, write_table<k_text>, standard_output},
    {k_markdown, write_table<k_markdown>, standard_output},
    {k_total, write_table<k_total>, standard_output},
    {"json", write_json_output, [](const config::Configuration& c) { return c.json.output; }},
    {"xml", write_xml_output, [](const config::Configuration& c) { return c.xml.output; }},
    {"lcov", write_lcov_output, [](const config::Configuration& c) { return c.lcov.output; }, true},
    {"html", write_html_output, [](const config::Configuration& c) { return c.html.directory; }, true},
};

const OutputFormat* find_format(const std::string& name) {
  auto found = std::find_if(std::begin(k_formats), std::end(k_formats), [&](const auto& f) { return name == f.name; });
  return found != std::end(k_formats) ? found : nullptr;
}

}  // namespace

int write_one_report(const console::Invocation& invocation, const ReportFileOptions& options,
                     base::Result<WrittenReport> (*write)(const OutputRequest& request),
                     double (*total)(const std::vector<model::FileReport>& files)) {
  auto reporting = prepare_report(options.reporting, invocation);
  if (!reporting) return console::print_error(reporting.error());
  auto written = write({reporting->files, options.reporting.configuration, invocation, options.output.value_or(""),
                        options.precision, options.reporting.jobs});
  if (!written) return console::print_error(written.error());
  if (auto said = announce(*written, options.reporting.quiet); !said) return console::print_error(said.error());
  return judge_total(*reporting, total(reporting->files), options.fail_under, options.precision);
}

base::Result<Output> parse_output(const std::string& text) {
  const auto colon = std::min(text.find(':'), text.size());
  Output output{text.substr(0, colon), text.substr(std::min(colon + 1, text.size()))};
  if (find_format(output.format) != nullptr) return output;
  std::string known;
  for (const auto& format : k_formats) known.append(known.empty() ? "" : ", ").append(format.name);
  return base::fail(base::ErrorKind::usage, "--to",
                    "no such format: '" + output.format + "' (there are " + known + ")");
}

bool show_contexts(std::span<const Output> outputs, const config::Configuration& configuration) {
  return std::any_of(outputs.begin(), outputs.end(), [&](const Output& output) {
    return (output.format == "json" && configuration.json.show_contexts) ||
           (output.format == "html" && configuration.html.show_contexts);
  });
}

bool describe_arcs(std::span<const Output> outputs) {
  return std::any_of(outputs.begin(), outputs.end(),
                     [](const Output& output) { return find_format(output.format)->describes_arcs; });
}

base::Result<void> write_outputs(std::span<const Output> outputs, const OutputRequest& common) {
  std::vector<std::optional<base::Result<WrittenReport>>> written(outputs.size());
  // The last ones first: those that write many files stand there, and take longest.
  base::for_each_index(outputs.size(), common.jobs, [&](auto i, auto) {
    const auto index = outputs.size() - 1 - i;
    const auto* format = find_format(outputs[index].format);
    const auto& named = outputs[index].destination;
    written[index] = format->write({common.files, common.configuration, common.invocation,
                                    named.empty() ? format->destination(common.configuration) : named, common.precision,
                                    common.jobs});
  });
  for (const auto& each : written) {
    if (!*each) return tl::unexpected(each->error());
    if (auto said = announce(**each, false); !said) return said;
  }
  return {};
}

}  // namespace covey::cli
