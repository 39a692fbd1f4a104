#include <algorithm>
#include <covey/base/printable.hpp>
#include <covey/forge/site.hpp>
#include <covey/forge/url.hpp>

namespace covey::forge {

namespace {

constexpr std::size_t k_longest_name = 100;  // bytes; GitHub's limit, Forgejo's is lower

bool is_name(std::string_view text) {
  constexpr std::string_view k_allowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.";
  return !text.empty() && text.size() <= k_longest_name && text.find_first_not_of(k_allowed) == text.npos &&
         text != "." && text != "..";
}

}  // namespace

std::string_view name_of(ForgeKind kind) { return kind == ForgeKind::github ? "github" : "forgejo"; }

std::optional<RepositoryName> parse_repository_name(std::string_view text) {
  const auto slash = text.find('/');
  if (slash == text.npos) return std::nullopt;
  const auto owner = text.substr(0, slash), name = text.substr(slash + 1);
  if (!is_name(owner) || !is_name(name)) return std::nullopt;
  return RepositoryName{std::string(owner), std::string(name)};
}

bool is_commit(std::string_view text) {
  return (text.size() == 40 || text.size() == 64) && text.find_first_not_of("0123456789abcdef") == text.npos &&
         text.find_first_not_of('0') != text.npos;
}

base::Result<std::string> parse_api_url(std::string_view text) {
  auto url = parse_url(text);
  if (!url || url->target.find('?') != url->target.npos)
    return base::fail(base::ErrorKind::usage, base::printable(text.substr(0, 200)), "not an API's address");
  auto whole = url->text();
  while (whole.ends_with('/')) whole.pop_back();
  return whole;
}

}  // namespace covey::forge
