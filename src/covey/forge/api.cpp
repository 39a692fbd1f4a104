#include <algorithm>
#include <array>
#include <covey/base/printable.hpp>
#include <covey/forge/api.hpp>
#include <covey/forge/json_fields.hpp>
#include <covey/forge/marker.hpp>
#include <covey/forge/url.hpp>
#include <iterator>
#include <set>
#include <utility>

namespace covey::forge {

namespace {

constexpr int k_most_pages = 200;
constexpr std::size_t k_longest_message = 200;  // code points of what a forge says about an error
constexpr std::int64_t k_forgejo_actions_id = -2;

constexpr auto k_wanted_of_comment =
    std::to_array<std::string_view>({"/id", "/body", "/html_url", "/user/id", "/user/login"});
constexpr auto k_wanted_of_comments =
    std::to_array<std::string_view>({"/*/id", "/*/body", "/*/html_url", "/*/user/id", "/*/user/login"});
constexpr auto k_wanted_of_pull_request = std::to_array<std::string_view>(
    {"/number", "/head/sha", "/head/ref", "/head/repo/full_name", "/base/sha", "/base/ref", "/merge_base"});
constexpr auto k_wanted_of_pull_requests =
    std::to_array<std::string_view>({"/*/number", "/*/head/sha", "/*/head/ref", "/*/head/repo/full_name", "/*/base/sha",
                                     "/*/base/ref", "/*/merge_base"});

bool equal_ignoring_case(std::string_view one, std::string_view other) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return std::equal(one.begin(), one.end(), other.begin(), other.end(),
                    [&](char a, char b) { return lower(a) == lower(b); });
}

Comment comment_at(const JsonFields& fields, const std::string& path) {
  Comment comment;
  comment.id = fields.number(path + "/id").value_or(0);
  comment.body = fields.text(path + "/body");
  comment.author = {fields.number(path + "/user/id").value_or(0), fields.text(path + "/user/login")};
  // Only an address is shown as one.
  if (auto url = fields.text(path + "/html_url"); parse_url(url)) comment.url = std::move(url);
  return comment;
}

PullRequest pull_request_at(const JsonFields& fields, const std::string& path) {
  const auto commit = [&](const char* name) {
    auto text = fields.text(path + name);
    return is_commit(text) ? text : "";
  };
  PullRequest found;
  found.number = fields.number(path + "/number").value_or(0);
  found.head = commit("/head/sha");
  found.head_ref = fields.text(path + "/head/ref");
  found.base = commit("/base/sha");
  found.base_ref = fields.text(path + "/base/ref");
  found.merge_base = commit("/merge_base");
  if (auto name = fields.text(path + "/head/repo/full_name"); parse_repository_name(name)) found.head_repository = name;
  return found;
}

// What the status means for who reads it; empty where its number says it all.
std::string_view meaning(int status) {
  switch (status) {
    case 401:
      return "the token is not valid";
    case 403:
      return "the token may not do this";
    case 404:
      return "not there, or the token may not see it";
    case 406:
      return "larger than the forge gives out";
    case 413:
      return "larger than the forge takes";
    case 422:
      return "the forge does not take what was sent";
    case 429:
      return "too many requests";
    default:
      return status >= 500 ? "the forge failed" : "";
  }
}

// "403, the token may not do this: MESSAGE (to be tried again in 120 s)"
std::string describe(const Response& response) {
  constexpr auto k_message = std::to_array<std::string_view>({"/message"});
  std::string text = std::to_string(response.status);
  if (const auto means = meaning(response.status); !means.empty()) text += ", " + std::string(means);
  const auto fields = read_json_fields(response.body, k_message);
  const auto message = fields ? shortened(fields->text("/message"), k_longest_message) : "";
  if (!message.empty()) text += ": " + message;
  if (const auto wait = wait_asked_for(response))
    text += " (to be tried again in " + std::to_string(wait->count()) + " s)";
  return text;
}

// The address of the next page in a "Link" header: <https://…?page=2>; rel="next", <…>; rel="last". Empty where it
// names none.
std::string next_page(std::string_view links) {
  while (!links.empty()) {
    const auto open = links.find('<');
    const auto close = links.find('>', open == links.npos ? 0 : open);
    if (open == links.npos || close == links.npos) return "";
    const auto url = links.substr(open + 1, close - open - 1);
    const auto end = links.find('<', close);
    const auto attributes = links.substr(close + 1, end == links.npos ? links.npos : end - close - 1);
    if (attributes.find("rel=\"next\"") != attributes.npos || attributes.find("rel=next") != attributes.npos)
      return std::string(url);
    links = end == links.npos ? std::string_view() : links.substr(end);
  }
  return "";
}

base::ErrorKind kind_of(int status) {
  if (status == 401 || status == 403) return base::ErrorKind::usage;
  return status == 404 ? base::ErrorKind::not_found : base::ErrorKind::io;
}

tl::unexpected<base::Error> not_understood(const std::string& place, std::string what) {
  return base::fail(base::ErrorKind::format, place, "the answer is not understood: " + std::move(what));
}

}  // namespace

