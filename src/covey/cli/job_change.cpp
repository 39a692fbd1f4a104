#include <covey/base/file.hpp>
#include <covey/base/path.hpp>
#include <covey/cli/job_change.hpp>
#include <covey/cli/job_posting.hpp>
#include <covey/forge/git.hpp>
#include <covey/forge/git_repository.hpp>
#include <covey/forge/unified_diff.hpp>
#include <set>

namespace covey::cli {

namespace {

// `name` is what errors call the diff.
base::Result<JobChange> change_of_diff(std::string_view text, const std::string& name, const std::string& root) {
  auto parsed = forge::parse_unified_diff(text, name);
  if (!parsed) return tl::unexpected(parsed.error());
  auto source_of = [&](const std::string& file) -> std::optional<std::string> {
    auto source = base::read_file(base::join(root, file), base::k_source_limit);
    return source ? std::optional(std::move(*source)) : std::nullopt;
  };
  if (auto applies = forge::check_applies(*parsed, source_of); !applies)
    return tl::unexpected(applies.error().at(name));
  return JobChange{"", root, std::move(parsed->diff), ""};
}

base::Result<JobChange> change_since(const std::string& revision, const std::string& cwd) {
  auto repository = forge::GitRepository::open(cwd);
  if (!repository) return tl::unexpected(repository.error());
  auto base = repository->merge_base(revision, "HEAD");
  if (!base) return tl::unexpected(base.error());
  auto diff = repository->diff_to_working_tree(*base);
  if (!diff) return tl::unexpected(diff.error());
  return JobChange{*base, repository->root(), std::move(*diff), ""};
}

// What a pull request may be compared with, for choice first; none where there is no pull request.
std::vector<std::string> bases_of(const std::optional<forge::Event>& event, const base::Environment& environment) {
  const auto target = environment.value("GITHUB_BASE_REF");
  std::vector<std::string> bases;
  if (!target.empty()) bases.push_back("origin/" + target);
  if (event && event->pull_request && !event->base.empty()) bases.push_back(event->base);
  return bases;
}

}  // namespace

std::optional<BaseConfiguration> base_configuration(const std::optional<forge::Event>& event,
                                                    const console::Invocation& invocation) {
  const auto bases = bases_of(event, invocation.environment);
  if (bases.empty()) return std::nullopt;
  auto repository = forge::GitRepository::open(invocation.cwd);
  if (!repository) return std::nullopt;
  const auto path = base::relative_to(base::join(invocation.cwd, "pyproject.toml"), repository->root());
  for (const auto& revision : bases) {
    auto base = repository->merge_base(revision, "HEAD");
    if (!base) continue;
    auto text = repository->text_at(*base, path);
    if (text) return BaseConfiguration{std::move(*text)};
    if (text.error().kind == base::ErrorKind::not_found) return BaseConfiguration{};
  }
  return std::nullopt;
}

base::Result<JobChange> job_change(const CiOptions& options, const std::optional<forge::Event>& event,
                                   const console::Invocation& invocation) {
  const auto& rules = options.rules;
  const auto repository = forge::find_repository(invocation.cwd);
  const auto root = repository ? repository->root : invocation.cwd;
  if (rules.diff) {
    auto text = base::read_file(*rules.diff);
    return text ? change_of_diff(*text, *rules.diff, root) : tl::unexpected(text.error());
  }
  if (rules.base) return change_since(*rules.base, invocation.cwd);
  JobChange none{"", root, std::nullopt, "nothing to compare with: no --base, no --diff, and no pull request"};
  const auto bases = bases_of(event, invocation.environment);
  for (const auto& base : bases) {
    auto change = change_since(base, invocation.cwd);
    if (change) return change;
    none.why_not = change.error().message();
  }
  if (bases.empty() || !options.posting.post) return none;
  auto text = diff_of_forge(options.posting, event, invocation.environment);
  auto change = text ? change_of_diff(*text, "the forge's diff", root) : tl::unexpected(text.error());
  if (change) return change;
  none.why_not += "; " + change.error().message();
  return none;
}

std::string name_in_diff(const model::FileReport& file, const JobChange& change) {
  const bool is_below = file.path.starts_with(change.root + "/");
  return is_below ? file.path.substr(change.root.size() + 1) : file.name;
}

gate::GatedFiles gated_files(const std::vector<model::FileReport>& files, const JobChange& change) {
  gate::GatedFiles gated;
  for (const auto& file : files)
    gated.emplace(name_in_diff(file, change), gate::GatedFile{file.coverage, file.continuations});
  return gated;
}

std::vector<std::string> changed_names(const std::vector<model::FileReport>& files, const JobChange& change) {
  if (!change.diff) return {};
  std::set<std::string_view> touched;
  for (const auto& file : change.diff->files) touched.insert(file.new_name);
  std::vector<std::string> names;
  for (const auto& file : files)
    if (touched.contains(name_in_diff(file, change))) names.push_back(file.name);
  return names;
}

}  // namespace covey::cli
