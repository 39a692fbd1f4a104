// Lines that a diff shows as removed in one place and added in another: they are not new.
//
// The rule is that of `git diff --color-moved=blocks --color-moved-ws=allow-indentation-change` (git-diff's manual,
// under those options), and stricter in three ways. A block is a run of lines, one after the other among those removed
// in one place, that stands in the same order among those added in another, in any file. It counts where
//
//   - its lines are equal but for blanks at either end, and it was indented or outdented as a whole: the same blanks
//   were
//     put before every line, or taken away;
//   - it has at least k_moved_letters letters and digits, git's COLOR_MOVED_MIN_ALNUM_COUNT, so that no run of brackets
//     is a block;
//   - (ours) it has at least k_moved_lines lines, for one line like another is found anywhere;
//   - (ours) none of its removed lines is part of another block: of code that is now in two places one is new.
//
// Blank lines are not looked at. They belong to no block and do not end one. The first of the longest candidates is
// taken; where the same three lines begin in more than 32 places, the first 32 are looked at.
#pragma once

#include <covey/model/diff.hpp>
#include <vector>

namespace covey::model {

inline constexpr int k_moved_lines = 3;
inline constexpr int k_moved_letters = 20;

struct MovedLine {
  int old_file = 0;  // index of the file in Diff::files
  int old_line = 0;
  int new_file = 0;
  int new_line = 0;

  friend auto operator<=>(const MovedLine&, const MovedLine&) = default;
};

// In the order of new places. Takes time in proportion to the lines of the diff.
std::vector<MovedLine> find_moved_lines(const Diff& diff);

// For each file of the diff, by its index, the lines added that were not moved there.
std::vector<LineSet> new_lines(const Diff& diff, const std::vector<MovedLine>& moved);

}  // namespace covey::model