std::string_view name_of(State state) {
  switch (state) {
    case State::success:
      return "success";
    case State::failure:
      return "failure";
    case State::error:
      return "error";
    case State::pending:
      break;
  }
  return "pending";
}

bool Author::is(const Author& other) const {
  return id != 0 && other.id != 0 ? id == other.id : !login.empty() && equal_ignoring_case(login, other.login);
}

Api::Api(Site site, Transport& transport, const Budget& budget)
    : m_site(std::move(site)), m_transport(transport), m_budget(budget) {}

std::string Api::repository_path(std::string_view rest) const {
  return "/repos/" + encoded(m_site.repository.owner) + "/" + encoded(m_site.repository.name) + std::string(rest);
}

// The answer, whatever its status.
base::Result<Response> Api::call(const Call& call) {
  const bool github = m_site.kind == ForgeKind::github;
  Request request;
  request.method = call.method;
  request.url = call.path.starts_with('/') ? m_site.api_url + call.path : call.path;
  const auto api = parse_url(m_site.api_url), to = parse_url(request.url);
  if (!api || !to || !is_same_server(*api, *to))
    return base::fail(base::ErrorKind::format, m_site.api_url, "names a page on another server");
  request.headers.push_back({"Accept", !call.accept.empty() ? call.accept
                                       : github             ? "application/vnd.github+json"
                                                            : "application/json"});
  if (github) request.headers.push_back({"X-GitHub-Api-Version", "2022-11-28"});
  if (!call.body.empty()) request.headers.push_back({"Content-Type", "application/json"});
  request.body = call.body;
  if (!m_site.token.empty()) request.authorization = (github ? "Bearer " : "token ") + m_site.token;
  return exchange(m_transport, m_budget, request);
}

// The forge's message is its own, and may repeat the token.
tl::unexpected<base::Error> Api::failure(const Call& asked, const Response& response) const {
  const auto url = parse_url(asked.path.starts_with('/') ? m_site.api_url + asked.path : asked.path);
  return base::fail(kind_of(response.status), asked.method + " " + (url ? url->shown() : ""),
                    without_secret(describe(response), m_site.token));
}

// The answer of that status; any other is the error.
base::Result<Response> Api::call_for(const Call& asked, int good_status) {
  auto response = call(asked);
  if (!response || response->status == good_status) return response;
  return failure(asked, *response);
}

base::Result<Author> Api::author() {
  constexpr auto k_wanted = std::to_array<std::string_view>({"/id", "/login"});
  const Call asked{"GET", "/user"};
  const auto assumed = m_site.kind == ForgeKind::github ? Author{0, "github-actions[bot]", true}
                                                        : Author{k_forgejo_actions_id, "forgejo-actions", true};
  const auto response = call(asked);
  if (!response) return tl::unexpected(response.error());
  if (response->status == 403 || response->status == 404) return assumed;
  if (response->status != 200) return failure(asked, *response);
  const auto fields = read_json_fields(response->body, k_wanted);
  const auto place = "GET " + m_site.api_url + "/user";
  if (!fields) return not_understood(place, fields.error().message());
  Author author{fields->number("/id").value_or(0), fields->text("/login")};
  if (author.login.empty() && author.id == 0) return not_understood(place, "it names no user");
  return author;
}

// GitHub names the next page. Forgejo of 2024 gives all comments at once, whatever page is asked for; should a newer
// one give pages, they end where nothing new comes.
base::Result<std::vector<Comment>> Api::comments(std::int64_t pull_request) {
  const bool github = m_site.kind == ForgeKind::github;
  const auto path = repository_path("/issues/" + std::to_string(pull_request) + "/comments");
  std::vector<Comment> comments;
  std::set<std::int64_t> seen;
  Call page{"GET", path + (github ? "?per_page=100" : "?limit=50&page=1")};
  for (int number = 1; number <= k_most_pages; ++number) {
    const auto response = call_for(page, 200);
    if (!response) return tl::unexpected(response.error());
    const auto fields = read_json_fields(response->body, k_wanted_of_comments);
    const auto place = "GET " + m_site.api_url + path;
    if (!fields) return not_understood(place, fields.error().message());
    if (!fields->is_list()) return not_understood(place, "not a list of comments");
    const auto before = comments.size();
    for (std::size_t i = 0; i < fields->list_size(); ++i) {
      auto comment = comment_at(*fields, "/" + std::to_string(i));
      if (comment.id == 0) return not_understood(place, "a comment without an id");
      if (seen.insert(comment.id).second) comments.push_back(std::move(comment));
    }
    page.path = github ? next_page(response->header("link")) : path + "?limit=50&page=" + std::to_string(number + 1);
    const bool all = response->header("x-total-count") == std::to_string(comments.size());
    if (page.path.empty() || comments.size() == before || (!github && all)) break;
  }
  std::sort(comments.begin(), comments.end(), [](const Comment& a, const Comment& b) { return a.id < b.id; });
  return comments;
}

