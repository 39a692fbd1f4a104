// What a comment and a commit status are known again by, and how long they may be.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace covey::forge {

inline constexpr std::size_t k_comment_limit = 65'000;   // comment_length() of a whole comment; GitHub takes 65,536
inline constexpr std::size_t k_description_limit = 140;  // code points of a status's description: GitHub's limit

// The marker that a project's comment begins with: "<!-- covey:PROJECT -->". What could end it, or be read as part of
// another one, stands in it as %XX, so that two projects never have the same marker; a very long name is cut, and has
// its digest behind it.
std::string marker(std::string_view project);

// Whether the comment begins with the project's marker. One further down, as a file's name may bring it, does not
// count.
bool has_marker(std::string_view comment, std::string_view project);

// `text` with the project's marker on a line of its own before it, where it does not begin with it already.
std::string with_marker(std::string_view text, std::string_view project);

// The name of the project's commit status: "covey/PROJECT", unprintable characters replaced, 255 code points at most.
std::string status_context(std::string_view project);

// `text` in one line of `limit` code points or fewer, "…" at its end where something is cut off.
std::string shortened(std::string_view text, std::size_t limit);

// How long the forges will find a comment: in UTF-16 code units, which are never fewer than characters.
std::size_t comment_length(std::string_view text);

// `text` where its comment_length() is within `limit`; else as many whole lines of it as leave room for `end`, and
// `end`. A first line that is too long by itself is cut within. Tags and code blocks left open by the cut are for `end`
// to close.
std::string cut_comment(std::string_view text, std::size_t limit, std::string_view end);

}  // namespace covey::forge
