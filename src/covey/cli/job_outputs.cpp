#include <covey/base/file.hpp>
#include <covey/base/path.hpp>
#include <covey/base/printable.hpp>
#include <covey/base/time_text.hpp>
#include <covey/base/version.hpp>
#include <covey/cli/job_outputs.hpp>
#include <covey/cli/report_outputs.hpp>
#include <covey/console/clock.hpp>
#include <covey/console/messages.hpp>
#include <covey/report/badge.hpp>
#include <covey/report/job_markdown.hpp>
#include <cstdio>
#include <fstream>
#include <set>
#include <tuple>

namespace covey::cli {

namespace {

constexpr int k_failed = 2;      // exit status: a rule failed
constexpr int k_incomplete = 3;  // data is missing or not to be trusted
constexpr std::size_t k_most_annotations = 10;

int status_of(gate::Outcome outcome) {
  switch (outcome) {
    case gate::Outcome::passed:
      return 0;
    case gate::Outcome::failed:
      return k_failed;
    case gate::Outcome::incomplete:
      return k_incomplete;
  }
  return 1;
}

// Every line for itself: a newline within a message would pass for another message.
void print_lines(const std::string& text) {
  for (std::size_t start = 0; start < text.size();) {
    const auto end = std::min(text.find('\n', start), text.size());
    console::print_message(text.substr(start, end - start));
    start = end + 1;
  }
}

base::Result<void> write(const std::optional<std::string>& path, std::string text) {
  if (!path) return {};
  auto written = write_report_file(*path, std::move(text), "");
  return written ? announce(*written, true) : tl::unexpected(written.error());
}

// The forge shows what steps add to that file; others may have added to it before.
base::Result<void> add_to_step_summary(const std::string& text, const console::Invocation& invocation) {
  const auto path = invocation.environment.value("GITHUB_STEP_SUMMARY");
  if (path.empty()) return {};
  std::ofstream file(path, std::ios::app | std::ios::binary);
  file << text;
  file.flush();
  if (!file) return base::fail(base::ErrorKind::io, path, "cannot be written, for the step's summary");
  return {};
}

// A property of a workflow command: what would end it is escaped.
std::string property_text(const std::string& text) {
  std::string escaped;
  for (char c : base::printable(text)) {
    if (c == '%')
      escaped += "%25";
    else if (c == ':')
      escaped += "%3A";
    else
      escaped += c == ',' ? "%2C" : std::string(1, c);
  }
  return escaped;
}

}  // namespace

int print_verdict(const gate::Verdict& verdict, const std::string& text, bool as_json, const formats::Posted& posted) {
  if (as_json) print_lines(text);
  auto printed = console::print_report(as_json ? formats::write_verdict(verdict, posted) + "\n" : text);
  return printed ? status_of(verdict.outcome) : console::print_error(printed.error());
}

base::Result<void> write_verdict_outputs(const gate::Verdict& verdict, const OutputOptions& options,
                                         const console::Invocation& invocation) {
  report::JobMarkdownOptions markdown;
  markdown.generator = std::string("Covey ") + base::k_version;
  const auto page = report::job_markdown(verdict, markdown);
  const auto* totals = verdict.totals ? &verdict.totals->numbers : nullptr;
  const int precision = verdict.totals ? verdict.totals->precision : 0;
  if (auto done = write(options.summary,
                        formats::write_summary(verdict, base::utc_text(console::unix_now()), base::k_version) + "\n");
      !done)
    return done;
  if (auto done = write(options.markdown, page); !done) return done;
  if (auto done = write(options.comment, page); !done) return done;
  if (auto done = write(options.badge, report::badge(totals, precision)); !done) return done;
  return options.markdown ? base::Result<void>() : add_to_step_summary(page, invocation);
}

base::Result<void> write_file_reports(const Reporting& reporting, const OutputOptions& options,
                                      const ReportingOptions& common, const console::Invocation& invocation) {
  std::vector<Output> outputs;
  auto add = [&](const char* format, const std::optional<std::string>& destination) {
    if (destination) outputs.push_back({format, *destination});
  };
  add("html", options.html);
  add("xml", options.xml);
  add("lcov", options.lcov);
  add("json", options.json_report);
  OutputRequest request{reporting.files, common.configuration, invocation, "", 0, common.jobs};
  auto precision = checked_precision(common.configuration.report.precision);
  if (!precision) return tl::unexpected(precision.error());
  request.precision = *precision;
  return write_outputs(outputs, request);
}

base::Result<void> print_annotations(const gate::Verdict& verdict, bool to_standard_error) {
  std::set<std::tuple<std::string, int, int>> places;
  for (const auto& rule : verdict.rules)
    if (rule.state == gate::State::failed)
      for (const auto& [file, ranges] : rule.lines)
        for (const auto& [first, last] : ranges) places.emplace(file, first, last);
  std::string text;
  std::size_t n_written = 0;
  for (const auto& [file, first, last] : places) {
    if (n_written++ == k_most_annotations) break;
    text += "::warning file=" + property_text(file) + ",line=" + std::to_string(first) +
            ",endLine=" + std::to_string(last) + ",title=not covered::no test runs this\n";
  }
  if (!to_standard_error) return console::print_report(text);
  std::fputs(text.c_str(), stderr);  // as it is: a message would be kept from being a command
  return {};
}

}  // namespace covey::cli
