// The parts of Forgejo's and GitHub's APIs that a report's way to its readers takes. Gitea's are as Forgejo's.
#pragma once

#include <covey/base/result.hpp>
#include <covey/forge/exchange.hpp>
#include <covey/forge/http.hpp>
#include <covey/forge/site.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace covey::forge {

struct Author {
  std::int64_t id = 0;  // 0 where it is not known
  std::string login;
  // The forge does not tell this token who it is, and this is whom a CI's own token posts as. A comment that was posted
  // tells better.
  bool assumed = false;

  // Whether both are the same: by id where both have one, else by login, in which case does not count.
  bool is(const Author& other) const;
};

struct Comment {
  std::int64_t id = 0;
  Author author;
  std::string body;
  std::string url;  // its place on the forge's page; empty where the forge does not say
};

enum class State { success, failure, error, pending };

// "success", "failure", "error" or "pending".
std::string_view name_of(State state);

struct Status {
  State state = State::success;
  std::string context;      // what it is known by: status_context()
  std::string description;  // longer than k_description_limit it is shortened()
  std::string url = {};     // where the details are, of http or https; empty for nowhere
};

struct PullRequest {
  std::int64_t number = 0;
  std::string head, head_ref;   // a commit and its branch
  std::string base, base_ref;   // the target branch's commit as the forge last looked, and its name
  std::string merge_base;       // the commit that both have; empty where the forge does not say (GitHub)
  std::string head_repository;  // "owner/name"; empty where it was deleted
};

// Each call is sent as exchange() sends it. It fails with one line that names the request and what the forge said of
// it, the token never: ErrorKind::usage where the token does not do (401, 403), not_found for 404, format where the
// answer is not understood, io for all else.
class Api {
 public:
  // Both must live longer than this.
  Api(Site site, Transport& transport, const Budget& budget);

  const Site& site() const { return m_site; }

  // Whom the token posts as. One that may not ask (403 or 404: of GitHub's apps, or without the scope) is assumed to be
  // the CI's own: "github-actions[bot]", or Forgejo's user of id -2.
  base::Result<Author> author();

  // All comments of a pull request, oldest first, none twice. Review comments on lines are not among them.
  base::Result<std::vector<Comment>> comments(std::int64_t pull_request);

  // Posts a comment and returns it as the forge has it. Fails with ErrorKind::usage over k_comment_limit, and unsent.
  base::Result<Comment> create_comment(std::int64_t pull_request, std::string_view body);

  // Replaces a comment's body and returns it as the forge has it. Fails as create_comment() does.
  base::Result<Comment> update_comment(std::int64_t comment, std::string_view body);

  // Deletes a comment; fine where it is gone already.
  base::Result<void> delete_comment(std::int64_t comment);

  // Sets the commit's status of that context. Fails with ErrorKind::usage where the commit or the address is none.
  base::Result<void> set_status(std::string_view commit, const Status& status);

  base::Result<PullRequest> pull_request(std::int64_t number);

  // The open pull request whose head is that commit of that branch ("owner/name", "topic"): what a workflow_run does
  // not say of forks. Nothing where there is none among the 100 (Forgejo: 50) that the forge lists first.
  base::Result<std::optional<PullRequest>> find_pull_request(const std::string& head_repository,
                                                             const std::string& head_ref, std::string_view head);

  // The pull request's changes since its merge base, as git's unified diff. GitHub makes none of more than 20,000 lines
  // or 300 files.
  base::Result<std::string> diff(std::int64_t pull_request);

 private:
  struct Call {
    std::string method, path;  // the path within the API, or a whole address
    std::string body = {};
    std::string accept = {};
  };
  base::Result<Response> call(const Call& call);
  tl::unexpected<base::Error> failure(const Call& asked, const Response& response) const;
  base::Result<Response> call_for(const Call& call, int good_status);
  base::Result<Comment> send_comment(std::string method, std::string path, std::string_view body);
  std::string repository_path(std::string_view rest) const;

  Site m_site;
  Transport& m_transport;
  const Budget& m_budget;
};

}  // namespace covey::forge
