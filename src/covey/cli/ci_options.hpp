// The options of the coverage job's commands: `ci`, and its parts `check`, `comment`, `badge` and `diff`. Each is also
// a key of [tool.covey.ci].
#pragma once

#include <covey/base/parallel.hpp>
#include <covey/base/result.hpp>
#include <covey/console/option_parser.hpp>
#include <covey/delivery/checked_data.hpp>
#include <optional>
#include <string>
#include <vector>

namespace covey::cli {

struct RuleOptions {
  std::optional<double> fail_under;
  std::vector<std::string> fail_under_path;  // "GLOB=N"
  std::optional<double> fail_under_diff;
  std::optional<double> fail_under_new_file;
  bool no_drop = false;
  std::optional<double> tolerance;
  std::optional<double> diff_min_lines;
  bool require_baseline = false;
  std::optional<std::string> base;
  std::optional<std::string> diff;
  std::optional<std::string> baseline;
};

struct OutputOptions {
  std::optional<std::string> summary;
  std::optional<std::string> html;
  std::optional<std::string> xml;
  std::optional<std::string> lcov;
  std::optional<std::string> json_report;
  std::optional<std::string> markdown;
  std::optional<std::string> comment;
  std::optional<std::string> badge;
  bool annotate = false;
};

struct PostOptions {
  std::optional<std::string> post;  // "forgejo" or "github"
  bool strict_post = false;
  int pull_request = 0;             // 0: the CI's
  std::optional<std::string> repo;  // "owner/name"
  std::optional<std::string> api;   // its address
  std::optional<std::string> comment_when;
};

struct CiOptions {
  delivery::EvidenceOptions evidence;
  RuleOptions rules;
  OutputOptions outputs;
  PostOptions posting;
  std::optional<std::string> rcfile;
  int jobs = base::default_jobs();
  bool as_json = false;
  bool quiet = false;
  bool verbose = false;
  gate::RulesFrom rules_from = gate::RulesFrom::head;
  std::vector<std::string> changed_rules;  // what a pull request's configuration would change of the rules, a line each
};

// The configuration of what a pull request is merged into: its own may be anybody's.
struct BaseConfiguration {
  std::string pyproject;  // the text; empty where there is none
};

void declare_evidence(console::OptionParser& parser, delivery::EvidenceOptions& options);
void declare_rules(console::OptionParser& parser, RuleOptions& options);
void declare_outputs(console::OptionParser& parser, OutputOptions& options);
void declare_posting(console::OptionParser& parser, PostOptions& options);
// --rcfile, --jobs, --json, -q and -v.
void declare_common(console::OptionParser& parser, CiOptions& options);

// The options of `covey ci`, which are those of all the commands.
console::OptionParser declare_ci(CiOptions& options);

// A command's options from [tool.covey.ci] of the project's pyproject.toml and then from the command line, which wins.
// `declare` declares the command's own; keys that only `covey ci` has are passed over, others are errors, which are
// printed. The status to end with where there is nothing more to do.
std::optional<int> parse_ci_options(const console::Invocation& invocation, CiOptions& options,
                                    console::OptionParser (*declare)(CiOptions& options),
                                    const std::optional<BaseConfiguration>& base);

// [tool.covey.ci] in the text of a pyproject.toml, as the arguments that would say the same: `fail_under = 80` gives
// "--fail-under=80". Fails where the text is no TOML, or a value is none of a flag, a number, a text, a list of texts
// or a table of numbers. `path` is for messages.
base::Result<std::vector<std::string>> ci_arguments(std::string_view pyproject, const std::string& path);

}  // namespace covey::cli
