#include <algorithm>
#include <covey/model/diff.hpp>

namespace covey::model {

namespace {

// The last change that begins at `line` or before, as `start` has it; nullptr where none does.
const Change* last_change(const std::vector<Change>& changes, int line, int Change::*start) {
  auto after = std::upper_bound(changes.begin(), changes.end(), line,
                                [&](int wanted, const Change& change) { return wanted < change.*start; });
  return after == changes.begin() ? nullptr : &*std::prev(after);
}

}  // namespace

LineSet FileDiff::added_lines() const {
  LineSet lines;
  for (const auto& change : changes) lines.insert_range(change.new_start, change.new_end() - 1);
  return lines;
}

LineSet FileDiff::removed_lines() const {
  LineSet lines;
  for (const auto& change : changes) lines.insert_range(change.old_start, change.old_end() - 1);
  return lines;
}

int FileDiff::new_line_of(int old_line) const {
  if (old_line < 1 || is_binary) return 0;
  const auto* change = last_change(changes, old_line, &Change::old_start);
  if (change == nullptr) return old_line;
  return old_line < change->old_end() ? 0 : change->new_end() + (old_line - change->old_end());
}

int FileDiff::old_line_of(int new_line) const {
  if (new_line < 1 || is_binary) return 0;
  const auto* change = last_change(changes, new_line, &Change::new_start);
  if (change == nullptr) return new_line;
  return new_line < change->new_end() ? 0 : change->old_end() + (new_line - change->new_end());
}

void Diff::sort() {
  std::sort(files.begin(), files.end(), [](const auto& a, const auto& b) { return a.name() < b.name(); });
}

std::map<std::string_view, const FileDiff*> Diff::by_old_name() const {
  std::map<std::string_view, const FileDiff*> found;
  for (const auto& file : files)
    if (file.kind != FileKind::added && file.kind != FileKind::copied) found.emplace(file.old_name, &file);
  return found;
}

}  // namespace covey::model