base::Result<Comment> Api::send_comment(std::string method, std::string path, std::string_view body) {
  const auto length = comment_length(body);
  if (length > k_comment_limit)
    return base::fail(base::ErrorKind::usage, "comment",
                      std::to_string(length) + " characters, of which " + std::to_string(k_comment_limit) + " may be");
  const bool creates = method == "POST";
  const auto place = method + " " + m_site.api_url + path;
  const auto response =
      call_for({std::move(method), std::move(path), "{\"body\":" + json_string(body) + "}"}, creates ? 201 : 200);
  if (!response) return tl::unexpected(response.error());
  const auto fields = read_json_fields(response->body, k_wanted_of_comment);
  if (!fields) return not_understood(place, fields.error().message());
  auto comment = comment_at(*fields, "");
  if (comment.id == 0) return not_understood(place, "a comment without an id");
  return comment;
}

base::Result<Comment> Api::create_comment(std::int64_t pull_request, std::string_view body) {
  return send_comment("POST", repository_path("/issues/" + std::to_string(pull_request) + "/comments"), body);
}

base::Result<Comment> Api::update_comment(std::int64_t comment, std::string_view body) {
  return send_comment("PATCH", repository_path("/issues/comments/" + std::to_string(comment)), body);
}

base::Result<void> Api::delete_comment(std::int64_t comment) {
  const auto response = call_for({"DELETE", repository_path("/issues/comments/" + std::to_string(comment))}, 204);
  if (response || response.error().kind == base::ErrorKind::not_found) return {};
  return tl::unexpected(response.error());
}

base::Result<void> Api::set_status(std::string_view commit, const Status& status) {
  if (!is_commit(commit))
    return base::fail(base::ErrorKind::usage, "status", base::quoted(commit) + " is not a commit");
  if (!status.url.empty() && !parse_url(status.url))
    return base::fail(base::ErrorKind::usage, "status", base::quoted(status.url) + " is not an address");
  auto body = "{\"state\":" + json_string(name_of(status.state)) + ",\"context\":" + json_string(status.context) +
              ",\"description\":" + json_string(shortened(status.description, k_description_limit));
  if (!status.url.empty()) body += ",\"target_url\":" + json_string(status.url);
  const auto response = call_for({"POST", repository_path("/statuses/" + std::string(commit)), body + "}"}, 201);
  if (!response) return tl::unexpected(response.error());
  return {};
}

base::Result<PullRequest> Api::pull_request(std::int64_t number) {
  const auto path = repository_path("/pulls/" + std::to_string(number));
  const auto response = call_for({"GET", path}, 200);
  if (!response) return tl::unexpected(response.error());
  const auto place = "GET " + m_site.api_url + path;
  const auto fields = read_json_fields(response->body, k_wanted_of_pull_request);
  if (!fields) return not_understood(place, fields.error().message());
  auto found = pull_request_at(*fields, "");
  if (found.number != number || found.head.empty()) return not_understood(place, "not that pull request");
  return found;
}

base::Result<std::optional<PullRequest>> Api::find_pull_request(const std::string& head_repository,
                                                                const std::string& head_ref, std::string_view head) {
  const auto owner = head_repository.substr(0, head_repository.find('/'));
  // Forgejo does not know "head", and gives all that are open.
  const auto path = repository_path("/pulls");
  const auto query = "?state=open&head=" + encoded(owner) + ":" + encoded(head_ref) +
                     (m_site.kind == ForgeKind::github ? "&per_page=100" : "&limit=50");
  const auto response = call_for({"GET", path + query}, 200);
  if (!response) return tl::unexpected(response.error());
  const auto fields = read_json_fields(response->body, k_wanted_of_pull_requests);
  const auto place = "GET " + m_site.api_url + path;
  if (!fields) return not_understood(place, fields.error().message());
  for (std::size_t i = 0; i < fields->list_size(); ++i) {
    auto found = pull_request_at(*fields, "/" + std::to_string(i));
    if (found.number > 0 && found.head == head && found.head_ref == head_ref &&
        found.head_repository == head_repository)
      return found;
  }
  return std::nullopt;
}

base::Result<std::string> Api::diff(std::int64_t pull_request) {
  const bool github = m_site.kind == ForgeKind::github;
  const auto path = repository_path("/pulls/" + std::to_string(pull_request) + (github ? "" : ".diff"));
  auto response = call_for({"GET", path, "", github ? "application/vnd.github.diff" : "text/plain"}, 200);
  if (!response) return tl::unexpected(response.error());
  // A page of a proxy or a log-in is none.
  if (!response->body.empty() && !response->body.starts_with("diff --git "))
    return not_understood("GET " + m_site.api_url + path, "not a diff");
  return std::move(response->body);
}

}  // namespace covey::forge
