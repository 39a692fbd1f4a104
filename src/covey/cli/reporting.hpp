// What the reporting commands share: their common options, and the way from those to analysed files.
#pragma once

#include <covey/base/result.hpp>
#include <covey/cli/analysis.hpp>
#include <covey/cli/option_parser.hpp>
#include <optional>
#include <string>
#include <vector>

namespace covey::cli {

struct ReportingOptions {
  std::optional<std::string> data_file;
  std::vector<std::string> include;
  std::vector<std::string> omit;
  bool ignore_errors = false;
};

// Declares the options that every reporting command takes.
void declare_reporting_options(OptionParser& parser, ReportingOptions& options);

struct Reporting {
  std::vector<model::FileReport> files;
  int status = 0;  // 1 where some data could not be read: the report is made of the rest, and an error has been printed
};

// Reads the data directory or data file, analyses it, and prints warnings and what could not be read. Fails where there
// is nothing to report, or a file cannot be analysed.
base::Result<Reporting> prepare_report(const ReportingOptions& options);

// The same of a measurement at hand, whose tables are below `tables`.
base::Result<Reporting> report_measurement(model::Measurement measurement, const std::string& tables,
                                           const ReportingOptions& options);

}  // namespace covey::cli
