// Reports as outputs of a command: what `covey json`, `covey xml` and the like write one of, `covey report --to`
// several.
#pragma once

#include <covey/base/result.hpp>
#include <covey/cli/report_file.hpp>
#include <covey/config/configuration.hpp>
#include <covey/console/invocation.hpp>
#include <covey/model/coverage.hpp>
#include <span>
#include <string>
#include <vector>

namespace covey::cli {

// What an output is made of. What the command line says of a format has been put into the configuration.
struct OutputRequest {
  const std::vector<model::FileReport>& files;
  const config::Configuration& configuration;
  const console::Invocation& invocation;
  std::string destination;  // a file or directory; "-" is standard output, for those that are one file
  int precision = 0;        // decimals of percentages
  int jobs = 1;             // threads
};

base::Result<WrittenReport> write_json_output(const OutputRequest& request);  // json_command.cpp
base::Result<WrittenReport> write_xml_output(const OutputRequest& request);   // xml_command.cpp
base::Result<WrittenReport> write_lcov_output(const OutputRequest& request);  // lcov_command.cpp
base::Result<WrittenReport> write_html_output(const OutputRequest& request);  // html_command.cpp
// A directory, or "" to write beside the sources: annotate_command.cpp
base::Result<WrittenReport> write_annotate_output(const OutputRequest& request);
// What `covey report` prints in the configured format: report_command.cpp
base::Result<WrittenReport> write_table_output(const OutputRequest& request);

// All that a command does that writes one of them to options.output, once its options are known; returns the exit
// status. `total` is what the report is judged by.
int write_one_report(const console::Invocation& invocation, const ReportFileOptions& options,
                     base::Result<WrittenReport> (*write)(const OutputRequest& request),
                     double (*total)(const std::vector<model::FileReport>& files));

// "html:site" as `--to` takes it.
struct Output {
  std::string format;
  std::string destination;  // empty: that of the format's own command
};

// Fails where there is no such format, naming those that there are.
base::Result<Output> parse_output(const std::string& text);

// Whether any of them shows contexts, or arcs in words.
bool show_contexts(std::span<const Output> outputs, const config::Configuration& configuration);
bool describe_arcs(std::span<const Output> outputs);

// Writes them, several at a time, and then says what there is to say, in their order, as each format's own command
// would. Fails as the first of them did that failed.
base::Result<void> write_outputs(std::span<const Output> outputs, const OutputRequest& common);

}  // namespace covey::cli
