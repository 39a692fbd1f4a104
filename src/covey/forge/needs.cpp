// {NAME: {"result": "success" | "failure" | "cancelled" | "skipped", "outputs": {…}}, …}
#include <covey/forge/needs.hpp>
#include <nlohmann/json.hpp>
#include <optional>

namespace covey::forge {

namespace {

std::optional<JobResult> result_of(const std::string& word) {
  if (word == "success") return JobResult::success;
  if (word == "failure") return JobResult::failure;
  if (word == "cancelled") return JobResult::cancelled;
  if (word == "skipped") return JobResult::skipped;
  return std::nullopt;
}

}  // namespace

base::Result<std::vector<NeededJob>> parse_needs(std::string_view text) {
  auto wrong = base::fail(base::ErrorKind::usage, "--needs", "is not what ${{ toJSON(needs) }} gives");
  auto json = nlohmann::json::parse(text, nullptr, false);
  if (!json.is_object()) return wrong;
  std::vector<NeededJob> jobs;
  for (const auto& [name, job] : json.items()) {
    if (!job.is_object() || !job.contains("result") || !job["result"].is_string()) return wrong;
    auto result = result_of(job["result"].get<std::string>());
    if (!result) return wrong;
    jobs.push_back({name, *result});
  }
  return jobs;
}

}  // namespace covey::forge
