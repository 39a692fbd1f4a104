// File names as they may be shown: any byte but a slash can stand in one, a terminal's control sequences among them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace covey::base {

// `text` with every character that Python calls not printable, and every byte that is not UTF-8, replaced by "?".
// Characters that no version of Unicode has assigned yet are left, but for whole planes of them.
std::string printable(std::string_view text);

// `text` with escapes (\x1b, \u202e) for what could command a terminal, pass for another line or turn the direction of
// what follows, for bytes that are not UTF-8, and for what command_in() finds. All else stays, tabs and every kind of
// space among it.
std::string harmless(std::string_view text);

// Where in a line of a job's log the forge's runner would read a command to it ("::add-mask::x", "##[group]"); npos
// where it would not.
std::size_t command_in(std::string_view line);

// `text` between quotes as Python's repr shows it, which is how coverage.py's messages name files.
std::string quoted(std::string_view text);

// The number of code points, which is what Python's str.format pads by.
std::size_t length_of(std::string_view text);

}  // namespace covey::base
