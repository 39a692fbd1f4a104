// What a coverage job leaves: files, and what it says.
#pragma once

#include <covey/base/result.hpp>
#include <covey/cli/ci_options.hpp>
#include <covey/cli/reporting.hpp>
#include <covey/console/invocation.hpp>
#include <covey/formats/summary_writer.hpp>
#include <covey/gate/verdict.hpp>

namespace covey::cli {

// Prints `text`, or with `as_json` the verdict as JSON, the text going to standard error then. Returns the verdict's
// exit status: 0 passed, 2 failed, 3 incomplete; 1 where it could not be printed.
int print_verdict(const gate::Verdict& verdict, const std::string& text, bool as_json, const formats::Posted& posted);

// Writes what is made of the verdict alone: summary, Markdown, comment and badge; where the environment names a file
// for the step's summary, that too. Fails with the first that cannot be written.
base::Result<void> write_verdict_outputs(const gate::Verdict& verdict, const OutputOptions& options,
                                         const console::Invocation& invocation);

// Writes the reports of the files: HTML, XML, LCOV, coverage.py's JSON, several at a time. Fails likewise.
base::Result<void> write_file_reports(const Reporting& reporting, const OutputOptions& options,
                                      const ReportingOptions& common, const console::Invocation& invocation);

// Prints workflow annotations of the lines that would mend failed rules, at most 10.
base::Result<void> print_annotations(const gate::Verdict& verdict, bool to_standard_error);

}  // namespace covey::cli
