#include <covey/base/file.hpp>
#include <covey/base/path.hpp>
#include <covey/base/printable.hpp>
#include <covey/cli/ci_options.hpp>
#include <covey/cli/commands.hpp>
#include <covey/cli/job_baseline.hpp>
#include <covey/cli/job_change.hpp>
#include <covey/cli/job_files.hpp>
#include <covey/cli/job_outputs.hpp>
#include <covey/cli/job_posting.hpp>
#include <covey/cli/job_rules.hpp>
#include <covey/console/messages.hpp>
#include <covey/delivery/checked_data.hpp>
#include <set>

namespace covey::cli {

namespace {

// One line a rule: those that failed, and unless `quiet` all.
std::string text_of_rules(const gate::Verdict& verdict, bool quiet) {
  std::string text;
  for (const auto& rule : verdict.rules) {
    const bool failed = rule.state == gate::State::failed;
    if (quiet && !failed) continue;
    text += std::string(gate::name_of(rule.state)) + ": " + base::harmless(rule.message) + "\n";
    if (!failed) continue;
    for (const auto& [file, ranges] : rule.lines) {
      text += "  " + base::harmless(file) + ":";
      for (const auto& [first, last] : ranges)
        text += " " + std::to_string(first) + (last > first ? "-" + std::to_string(last) : "");
      text += "\n";
    }
  }
  return text;
}

std::string text_of_job(const gate::Verdict& verdict, const OutputOptions& outputs, bool quiet) {
  auto text = delivery::text_of_check(verdict, quiet) + text_of_rules(verdict, quiet);
  for (const auto& change : verdict.changed_rules)
    text += "not obeyed, for the base decides: " + base::harmless(change) + "\n";
  if (quiet) return text;
  if (verdict.totals) text += std::string(gate::outcome_name(verdict.outcome)) + ": " + gate::headline(verdict) + "\n";
  if (outputs.html && verdict.totals)
    text += "to look at it: " + base::harmless(base::join(*outputs.html, "index.html")) + "\n";
  return text;
}

void add_totals(gate::Verdict& verdict, const std::vector<model::FileReport>& files, int precision) {
  verdict.totals = gate::Totals{model::total_of(files), model::has_branches(files), precision};
  for (const auto& file : files) verdict.files.push_back({file.name, file.coverage.numbers()});
}

std::set<std::string> jobs_of(const delivery::DeliveredData& data) {
  std::set<std::string> jobs;
  for (const auto& delivery : data.deliveries) jobs.insert(delivery.job);
  return jobs;
}

// Totals and rules, of data that is whole.
base::Result<Reporting> judge(delivery::CheckedData& checked, const CiOptions& options,
                              const ReportingOptions& reporting, const std::optional<forge::Event>& event,
                              const console::Invocation& invocation) {
  auto precision = checked_precision(reporting.configuration.report.precision);
  if (!precision) return tl::unexpected(precision.error());
  const auto jobs = jobs_of(checked.data);
  auto files = files_of_job(std::move(checked.data), reporting, invocation);
  if (!files) return files;
  auto change = job_change(options, event, invocation);
  if (!change) return tl::unexpected(change.error());
  auto rules = judge_rules(options.rules, files->files, reporting.configuration, *change);
  if (!rules) return tl::unexpected(rules.error());
  if (options.rules.no_drop) {
    auto lost = judge_no_drop(options, {files->files, jobs, *change}, reporting, invocation);
    if (!lost) return tl::unexpected(lost.error());
    rules->push_back(std::move(*lost));
  }
  auto& verdict = checked.verdict;
  verdict.base = change->base;
  verdict.changed = changed_names(files->files, *change);
  add_totals(verdict, files->files, *precision);
  verdict.rules = std::move(*rules);
  verdict.outcome = gate::outcome_of(verdict.missing, verdict.rules);
  return files;
}

}  // namespace

int ci_command(const console::Invocation& invocation) {
  auto event_read = forge::read_event(invocation.environment);
  const auto event = event_read ? *event_read : std::optional<forge::Event>();
  CiOptions options;
  if (auto status = parse_ci_options(invocation, options, declare_ci, base_configuration(event, invocation)))
    return *status;
  if (!event_read) console::print_warning(base::harmless(event_read.error().message()));
  if (auto checked = check_posting(options.posting); !checked) return console::print_error(checked.error());
  ReportingOptions reporting;
  reporting.rcfile = options.rcfile;
  reporting.jobs = options.jobs;
  if (auto status = configure_reporting(invocation, reporting)) return *status;
  reporting.describe_arcs = options.outputs.html || options.outputs.lcov;
  reporting.show_contexts = options.outputs.html && reporting.configuration.html.show_contexts;
  auto checked = checked_data(options, reporting.configuration, invocation);
  if (!checked) return console::print_error(checked.error());
  auto& verdict = checked->verdict;
  verdict.rules_from = options.rules_from;
  verdict.changed_rules = options.changed_rules;
  Reporting reports;
  if (verdict.outcome != gate::Outcome::incomplete) {
    auto judged = judge(*checked, options, reporting, event, invocation);
    if (!judged) return console::print_error(judged.error());
    reports = std::move(*judged);
  }
  const auto& environment = invocation.environment;
  if (event && event->pull_request) verdict.head = event->head;
  // The verdict's own outputs first: they are written whatever becomes of the larger ones.
  auto written = write_verdict_outputs(verdict, options.outputs, invocation);
  if (verdict.totals)
    if (auto done = write_file_reports(reports, options.outputs, reporting, invocation); !done && written)
      written = done;
  const auto told = post_verdict(verdict, options.posting, event, environment);
  for (const auto& warning : told.warnings) console::print_warning(base::harmless(warning));
  int status =
      print_verdict(verdict, text_of_job(verdict, options.outputs, options.quiet), options.as_json, told.posted);
  if (status == 0 && options.posting.strict_post && !told.warnings.empty()) status = 1;
  if (written && options.outputs.annotate) written = print_annotations(verdict, options.as_json);
  return written ? status : console::print_error(written.error());
}

}  // namespace covey::cli
