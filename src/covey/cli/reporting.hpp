// What the reporting commands share: their common options, and the way from those to analysed files.
#pragma once

#include <covey/base/result.hpp>
#include <covey/cli/analysis.hpp>
#include <covey/cli/configuration.hpp>
#include <covey/cli/option_parser.hpp>
#include <optional>
#include <string>
#include <vector>

namespace covey::cli {

struct ReportingOptions {
  std::optional<std::string> data_file;
  std::optional<std::string> rcfile;
  std::vector<std::string> include;
  std::vector<std::string> omit;
  bool ignore_errors = false;
  Configuration configuration;  // the rest: what to exclude
};

// Declares the options that every reporting command takes.
void declare_reporting_options(OptionParser& parser, ReportingOptions& options);

// Reads the configuration that the options name, and makes it what they hold but for --data-file and --rcfile: parsed
// once more over that, what is on the command line wins. The status to end with, after an error, which is printed.
std::optional<int> configure_reporting(ReportingOptions& options);

// `precision` as a number of decimals. Fails where it is none, with coverage.py's message where it is negative.
base::Result<int> checked_precision(double precision);

// --fail-under, of commands that have a total.
void declare_fail_under(OptionParser& parser, std::optional<double>& fail_under);

struct Reporting {
  std::vector<model::FileReport> files;
  int status = 0;  // 1 where some data could not be read: the report is made of the rest, and an error has been printed
};

// Reads what the current runs left, analyses it, and prints warnings and what could not be read. Fails where there is
// nothing to report, or a file cannot be analysed.
base::Result<Reporting> prepare_report(const ReportingOptions& options);

// The status to end with, 2 where the total of the files (`total_of_none` where they have no statements) is below
// `fail_under` (nothing: no threshold), once the report is written. Prints why it is not 0. `precision` is that of the
// configuration or the command line.
int judge_total(const Reporting& reporting, double total_of_none, std::optional<double> fail_under, int precision);

}  // namespace covey::cli
