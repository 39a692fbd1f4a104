#include <covey/analysis/sources.hpp>
#include <covey/base/file.hpp>
#include <covey/base/parallel.hpp>
#include <covey/base/path.hpp>
#include <covey/cli/commands.hpp>
#include <covey/cli/report_outputs.hpp>
#include <covey/cli/reporting.hpp>
#include <covey/console/messages.hpp>
#include <covey/report/annotate.hpp>

namespace covey::cli {

namespace {

// Where annotated sources go.
struct Destination {
  std::string directory;  // beside the sources where it is empty
  std::string cwd;        // which those then must lie in, links followed
};

// Beside a source only below the current directory: where sources lie the data says, and that may be anyone's.
base::Result<std::string> annotated_path(const model::FileReport& file, const Destination& destination) {
  if (!destination.directory.empty()) return base::join(destination.directory, report::annotated_name(file.name));
  if (base::is_below(base::canonical(base::dirname(file.path), destination.cwd), destination.cwd))
    return file.path + ",cover";
  return base::fail(base::ErrorKind::usage, file.path,
                    "is not below the current directory, so nothing is written beside it (-d names a directory)");
}

base::Result<void> annotate(const model::FileReport& file, const Destination& destination) {
  const auto path = annotated_path(file, destination);
  if (!path) return tl::unexpected(path.error());
  const auto source = analysis::read_source(file.path, 0);
  if (source.error) return tl::unexpected(*source.error);
  if (auto made = base::make_directories(destination.directory); !made) return made;
  return base::write_file_atomic(*path, report::annotated(source.text, file.coverage));
}

std::optional<int> parse_options(const console::Invocation& invocation, ReportingOptions& options,
                                 std::optional<std::string>& directory) {
  console::OptionParser parser("annotate", "[options] [files]",
                               "Writes copies of the sources with a margin that shows what ran.");
  parser.text("-d,--directory", directory, "DIR", "where to write them; beside the sources otherwise");
  declare_reporting_options(parser, options);
  return parser.parse(invocation);
}

}  // namespace

base::Result<WrittenReport> write_annotate_output(const OutputRequest& request) {
  const auto& files = request.files;
  std::vector<base::Result<void>> written(files.size());
  const Destination destination{request.destination, base::canonical(request.invocation.cwd)};
  base::for_each_index(files.size(), request.jobs, [&](auto i, auto) { written[i] = annotate(files[i], destination); });
  for (const auto& each : written)
    if (!each) return tl::unexpected(each.error());
  return WrittenReport{};
}

int annotate_command(const console::Invocation& invocation) {
  ReportingOptions options;
  std::optional<std::string> directory;
  if (auto status = parse_options(invocation, options, directory)) return *status;
  if (auto status = configure_reporting(invocation, options)) return *status;
  if (auto status = parse_options(invocation, options, directory)) return *status;

  options.contexts.clear();  // [report] contexts is for the reports that have --contexts
  options.describe_arcs = false;
  options.may_be_empty = true;
  auto reporting = prepare_report(options, invocation);
  if (!reporting) return console::print_error(reporting.error());
  auto written = write_annotate_output(
      {reporting->files, options.configuration, invocation, directory.value_or(""), 0, options.jobs});
  if (!written) return console::print_error(written.error());
  return reporting->status;
}

}  // namespace covey::cli
