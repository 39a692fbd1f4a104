#include <covey/base/version.hpp>
#include <covey/cli/job_posting.hpp>
#include <covey/forge/api.hpp>
#include <covey/forge/comment.hpp>
#include <covey/forge/marker.hpp>
#include <covey/report/job_markdown.hpp>

namespace covey::cli {

namespace {

using base::ErrorKind;

constexpr const char* k_always = "always";
constexpr const char* k_change = "change";
constexpr const char* k_failure = "failure";

base::Result<forge::ForgeKind> forge_named(const std::string& name) {
  for (auto kind : {forge::ForgeKind::forgejo, forge::ForgeKind::github})
    if (name == forge::name_of(kind)) return kind;
  return base::fail(ErrorKind::usage, "--post", name + ": neither forgejo nor github");
}

std::string token_of(forge::ForgeKind kind, const base::Environment& environment) {
  for (const char* name : {"COVEY_TOKEN", kind == forge::ForgeKind::forgejo ? "FORGEJO_TOKEN" : "", "GITHUB_TOKEN"})
    if (auto token = environment.value(name); *name != '\0' && !token.empty()) return token;
  return "";
}

base::Result<forge::Site> site_of(const PostOptions& options, const std::optional<forge::Event>& event,
                                  const base::Environment& environment) {
  forge::Site site;
  if (event) site = {event->forge, event->api_url, event->repository, ""};
  if (options.post) {
    auto kind = forge_named(*options.post);
    if (!kind) return tl::unexpected(kind.error());
    site.kind = *kind;
  }
  if (options.api) {
    auto url = forge::parse_api_url(*options.api);
    if (!url) return tl::unexpected(url.error().at("--api"));
    site.api_url = *url;
  }
  if (options.repo) {
    auto name = forge::parse_repository_name(*options.repo);
    if (!name) return base::fail(ErrorKind::usage, "--repo", *options.repo + ": not OWNER/NAME");
    site.repository = *name;
  }
  if (site.api_url.empty() && site.kind == forge::ForgeKind::github) site.api_url = "https://api.github.com";
  if (site.api_url.empty())
    return base::fail(ErrorKind::usage, "--api", "names no API, and the CI does not say where it is");
  if (site.repository.name.empty())
    return base::fail(ErrorKind::usage, "--repo", "names no repository, and the CI does not say which it is");
  site.token = token_of(site.kind, environment);
  return site;
}

std::optional<std::int64_t> pull_request_of(const PostOptions& options, const std::optional<forge::Event>& event) {
  if (options.pull_request > 0) return options.pull_request;
  return event ? event->pull_request : std::nullopt;
}

forge::State state_of(gate::Outcome outcome) {
  switch (outcome) {
    case gate::Outcome::passed:
      return forge::State::success;
    case gate::Outcome::failed:
      return forge::State::failure;
    case gate::Outcome::incomplete:
      return forge::State::error;
  }
  return forge::State::error;
}

bool is_comment_wanted(const gate::Verdict& verdict, const PostOptions& options) {
  const auto when = options.comment_when.value_or(k_always);
  if (when == k_always || verdict.outcome != gate::Outcome::passed) return true;
  return when == k_change && !verdict.changed.empty();
}

std::string comment_text(const gate::Verdict& verdict, const std::string& run_url) {
  report::JobMarkdownOptions options;
  options.generator = std::string("Covey ") + base::k_version;
  options.details_url = run_url;
  options.limit = forge::k_comment_limit - forge::comment_length(forge::marker(verdict.project)) - 1;
  return report::job_markdown(verdict, options);
}

}  // namespace

base::Result<void> check_posting(const PostOptions& options) {
  if (options.post)
    if (auto kind = forge_named(*options.post); !kind) return tl::unexpected(kind.error());
  if (options.repo && !forge::parse_repository_name(*options.repo))
    return base::fail(ErrorKind::usage, "--repo", *options.repo + ": not OWNER/NAME");
  if (options.api)
    if (auto url = forge::parse_api_url(*options.api); !url) return tl::unexpected(url.error().at("--api"));
  const auto when = options.comment_when.value_or(k_always);
  if (when != k_always && when != k_change && when != k_failure)
    return base::fail(ErrorKind::usage, "--comment-when", when + ": neither always, change nor failure");
  return {};
}

PostingOutcome post_verdict(const gate::Verdict& verdict, const PostOptions& options,
                            const std::optional<forge::Event>& event, const base::Environment& environment) {
  PostingOutcome outcome;
  if (!options.post) return outcome;
  auto failed = [&](std::optional<std::string>& field, const base::Error& error) {
    field = "failed: " + error.message();
    outcome.warnings.push_back("not posted: " + error.message());
  };
  auto site = site_of(options, event, environment);
  auto transport = site ? forge::open_transport() : tl::unexpected(site.error());
  if (!transport) {
    failed(outcome.posted.status, transport.error());
    outcome.posted.comment = outcome.posted.status;
    return outcome;
  }
  const forge::Budget budget;
  forge::Api api(*site, **transport, budget);
  const auto run_url = event ? event->run_url : std::string();
  const auto pull_request = pull_request_of(options, event);
  if (pull_request && is_comment_wanted(verdict, options)) {
    auto posted = forge::post_comment(api, *pull_request, verdict.project, comment_text(verdict, run_url));
    if (!posted) failed(outcome.posted.comment, posted.error());
    if (posted) outcome.posted.comment = posted->url;
    if (posted && posted->not_removed) outcome.warnings.push_back(posted->not_removed->message());
  }
  const auto commit = verdict.head.empty() ? verdict.commit : verdict.head;
  auto set = api.set_status(
      commit, {state_of(verdict.outcome), forge::status_context(verdict.project), gate::headline(verdict), run_url});
  if (!set) failed(outcome.posted.status, set.error());
  if (set) outcome.posted.status = std::string(forge::name_of(state_of(verdict.outcome)));
  return outcome;
}

base::Result<std::string> diff_of_forge(const PostOptions& options, const std::optional<forge::Event>& event,
                                        const base::Environment& environment) {
  const auto pull_request = pull_request_of(options, event);
  if (!pull_request) return base::fail(ErrorKind::not_found, "", "no pull request");
  auto site = site_of(options, event, environment);
  if (!site) return tl::unexpected(site.error());
  auto transport = forge::open_transport();
  if (!transport) return tl::unexpected(transport.error());
  const forge::Budget budget;
  return forge::Api(*site, **transport, budget).diff(*pull_request);
}

}  // namespace covey::cli
