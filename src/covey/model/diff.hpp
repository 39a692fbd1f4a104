// What lies between two trees of files: which lines of a file are new, and where its old ones went.
#pragma once

#include <covey/model/line_set.hpp>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace covey::model {

// One place where two texts differ: `removed` stood where `added` stands now. Lines are without their "\n".
struct Change {
  int old_start = 1;  // the first line removed, 1-based; where none is, the old line that `added` stands before
  int new_start = 1;  // the first line added; where none is, the new line that `removed` stood before
  std::vector<std::string> removed;
  std::vector<std::string> added;

  int old_end() const { return old_start + static_cast<int>(removed.size()); }  // the first line after it
  int new_end() const { return new_start + static_cast<int>(added.size()); }
  friend bool operator==(const Change&, const Change&) = default;
};

enum class FileKind {
  modified,
  added,
  deleted,
  renamed,  // and perhaps changed
  copied,   // and perhaps changed: only changed lines count as added
};

// One file of a diff. Invariant: changes are ascending, do not touch, and lie as far apart in the old text as in the
// new.
struct FileDiff {
  FileKind kind = FileKind::modified;
  std::string old_name;           // from the tree's root; empty where added
  std::string new_name;           // empty where deleted
  bool is_binary = false;         // then nothing is known of its lines
  std::vector<Change> changes{};  // without unchanged lines around them

  // `new_name`, or `old_name` of a deleted one.
  const std::string& name() const { return new_name.empty() ? old_name : new_name; }
  // Lines of the new text that the old one has not at this place. They may have been moved: see moved_lines.hpp.
  LineSet added_lines() const;
  LineSet removed_lines() const;  // of the old text
  // Where a line of one text stands in the other; 0 where it does not, for lines below 1, and in binary files. Lines
  // past the text's end, which is not known here, are taken for unchanged ones.
  int new_line_of(int old_line) const;
  int old_line_of(int new_line) const;
  friend bool operator==(const FileDiff&, const FileDiff&) = default;
};

// A value. Files that are not named did not change. Invariant: ordered by name(); no file is twice in it.
struct Diff {
  std::vector<FileDiff> files;

  void sort();  // by name()
  // What became of the files of the old tree, by their names there. Copies are not among them: the original is where
  // it was. Pointers into `files`.
  std::map<std::string_view, const FileDiff*> by_old_name() const;
  friend bool operator==(const Diff&, const Diff&) = default;
};

}  // namespace covey::model
