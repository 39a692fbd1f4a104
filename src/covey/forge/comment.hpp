// A project's one comment on a pull request, updated in place.
#pragma once

#include <covey/base/result.hpp>
#include <covey/forge/api.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace covey::forge {

struct PostedComment {
  std::int64_t id = 0;
  std::string url;       // its place on the forge's page; empty where the forge does not say
  bool created = false;  // else one of before was updated
  int removed = 0;       // duplicates deleted
  // Why duplicates may be left: the comment itself is posted.
  std::optional<base::Error> not_removed = {};
};

// Makes `text`, with the project's marker before it, the project's one comment on the pull request. Where the token's
// author has comments with that marker, the oldest is updated and the others are deleted; else one is posted, and
// looked for again, for another job may have posted one at the same time: the oldest stays, with this text. Comments of
// others are left alone whatever they begin with. Fails as Api's calls do, and with ErrorKind::usage where the comment
// is longer than k_comment_limit.
base::Result<PostedComment> post_comment(Api& api, std::int64_t pull_request, std::string_view project,
                                         std::string_view text);

}  // namespace covey::forge
