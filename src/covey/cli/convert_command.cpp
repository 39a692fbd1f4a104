#include <fmt/format.h>
#include <covey/analysis/arc_data.hpp>
#include <covey/base/file.hpp>
#include <covey/base/path.hpp>
#include <covey/base/version.hpp>
#include <covey/cli/commands.hpp>
#include <covey/cli/report_data.hpp>
#include <covey/cli/report_file.hpp>
#include <covey/cli/reporting.hpp>
#include <covey/console/clock.hpp>
#include <covey/console/configure.hpp>
#include <covey/console/messages.hpp>
#include <covey/formats/table.hpp>
#include <covey/inputs/data_file_output.hpp>
#include <covey/inputs/measured_data.hpp>

namespace covey::cli {

namespace {

using base::ErrorKind;
using formats::Format;

struct Inputs {
  model::Measurement measurement;
  std::string tables;  // of the measurement
  formats::ReportData reports;
  bool has_reports = false;
  int status = 0;
};

bool can_write(const Format& format) { return format.write_report != nullptr || format.write_measurement != nullptr; }

std::string names_of_formats(bool written) {
  std::string names;
  for (const auto& format : formats::formats())
    if (!written || can_write(format)) names += (names.empty() ? "" : ", ") + std::string(format.name);
  return names;
}

base::Result<const Format*> format_named(const std::string& option, const std::string& name) {
  const auto* format = formats::find_format(name);
  if (format == nullptr)
    return base::fail(ErrorKind::usage, option, fmt::format("{}: no such format ({})", name, names_of_formats(false)));
  return format;
}

base::Result<const Format*> format_of_file(const std::string& path, const Format* given) {
  if (given != nullptr) return given;
  auto head = base::read_head(path, formats::k_head_size);
  if (!head) return tl::unexpected(head.error());
  const auto* format = formats::sniff_format(*head);
  if (format == nullptr)
    return base::fail(ErrorKind::format, path, "in no format that is known (" + names_of_formats(false) + ")");
  return format;
}

// What a report of that kind leaves unsaid, for people; empty where it says everything.
std::string unsaid(const formats::ReportData& report) {
  std::string what;
  auto add = [&](bool known, const char* thing) {
    what += known ? "" : (what.empty() ? "" : ", ") + std::string(thing);
  };
  add(report.knows_excluded, "which lines are excluded");
  add(report.knows_destinations, "where each branch leads");
  add(report.knows_functions, "functions");
  add(report.knows_classes, "classes");
  return what;
}

base::Result<void> read_report(const std::string& path, const Format& format, const std::string& cwd, Inputs& inputs,
                               bool quiet) {
  auto bytes = base::read_file(path);
  if (!bytes) return tl::unexpected(bytes.error());
  auto report = format.read_report(*bytes, {path, cwd});
  if (!report) return tl::unexpected(report.error());
  if (auto what = unsaid(*report); !what.empty() && !quiet) console::print_warning(path + ": does not say: " + what);
  inputs.reports |= *report;
  inputs.has_reports = true;
  return {};
}

base::Result<void> read_input(const std::string& path, const Format* from, const console::Invocation& invocation,
                              Inputs& inputs, bool quiet) {
  const auto& cwd = invocation.cwd;
  const auto& environment = invocation.environment;
  if (!base::is_directory(path)) {
    auto format = format_of_file(path, from);
    if (!format) return tl::unexpected(format.error());
    if ((*format)->read_report != nullptr) return read_report(path, **format, cwd, inputs, quiet);
  }
  auto measured = base::is_directory(path) ? inputs::read_measured_data(path, environment, cwd)
                                           : inputs::read_coverage_file(base::join(cwd, path), environment, cwd);
  if (!measured) return tl::unexpected(measured.error());
  inputs.measurement |= measured->measurement;
  inputs.tables = measured->tables;
  inputs.status = std::max(inputs.status, tell_of_damage(*measured));
  return {};
}

formats::WriteOptions write_options(const std::string& cwd) {
  const auto now = console::unix_now();
  return {base::k_version, "covey " + std::string(base::k_version), console::local_text(now),
          static_cast<std::int64_t>(now * 1000), cwd};
}

struct ConvertOptions {
  std::vector<std::string> inputs;
  std::optional<std::string> output, from, to;
  bool quiet = false;
  ReportingOptions reporting;  // of the data that is analysed
};

base::Result<void> write_measurement(Inputs& inputs, const Format& format, const ConvertOptions& convert,
                                     const std::string& cwd) {
  if (*convert.output == "-") return base::fail(ErrorKind::usage, "-o", "a data file cannot go to standard output");
  for (const auto& error : analysis::make_arcs(inputs.measurement, convert.reporting.jobs))
    if (!convert.quiet) console::print_warning(error.message() + "; its branches are those of single lines");
  if (inputs.has_reports) inputs.measurement |= formats::measurement_of(inputs.reports, cwd);
  if (convert.reporting.configuration.run.relative_files) inputs::name_relative_to(cwd, inputs.measurement);
  return format.write_measurement(inputs.measurement, *convert.output, write_options(cwd));
}

base::Result<void> write_report(Inputs& inputs, const Format& format, const ConvertOptions& convert,
                                const console::Invocation& invocation) {
  if (!inputs.measurement.files.empty()) {
    auto reporting = report_measurement(std::move(inputs.measurement), inputs.tables, convert.reporting, invocation);
    if (!reporting) return tl::unexpected(reporting.error());
    formats::ReportData analysed;
    analysed.knows_excluded = analysed.knows_functions = analysed.knows_classes = true;
    analysed.files = std::move(reporting->files);
    inputs.reports |= analysed;
  }
  auto written =
      write_report_file(*convert.output, format.write_report(inputs.reports.files, write_options(invocation.cwd)), "");
  return written ? announce(*written, true) : tl::unexpected(written.error());
}

base::Result<const Format*> output_format(const ConvertOptions& options) {
  if (!options.output) return base::fail(ErrorKind::usage, "-o", "names no file to write");
  const auto* by_name = formats::format_of_name(*options.output);
  if (!options.to && by_name == nullptr)
    return base::fail(ErrorKind::usage, *options.output, "its name tells no format: name one with --to");
  auto format = options.to ? format_named("--to", *options.to) : by_name;
  if (format && !can_write(**format))
    return base::fail(ErrorKind::usage, "--to", std::string((*format)->name) + " is only read");
  return format;
}

base::Result<int> convert(const ConvertOptions& options, const console::Invocation& invocation) {
  auto to = output_format(options);
  if (!to) return tl::unexpected(to.error());
  const Format* from = nullptr;
  if (options.from) {
    auto named = format_named("--from", *options.from);
    if (!named) return tl::unexpected(named.error());
    from = *named;
  }
  if (options.inputs.empty()) return base::fail(ErrorKind::usage, "", "nothing to convert: name a file or a directory");
  Inputs inputs;
  for (const auto& path : options.inputs)
    if (auto read = read_input(path, from, invocation, inputs, options.quiet); !read)
      return tl::unexpected(read.error());
  if (inputs.measurement.files.empty() && inputs.reports.files.empty())
    return base::fail(ErrorKind::no_data, fmt::format("{}", fmt::join(options.inputs, ", ")), "no data to convert");
  auto written = (*to)->write_measurement != nullptr ? write_measurement(inputs, **to, options, invocation.cwd)
                                                     : write_report(inputs, **to, options, invocation);
  if (!written) return tl::unexpected(written.error());
  return inputs.status;
}

}  // namespace

int convert_command(const console::Invocation& invocation) {
  ConvertOptions options;
  console::OptionParser parser(
      "convert", "[options] IN... -o OUT",
      "Turns coverage data and reports, in any formats, into one of another format. Several are united.");
  parser.text("-o", options.output, "OUT", "where to write; - for standard output, but for data files");
  parser.text("--from", options.from, "FORMAT", "what IN is; told by how each file begins otherwise");
  parser.text("--to", options.to, "FORMAT", names_of_formats(true) + "; told by OUT's name otherwise");
  console::declare_rcfile(parser, options.reporting.rcfile);
  bool ignore_errors = false;
  parser.flag("-i,--ignore-errors", ignore_errors, "warn of sources that cannot be analysed and leave them out");
  parser.flag("-q,--quiet", options.quiet, "do not say what an input leaves unsaid");
  console::declare_jobs(parser, options.reporting.jobs);
  parser.words(options.inputs);
  if (auto status = parser.parse(invocation)) return *status;
  if (auto status = configure_reporting(invocation, options.reporting)) return *status;
  options.reporting.ignore_errors |= ignore_errors;
  auto status = convert(options, invocation);
  return status ? *status : console::print_error(status.error());
}

}  // namespace covey::cli
