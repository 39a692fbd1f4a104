// What the reporting commands share: their common options, and the way from those to analysed files.
#pragma once

#include <covey/base/parallel.hpp>
#include <covey/base/result.hpp>
#include <covey/config/configuration.hpp>
#include <covey/console/option_parser.hpp>
#include <covey/model/coverage.hpp>
#include <covey/model/measurement.hpp>
#include <optional>
#include <string>
#include <vector>

namespace covey::cli {

struct ReportingOptions {
  std::optional<std::string> data_file;
  std::optional<std::string> rcfile;
  std::optional<std::string> debug;  // see declare_debug
  std::vector<std::string> include;
  std::vector<std::string> omit;
  bool ignore_errors = false;
  std::vector<std::string> files;       // the only ones to report on, where any are named
  std::vector<std::string> contexts;    // regular expressions: only what ran in a context that one of them is found in
  bool keep_combined = false;           // coverage.py's parallel files stay
  bool quiet = false;                   // nothing is said of what was done
  bool show_contexts = false;           // files say which lines ran in each context
  bool describe_arcs = true;            // files have their arcs in words
  bool may_be_empty = false;            // the report of no file is one too, where some that ran are no Python
  int jobs = base::default_jobs();      // threads
  config::Configuration configuration;  // the rest: what to exclude
};

// Declares the options that every reporting command takes, and the names of files to report on.
void declare_reporting_options(console::OptionParser& parser, ReportingOptions& options);

// --contexts, of commands that have it.
void declare_contexts(console::OptionParser& parser, ReportingOptions& options);

// Reads the configuration that the options name, and makes it what they hold but for --data-file and --rcfile: parsed
// once more over that, what is on the command line wins. The status to end with, after an error, which is printed.
std::optional<int> configure_reporting(const console::Invocation& invocation, ReportingOptions& options);

// `precision` as a number of decimals. Fails where it is none, with coverage.py's message where it is negative.
base::Result<int> checked_precision(double precision);

// --fail-under, of commands that have a total.
void declare_fail_under(console::OptionParser& parser, std::optional<double>& fail_under);

struct Reporting {
  std::vector<model::FileReport> files;
  int status = 0;  // 1 where some data could not be read: the report is made of the rest, and an error has been printed
};

// Reads the data directory or data file, analyses it, and prints warnings and what could not be read. Fails where there
// is nothing to report, or a file cannot be analysed.
base::Result<Reporting> prepare_report(const ReportingOptions& options, const console::Invocation& invocation);

// What the total of every report but the text one is judged by: its percentage, or 0 where there are no statements.
double judged_total(const std::vector<model::FileReport>& files);

// The status to end with, 2 where `total` is below `fail_under` (nothing: no threshold), once the report is written.
// Prints why it is not 0. `precision` is that of the configuration or the command line.
int judge_total(const Reporting& reporting, double total, std::optional<double> fail_under, int precision);

// prepare_report() of a measurement at hand, whose tables are below `tables`.
base::Result<Reporting> report_measurement(model::Measurement measurement, const std::string& tables,
                                           const ReportingOptions& options, const console::Invocation& invocation);

}  // namespace covey::cli
