// The names of files as the headers of unified diffs have them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace covey::forge {

// What follows "--- " or "+++ ": a name in git's quotes, or all up to a tab (behind which `diff` puts a time). Nothing
// where the quotes do not end or hold what is no escape.
std::optional<std::string> header_name(std::string_view text);

// What follows "diff --git ": the two names, with their prefixes. Nothing where it cannot be told where the first ends:
// names without quotes that differ, as renamed files have, whose names other lines tell.
std::optional<std::pair<std::string, std::string>> git_header_names(std::string_view text);

// Both names without their first parts, where these are what git puts before names ("a/", "b/", and with mnemonic
// prefixes "c/", "i/", "o/", "w/", "1/", "2/"), or any parts before the same rest. Else as they are.
std::pair<std::string, std::string> without_prefixes(const std::string& old_name, const std::string& new_name);

// The name, alone, without a prefix that git may have put there.
std::string without_prefix(const std::string& name);

// Whether it names something below the tree: it is not empty, not absolute, has no ".." in it and no NUL.
bool is_below_tree(std::string_view name);

}  // namespace covey::forge
