#include <algorithm>
#include <covey/forge/comment.hpp>
#include <covey/forge/marker.hpp>
#include <iterator>
#include <utility>
#include <vector>

namespace covey::forge {

namespace {

// One posting: whose comments are looked for, and what is to stand in the one that stays.
struct Posting {
  Api& api;
  std::int64_t pull_request;
  std::string_view project;
  std::string body;
  Author author;

  // The project's comments, oldest first.
  base::Result<std::vector<Comment>> own_comments() const {
    auto comments = api.comments(pull_request);
    if (!comments) return comments;
    std::erase_if(*comments, [&](const Comment& comment) {
      return !has_marker(comment.body, project) || !author.is(comment.author);
    });
    return comments;
  }
};

// All but the one that stays; whatever cannot be deleted is left.
void remove_others(const Posting& posting, const std::vector<Comment>& comments, PostedComment& posted) {
  for (const auto& comment : comments) {
    if (comment.id == posted.id) continue;
    const auto done = posting.api.delete_comment(comment.id);
    if (done) ++posted.removed;
    if (!done && !posted.not_removed) posted.not_removed = done.error();
  }
}

PostedComment as_posted(const Comment& comment, bool created) { return {comment.id, comment.url, created}; }

// Another job may have posted one at the same time, or the token's author is only known now. The job whose comment is
// the younger sees both, so it alone has to write its text into the older.
base::Result<PostedComment> settle(Posting posting, const Comment& created) {
  auto posted = as_posted(created, true);
  if (posting.author.assumed) posting.author = created.author;
  auto comments = posting.own_comments();
  if (!comments) {
    posted.not_removed = comments.error();
    return posted;
  }
  if (comments->empty() || comments->front().id >= created.id) {
    remove_others(posting, *comments, posted);
    return posted;
  }
  const auto updated = posting.api.update_comment(comments->front().id, posting.body);
  if (!updated) {
    posted.not_removed = updated.error();
    return posted;
  }
  posted = as_posted(*updated, false);
  remove_others(posting, *comments, posted);
  return posted;
}

}  // namespace

base::Result<PostedComment> post_comment(Api& api, std::int64_t pull_request, std::string_view project,
                                         std::string_view text) {
  Posting posting{api, pull_request, project, with_marker(text, project), {}};
  if (const auto length = comment_length(posting.body); length > k_comment_limit)
    return base::fail(base::ErrorKind::usage, "comment",
                      std::to_string(length) + " characters, of which " + std::to_string(k_comment_limit) + " may be");
  const auto author = api.author();
  if (!author) return tl::unexpected(author.error());
  posting.author = *author;
  const auto comments = posting.own_comments();
  if (!comments) return tl::unexpected(comments.error());

  for (std::size_t i = 0; i < comments->size(); ++i) {
    const auto updated = api.update_comment((*comments)[i].id, posting.body);
    // Deleted just now; or another CI's, which the token's author was taken for.
    const bool passed_over = !updated && (updated.error().kind == base::ErrorKind::not_found ||
                                          (author->assumed && updated.error().kind == base::ErrorKind::usage));
    if (passed_over) continue;
    if (!updated) return tl::unexpected(updated.error());
    auto posted = as_posted(*updated, false);
    remove_others(posting, {comments->begin() + static_cast<std::ptrdiff_t>(i), comments->end()}, posted);
    return posted;
  }
  const auto created = api.create_comment(pull_request, posting.body);
  if (!created) return tl::unexpected(created.error());
  return settle(std::move(posting), *created);
}

}  // namespace covey::forge
