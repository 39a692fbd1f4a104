// Which forge, which repository in it, and what may be sent there.
#pragma once

#include <covey/base/result.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace covey::forge {

enum class ForgeKind {
  forgejo,  // Gitea too
  github,   // GitHub Enterprise too
};

// "forgejo" or "github".
std::string_view name_of(ForgeKind kind);

struct RepositoryName {
  std::string owner;
  std::string name;

  std::string full() const { return owner + "/" + name; }
  friend bool operator==(const RepositoryName&, const RepositoryName&) = default;
};

// "owner/name", each of 1 to 100 letters, digits, "-", "_" and ".", but neither "." nor ".."; nothing for any other
// text.
std::optional<RepositoryName> parse_repository_name(std::string_view text);

// Whether the text is a commit's name: 40 or 64 lower-case hex digits, not all of them 0.
bool is_commit(std::string_view text);

// A forge's API, as far as one repository is concerned.
struct Site {
  ForgeKind kind = ForgeKind::forgejo;
  std::string api_url;  // "https://api.github.com", "https://codeberg.org/api/v1"; no slash at its end
  RepositoryName repository;
  std::string token;  // empty where nothing is to prove who asks: public repositories can be read so
};

// `text` as an API's address: http or https, without query, the slashes at its end dropped. Fails with ErrorKind::usage
// where it is none.
base::Result<std::string> parse_api_url(std::string_view text);

}  // namespace covey::forge
