#include <covey/cli/ci_options.hpp>
#include <covey/cli/commands.hpp>
#include <covey/cli/job_change.hpp>
#include <covey/cli/job_files.hpp>
#include <covey/cli/job_outputs.hpp>
#include <covey/console/configure.hpp>
#include <covey/console/messages.hpp>
#include <covey/formats/summary_writer.hpp>

namespace covey::cli {

namespace {

console::OptionParser declare(CiOptions& options) {
  console::OptionParser parser(
      "check", "[options] [DATA...]",
      "Says whether the data is whole: every job that should have delivered did, nothing died, and logs "
      "agree. Status 3 where it is not. docs/ci.md has the rules.");
  declare_evidence(parser, options.evidence);
  declare_common(parser, options);
  return parser;
}

}  // namespace

int check_command(const console::Invocation& invocation) {
  auto event = forge::read_event(invocation.environment);
  const auto base = base_configuration(event ? *event : std::nullopt, invocation);
  CiOptions options;
  if (auto status = parse_ci_options(invocation, options, declare, base)) return *status;
  auto configuration = console::configure(console::configuration_request(invocation, options.rcfile));
  if (!configuration) return console::print_error(configuration.error());
  auto checked = checked_data(options, *configuration, invocation);
  if (!checked) return console::print_error(checked.error());
  checked->verdict.rules_from = options.rules_from;
  checked->verdict.changed_rules = options.changed_rules;
  return print_verdict(checked->verdict, delivery::text_of_check(checked->verdict, options.quiet), options.as_json, {});
}

}  // namespace covey::cli
