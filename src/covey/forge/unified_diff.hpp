// Unified diffs as text: git's, a forge's `pulls/N.diff`, and plain `diff -u`.
#pragma once

#include <covey/base/result.hpp>
#include <covey/model/diff.hpp>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace covey::forge {

// A line of the new text that the diff shows unchanged, without "\n".
struct ContextLine {
  int line = 0;
  std::string text;

  friend bool operator==(const ContextLine&, const ContextLine&) = default;
};

struct UnifiedDiff {
  model::Diff diff;
  std::vector<std::vector<ContextLine>> context;  // for each of diff.files
};

// The diff in `text`, which errors call `name`; they name the line too: "pr.diff:12: …".
//
// Names are those after "a/" and "b/" (or any two first parts, where the rest is equal) and git's quotes. What is no
// part of a file's diff, such as a commit's message, is passed over; so are symbolic links and submodules, which have
// no source. A diff that went through something that ends lines in CRLF is read as it was before. Blank text is a diff
// of nothing.
//
// Fails on text without any file's diff, hunks that are cut off, overlap or do not lie where the ones before put them,
// lines beyond 16 million, a file that comes twice (a series of patches), names that are absolute or climb out of the
// tree, and combined diffs of merges, which have no one old side. Memory stays in proportion to `text`.
base::Result<UnifiedDiff> parse_unified_diff(std::string_view text, const std::string& name);

// The text of a file of the new tree; nothing for one that is not to be compared.
using SourceOf = std::function<std::optional<std::string>(const std::string& new_name)>;

// Fails with "does not apply: FILE:LINE" at the first line, of those the diff shows in new texts, that is another in
// the source. Ends of lines, "\r\n" or "\n", do not count.
base::Result<void> check_applies(const UnifiedDiff& diff, const SourceOf& source_of);

}  // namespace covey::forge
