#include <covey/base/file.hpp>
#include <covey/base/path.hpp>
#include <covey/cli/job_change.hpp>
#include <covey/forge/git.hpp>
#include <covey/forge/git_repository.hpp>
#include <covey/forge/unified_diff.hpp>
#include <set>

namespace covey::cli {

namespace {

base::Result<JobChange> change_of_diff(const std::string& path, const std::string& root) {
  auto text = base::read_file(path);
  if (!text) return tl::unexpected(text.error());
  auto parsed = forge::parse_unified_diff(*text, path);
  if (!parsed) return tl::unexpected(parsed.error());
  auto source_of = [&](const std::string& name) -> std::optional<std::string> {
    auto source = base::read_file(base::join(root, name), base::k_source_limit);
    return source ? std::optional(std::move(*source)) : std::nullopt;
  };
  if (auto applies = forge::check_applies(*parsed, source_of); !applies)
    return tl::unexpected(applies.error().at(path));
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

}  // namespace

base::Result<JobChange> job_change(const RuleOptions& options, const console::Invocation& invocation) {
  const auto repository = forge::find_repository(invocation.cwd);
  const auto root = repository ? repository->root : invocation.cwd;
  if (options.diff) return change_of_diff(*options.diff, root);
  if (options.base) return change_since(*options.base, invocation.cwd);
  const auto target = invocation.environment.value("GITHUB_BASE_REF");
  JobChange none{"", root, std::nullopt, "nothing to compare with: no --base, no --diff, and no pull request"};
  if (target.empty()) return none;
  auto change = change_since("origin/" + target, invocation.cwd);
  if (change) return change;
  none.why_not = change.error().message();
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
