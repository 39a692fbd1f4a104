#include <algorithm>
#include <covey/model/moved_lines.hpp>
#include <cstdint>
#include <string_view>
#include <unordered_map>

namespace covey::model {

namespace {

constexpr std::string_view k_blank = " \t\r\f\v";
constexpr std::size_t k_candidates = 32;
// Where so many lines have not the letters that a block needs, none will come of it. Else runs of brackets, for each
// line of them, would be followed to their ends.
constexpr std::size_t k_patience = 32;

// A line that is not blank.
struct Line {
  int file = 0;
  int line = 0;
  int change = 0;          // counted over all files: lines of one follow one another
  std::uint32_t text = 0;  // equal for equal texts
  int letters = 0;         // and digits, in the text
  std::string_view indent;
};

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         static_cast<unsigned char>(c) >= 0x80;
}

// All lines of a diff, with a number for each text.
class Lines {
 public:
  explicit Lines(const Diff& diff) {
    int change_number = 0;
    for (std::size_t i = 0; i < diff.files.size(); ++i) {
      for (const auto& change : diff.files[i].changes) {
        ++change_number;
        const Line place{static_cast<int>(i), 0, change_number, 0, 0, {}};
        append(removed, change.removed, change.old_start, place);
        append(added, change.added, change.new_start, place);
      }
    }
  }

  std::vector<Line> removed, added;

 private:
  void append(std::vector<Line>& to, const std::vector<std::string>& texts, int start, Line line) {
    for (std::size_t i = 0; i < texts.size(); ++i) {
      std::string_view text = texts[i];
      const auto first = text.find_first_not_of(k_blank);
      if (first == text.npos) continue;
      line.line = start + static_cast<int>(i);
      line.indent = text.substr(0, first);
      text = text.substr(first, text.find_last_not_of(k_blank) + 1 - first);
      line.text = m_texts.emplace(text, static_cast<std::uint32_t>(m_texts.size())).first->second;
      line.letters = static_cast<int>(std::count_if(text.begin(), text.end(), is_letter));
      to.push_back(line);
    }
  }

  std::unordered_map<std::string_view, std::uint32_t> m_texts;
};

// How a line was indented: `by` was put before it, or taken away.
struct Shift {
  bool fits = false;
  bool deeper = true;
  std::string_view by;

  friend bool operator==(const Shift&, const Shift&) = default;
};

Shift shift_of(const Line& removed, const Line& added) {
  if (added.indent.ends_with(removed.indent))
    return {true, true, added.indent.substr(0, added.indent.size() - removed.indent.size())};
  if (removed.indent.ends_with(added.indent))
    return {true, false, removed.indent.substr(0, removed.indent.size() - added.indent.size())};
  return {};
}

class Finder {
 public:
  explicit Finder(const Diff& diff) : m_lines(diff), m_used(m_lines.removed.size()) {
    for (std::size_t i = 0; begins_three(m_lines.removed, i) != Begins::too_late; ++i) {
      if (begins_three(m_lines.removed, i) == Begins::no) continue;
      auto& places = m_places[key(m_lines.removed, i)];
      if (places.size() < k_candidates) places.push_back(i);
    }
  }

  std::vector<MovedLine> find() {
    std::vector<MovedLine> moved;
    for (std::size_t i = 0; i < m_lines.added.size();) {
      auto block = longest_at(i);
      for (std::size_t k = 0; k < block.size; ++k) {
        const auto& from = m_lines.removed[block.from + k];
        const auto& to = m_lines.added[i + k];
        m_used[block.from + k] = true;
        moved.push_back({from.file, from.line, to.file, to.line});
      }
      i += std::max<std::size_t>(block.size, 1);
    }
    return moved;
  }

 private:
  enum class Begins { no, yes, too_late };
  struct Block {
    std::size_t from = 0;
    std::size_t size = 0;
  };

  static Begins begins_three(const std::vector<Line>& lines, std::size_t at) {
    if (at + 2 >= lines.size()) return Begins::too_late;
    return lines[at].change == lines[at + 2].change ? Begins::yes : Begins::no;
  }

  // Different threes may share one: what is found by it is compared.
  static std::uint64_t key(const std::vector<Line>& lines, std::size_t at) {
    constexpr std::uint64_t k_mix = 0x9E3779B97F4A7C15;
    return ((lines[at].text * k_mix + lines[at + 1].text) * k_mix + lines[at + 2].text) * k_mix;
  }

  // Whether a block of what is added from there on may have letters enough.
  bool has_letters(std::size_t at) const {
    const auto& lines = m_lines.added;
    int letters = 0;
    for (std::size_t i = at; i < lines.size() && i < at + k_patience && lines[i].change == lines[at].change; ++i) {
      letters += std::min(lines[i].letters, k_moved_letters);
      if (letters >= k_moved_letters) return true;
    }
    return false;
  }

  Block longest_at(std::size_t at) const {
    Block best;
    if (begins_three(m_lines.added, at) != Begins::yes || !has_letters(at)) return best;
    auto found = m_places.find(key(m_lines.added, at));
    if (found == m_places.end()) return best;
    for (std::size_t from : found->second) {
      auto size = size_of(from, at);
      if (size > best.size) best = {from, size};
    }
    return best;
  }

  // Of the block that begins at both places; 0 where it is none.
  std::size_t size_of(std::size_t from, std::size_t at) const {
    const auto shift = shift_of(m_lines.removed[from], m_lines.added[at]);
    std::size_t size = 0;
    int letters = 0;
    while (from + size < m_lines.removed.size() && at + size < m_lines.added.size() && !m_used[from + size]) {
      const auto& removed = m_lines.removed[from + size];
      const auto& added = m_lines.added[at + size];
      if (removed.change != m_lines.removed[from].change || added.change != m_lines.added[at].change) break;
      if (removed.text != added.text || !shift.fits || shift_of(removed, added) != shift) break;
      letters = std::min(letters + removed.letters, k_moved_letters);
      if (++size == k_patience && letters < k_moved_letters) break;
    }
    return size >= k_moved_lines && letters >= k_moved_letters ? size : 0;
  }

  Lines m_lines;
  std::vector<bool> m_used;  // removed lines that are in a block
  std::unordered_map<std::uint64_t, std::vector<std::size_t>> m_places;
};

}  // namespace

std::vector<MovedLine> find_moved_lines(const Diff& diff) { return Finder(diff).find(); }

std::vector<LineSet> new_lines(const Diff& diff, const std::vector<MovedLine>& moved) {
  std::vector<LineSet> lines;
  lines.reserve(diff.files.size());
  for (const auto& file : diff.files) lines.push_back(file.added_lines());
  for (const auto& line : moved) lines[static_cast<std::size_t>(line.new_file)].erase(line.new_line);
  return lines;
}

}  // namespace covey::model
