#include <algorithm>
#include <covey/base/file.hpp>
#include <covey/base/float_text.hpp>
#include <covey/cli/pytest_reports.hpp>
#include <covey/model/fail_under.hpp>

namespace covey::cli {

namespace {

const launch::PytestReport* find(const launch::PytestOptions& options, const std::string& type) {
  auto found = std::find_if(options.reports.begin(), options.reports.end(),
                            [&](const auto& report) { return report.type == type; });
  return found == options.reports.end() ? nullptr : &*found;
}

// "term" and "term-missing" are one table.
base::Result<std::string> write_terminal(const launch::PytestOptions& options, const OutputRequest& common) {
  const auto* plain = find(options, "term");
  const auto* missing = find(options, "term-missing");
  if (plain == nullptr && missing == nullptr) return std::string();
  auto configuration = common.configuration;
  auto& report = configuration.report;
  report.format = "text";
  report.show_missing |= missing != nullptr;
  for (const auto* each : {plain, missing})
    report.skip_covered |= each != nullptr && each->destination == "skip-covered";
  auto written =
      write_table_output({common.files, configuration, common.invocation, "-", common.precision, common.jobs});
  if (!written) return tl::unexpected(written.error());
  return written->text;
}

base::Result<WrittenReport> write_markdown(const OutputRequest& request) {
  auto configuration = request.configuration;
  configuration.report.format = "markdown";
  return write_table_output(
      {request.files, configuration, request.invocation, request.destination, request.precision, request.jobs});
}

base::Result<WrittenReport> append_markdown(const OutputRequest& request) {
  auto written =
      write_markdown({request.files, request.configuration, request.invocation, "-", request.precision, request.jobs});
  if (!written) return written;
  std::string before;
  if (base::exists(request.destination)) {
    auto read = base::read_file(request.destination);
    if (!read) return tl::unexpected(read.error());
    before = std::move(*read);
  }
  return write_report_file(request.destination, before + written->text, "");
}

// A row a report that is no table, in the order in which they are told of.
struct FileReportRow {
  const char* type;
  base::Result<WrittenReport> (*write)(const OutputRequest& request);
  std::string (*destination)(const config::Configuration& configuration);  // where nobody names one
  const char* told;                                                        // what is shown before the destination
};

std::string markdown_file(const config::Configuration&) { return "coverage.md"; }

constexpr FileReportRow k_rows[] = {
    {"annotate", write_annotate_output, [](const config::Configuration&) { return std::string(); },
     "Coverage annotated source written to dir "},
    {"html", write_html_output, [](const config::Configuration& c) { return c.html.directory; },
     "Coverage HTML written to dir "},
    {"xml", write_xml_output, [](const config::Configuration& c) { return c.xml.output; },
     "Coverage XML written to file "},
    {"json", write_json_output, [](const config::Configuration& c) { return c.json.output; },
     "Coverage JSON written to file "},
    {"markdown", write_markdown, markdown_file, "Coverage Markdown information written to file "},
    {"markdown-append", append_markdown, markdown_file, "Coverage Markdown information appended to file "},
    {"lcov", write_lcov_output, [](const config::Configuration& c) { return c.lcov.output; },
     "Coverage LCOV written to file "},
};

}  // namespace

void prepare_for_pytest_reports(const launch::PytestOptions& options, ReportingOptions& reporting) {
  const auto& configuration = reporting.configuration;
  reporting.show_contexts = (find(options, "json") != nullptr && configuration.json.show_contexts) ||
                            (find(options, "html") != nullptr && configuration.html.show_contexts);
  reporting.describe_arcs = find(options, "html") != nullptr || find(options, "lcov") != nullptr;
  reporting.ignore_errors = true;
}

base::Result<std::string> write_pytest_reports(const launch::PytestOptions& options, const OutputRequest& common) {
  auto shown = write_terminal(options, common);
  if (!shown) return shown;
  for (const auto& row : k_rows) {
    const auto* report = find(options, row.type);
    if (report == nullptr) continue;
    const auto& named = report->destination;
    const auto destination = named.empty() ? row.destination(common.configuration) : named;
    const auto written = row.write({common.files, common.configuration, common.invocation, destination,
                                    common.configuration.report.precision, common.jobs});
    if (!written) return tl::unexpected(written.error());
    *shown +=
        destination.empty() ? std::string("Coverage annotated source written next to source") : row.told + destination;
    *shown += '\n';
  }
  return shown;
}

double fail_under_of(const launch::PytestOptions& options, double configured) {
  return options.fail_under.value_or(configured);
}

base::Result<PytestVerdict> judge_for_pytest(double total, const launch::PytestOptions& options, double configured,
                                             int precision) {
  PytestVerdict verdict;
  const double fail_under = fail_under_of(options, configured);
  auto fails = model::should_fail_under(total, fail_under, precision);
  if (!fails) return tl::unexpected(fails.error());
  if (*fails) verdict.failure = "Coverage failure: " + model::format_fail_under_msg(total, fail_under, precision);
  if (fail_under <= 0) return verdict;
  // In pytest-cov's words a configured 90 is 90.0, as coverage.py reads it, and the option's is as it was given.
  const auto required = options.fail_under ? options.fail_under_text : base::float_repr(fail_under);
  verdict.sentence = std::string(*fails ? "FAIL " : "") + "Required test coverage of " + required + "% " +
                     (*fails ? "not reached" : "reached") + ". Total coverage: " + base::float_fixed(total, 2) + "%";
  return verdict;
}

}  // namespace covey::cli
