#include <covey/analysis/sources.hpp>
#include <covey/audit/nox_files.hpp>
#include <covey/audit/test_log.hpp>
#include <covey/base/file.hpp>
#include <covey/base/path.hpp>
#include <covey/delivery/evidence.hpp>
#include <covey/forge/needs.hpp>

namespace covey::delivery {

namespace {

constexpr std::size_t k_log_limit = std::size_t{1} << 30;  // bytes

std::optional<gate::End> end_of(std::optional<audit::SessionEnd> end) {
  if (!end) return std::nullopt;
  switch (*end) {
    case audit::SessionEnd::success:
      return gate::End::success;
    case audit::SessionEnd::failed:
      return gate::End::failed;
    case audit::SessionEnd::skipped:
      return gate::End::skipped;
    case audit::SessionEnd::aborted:
      return gate::End::aborted;
    case audit::SessionEnd::interrupted:
      return gate::End::interrupted;
  }
  return std::nullopt;
}

}  // namespace

std::vector<std::string> changed_sources(const model::Measurement& measurement, const std::string& cwd) {
  std::vector<std::string> changed;
  for (const auto& [path, file] : measurement.files) {
    if (file.digests.empty()) continue;
    auto bytes = analysis::read_source_bytes(path);
    bool is_other = bytes && !file.digests.contains(base::digest128(*bytes));
    if (file.digests.size() > 1 || is_other) changed.push_back(base::relative_to(path, cwd));
  }
  return changed;
}

base::Result<std::vector<gate::Witness>> read_log(const std::string& path) {
  auto text = base::read_file(path, k_log_limit);
  if (!text) return tl::unexpected(text.error());
  std::vector<gate::Witness> witnesses;
  for (const auto& session : audit::read_test_log(*text)) {
    gate::Witness witness{gate::Witness::Kind::log, path, session.name, end_of(session.end), session.reason, {}};
    if (session.n_runs > 0) witness.counts = session.counts;
    witnesses.push_back(std::move(witness));
  }
  return witnesses;
}

base::Result<std::vector<gate::Witness>> read_nox_report(const std::string& path) {
  auto text = base::read_file(path, k_log_limit);
  if (!text) return tl::unexpected(text.error());
  auto results = audit::parse_nox_report(*text, path);
  if (!results) return tl::unexpected(results.error());
  std::vector<gate::Witness> witnesses;
  for (const auto& result : *results)
    witnesses.push_back({gate::Witness::Kind::nox_report, path, result.name, end_of(result.end), result.reason, {}});
  return witnesses;
}

base::Result<std::vector<gate::Witness>> read_needs(const std::string& text) {
  auto jobs = forge::parse_needs(text);
  if (!jobs) return tl::unexpected(jobs.error());
  std::vector<gate::Witness> witnesses;
  for (const auto& job : *jobs) {
    auto end = job.result == forge::JobResult::success   ? gate::End::success
               : job.result == forge::JobResult::failure ? gate::End::failed
               : job.result == forge::JobResult::skipped ? gate::End::skipped
                                                         : gate::End::interrupted;
    witnesses.push_back({gate::Witness::Kind::needs, {}, job.name, end, {}, {}});
  }
  return witnesses;
}

}  // namespace covey::delivery
