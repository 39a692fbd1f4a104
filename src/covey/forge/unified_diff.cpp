#include <algorithm>
#include <charconv>
#include <covey/base/printable.hpp>
#include <covey/forge/diff_names.hpp>
#include <covey/forge/unified_diff.hpp>
#include <set>

namespace covey::forge {

namespace {

using model::Change;
using model::FileDiff;
using model::FileKind;

constexpr int k_last_line = 1 << 24;
constexpr std::string_view k_null = "/dev/null";

// Takes `prefix` off the front of `text`; false where it is not there.
bool take(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

bool take_number(std::string_view& text, int& number) {
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || number < 0 || number > k_last_line) return false;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return true;
}

// One side of a hunk's header: "12,3", or "12" for one line.
struct Side {
  int start = 0;
  int count = 1;

  bool take_from(std::string_view& text) {
    return take_number(text, start) && (!take(text, ",") || take_number(text, count)) && start + count <= k_last_line;
  }
  // Of no lines it names the one before.
  int first() const { return count == 0 ? start + 1 : start; }
};

// The text's lines, without their ends, with one line to look ahead to.
class Lines {
 public:
  explicit Lines(std::string_view text) : m_rest(text) {}

  // A diff that was converted has "\r" at its headers' ends, where git never has one.
  void drop_carriage_returns() { m_drop = true; }
  bool at_end() const { return m_rest.empty(); }
  int number() const { return m_number; }  // of the line last taken
  std::string_view peek() const {
    auto line = m_rest.substr(0, m_rest.find('\n'));
    if (m_drop && line.ends_with('\r')) line.remove_suffix(1);
    return line;
  }
  std::string_view take() {
    auto line = peek();
    m_rest.remove_prefix(std::min(m_rest.find('\n'), m_rest.size() - 1) + 1);
    ++m_number;
    return line;
  }

 private:
  std::string_view m_rest;
  int m_number = 0;
  bool m_drop = false;
};

// What the headers of one file tell.
struct Headers {
  bool is_git = false;
  std::optional<std::pair<std::string, std::string>> git_names;
  std::string old_side, new_side;    // after "--- " and "+++ "
  std::string moved_from, moved_to;  // after "rename from" or "copy from", and "to"
  FileKind kind = FileKind::modified;
  std::string mode;  // the last one named
  bool is_binary = false;
  bool old_is_empty = false, new_is_empty = false;  // by its hunks
};

// Symbolic links and submodules: their text is a path or a commit.
bool is_source(const Headers& headers) { return !headers.mode.starts_with("120") && !headers.mode.starts_with("160"); }

// Names without prefixes; both are there, also of a file that was added or deleted.
std::pair<std::string, std::string> names_of(const Headers& headers) {
  if (!headers.moved_from.empty() && !headers.moved_to.empty()) return {headers.moved_from, headers.moved_to};
  if (headers.git_names) return without_prefixes(headers.git_names->first, headers.git_names->second);
  if (headers.old_side == k_null) return {without_prefix(headers.new_side), without_prefix(headers.new_side)};
  if (headers.new_side == k_null) return {without_prefix(headers.old_side), without_prefix(headers.old_side)};
  auto [old_name, new_name] = without_prefixes(headers.old_side, headers.new_side);
  // Of "a.py.orig" and "a.py" the second is the file, as it is for patch.
  return {headers.is_git ? old_name : new_name, new_name};
}

FileKind kind_of(const Headers& headers) {
  if (headers.kind != FileKind::modified) return headers.kind;
  const bool plain = !headers.is_git;
  if (headers.old_side == k_null || (plain && headers.old_is_empty)) return FileKind::added;
  if (headers.new_side == k_null || (plain && headers.new_is_empty)) return FileKind::deleted;
  return FileKind::modified;
}

class Parser {
 public:
  Parser(std::string_view text, std::string name) : m_lines(text), m_name(std::move(name)) {}

  base::Result<UnifiedDiff> parse() {
    while (!m_lines.at_end()) {
      const auto line = m_lines.take();
      if (line.find_first_not_of(" \t\r\f") != line.npos) m_is_blank = false;
      if (auto read = read_line(line); !read) return tl::unexpected(read.error());
    }
    if (auto ended = end_file(); !ended) return tl::unexpected(ended.error());
    if (!m_any_file && !m_is_blank) return base::fail(base::ErrorKind::format, m_name, "not a unified diff");
    return sorted();
  }

 private:
  tl::unexpected<base::Error> fail(const std::string& what) const {
    return base::fail(base::ErrorKind::format, m_name + ":" + std::to_string(m_lines.number()), what);
  }

  base::Result<void> read_line(std::string_view line) {
    std::string_view rest = line;
    if (take(rest, "diff --git ")) return begin_git_file(rest);
    if (line.starts_with("diff --cc ") || line.starts_with("diff --combined ") || line.starts_with("@@@ "))
      return fail("a combined diff, of a merge: give the diff against one of its parents");
    if (line.starts_with("@@ -")) return read_hunk(line);
    if (line.starts_with("--- ") && m_lines.peek().starts_with("+++ ")) return read_sides(line);
    if (m_in_git_headers) return read_git_header(line);
    return {};
  }

  base::Result<void> begin_git_file(std::string_view names) {
    if (auto ended = end_file(); !ended) return ended;
    if (!m_any_file && names.ends_with('\r')) {
      m_lines.drop_carriage_returns();
      names.remove_suffix(1);
    }
    begin_file();
    m_in_git_headers = true;
    m_headers.is_git = true;
    m_headers.git_names = git_header_names(names);
    return {};
  }

  void begin_file() {
    m_any_file = m_in_file = true;
    m_headers = {};
    m_file = {};
    m_context.clear();
    m_shift = 0;
    m_old_end = 1;
  }

  base::Result<void> read_sides(std::string_view line) {
    if (!m_in_git_headers) {
      if (auto ended = end_file(); !ended) return ended;
      if (!m_any_file && line.ends_with('\r')) {
        m_lines.drop_carriage_returns();
        line.remove_suffix(1);
      }
      begin_file();
    }
    auto old_side = header_name(line.substr(4));
    auto new_side = header_name(m_lines.take().substr(4));
    if (!old_side || !new_side) return fail("a name whose quotes do not end");
    m_headers.old_side = *old_side;
    m_headers.new_side = *new_side;
    m_in_git_headers = false;
    return {};
  }

  base::Result<void> read_git_header(std::string_view line) {
    auto moved = [&](std::string& name, FileKind kind) -> base::Result<void> {
      auto read = header_name(line);
      if (!read) return fail("a name whose quotes do not end");
      name = *read;
      m_headers.kind = kind;
      return {};
    };
    if (take(line, "rename from ")) return moved(m_headers.moved_from, FileKind::renamed);
    if (take(line, "rename to ")) return moved(m_headers.moved_to, FileKind::renamed);
    if (take(line, "copy from ")) return moved(m_headers.moved_from, FileKind::copied);
    if (take(line, "copy to ")) return moved(m_headers.moved_to, FileKind::copied);
    if (take(line, "new file mode ")) {
      m_headers.kind = FileKind::added;
      m_headers.mode = line;
    } else if (take(line, "deleted file mode ")) {
      m_headers.kind = FileKind::deleted;
      m_headers.mode = line;
    } else if (take(line, "new mode ")) {
      m_headers.mode = line;
    } else if (take(line, "index ")) {
      // "index 1234..5678 100644", the mode only where it did not change.
      if (auto blank = line.find(' '); blank != line.npos) m_headers.mode = line.substr(blank + 1);
    } else if (line.starts_with("Binary files ") || line == "GIT binary patch") {
      m_headers.is_binary = true;
    }
    return {};
  }

  base::Result<void> read_hunk(std::string_view header) {
    std::string_view rest = header;
    Side old_side, new_side;
    if (!take(rest, "@@ -") || !old_side.take_from(rest) || !take(rest, " +") || !new_side.take_from(rest) ||
        !take(rest, " @@"))
      return fail("not a hunk's header: " + base::harmless(header.substr(0, 80)));
    if (!m_in_file || m_headers.is_binary) return fail("a hunk of no file");
    if (m_in_git_headers) return fail("a hunk without \"---\" and \"+++\" before it");
    const int old_line = old_side.first(), new_line = new_side.first();
    if (old_line < m_old_end || old_line < 1) return fail("a hunk that begins before the last one ends");
    if (new_line - old_line != m_shift) return fail("a hunk that does not lie where the ones before it put it");
    m_headers.old_is_empty = old_side.count == 0 && old_side.start == 0;
    m_headers.new_is_empty = new_side.count == 0 && new_side.start == 0;
    return read_hunk_lines({old_line, old_side.count}, {new_line, new_side.count});
  }

  // `start` of a side is the next line, `count` how many are left.
  base::Result<void> read_hunk_lines(Side old_side, Side new_side) {
    while (old_side.count > 0 || new_side.count > 0) {
      if (m_lines.at_end()) return fail("the hunk is cut off");
      const auto line = m_lines.take();
      // Some programs take the blank off an empty line of context.
      const char mark = line.empty() ? ' ' : line[0];
      const auto text = line.substr(line.empty() ? 0 : 1);
      if (mark == '\\') continue;  // "\ No newline at end of file"
      if (mark == ' ' && old_side.count > 0 && new_side.count > 0) {
        m_context.push_back({new_side.start, std::string(text)});
      } else if (mark == '-' && old_side.count > 0) {
        change_at(old_side.start, new_side.start).removed.emplace_back(text);
      } else if (mark == '+' && new_side.count > 0) {
        change_at(old_side.start, new_side.start).added.emplace_back(text);
      } else {
        return fail("the hunk has not the lines that its header tells of");
      }
      const int of_old = mark == '+' ? 0 : 1, of_new = mark == '-' ? 0 : 1;
      old_side = {old_side.start + of_old, old_side.count - of_old};
      new_side = {new_side.start + of_new, new_side.count - of_new};
    }
    m_old_end = old_side.start;
    m_shift = new_side.start - old_side.start;
    return {};
  }

  // The change that a line at these places belongs to: the last one, where it ends there.
  Change& change_at(int old_line, int new_line) {
    auto& changes = m_file.changes;
    if (changes.empty() || changes.back().old_end() != old_line || changes.back().new_end() != new_line)
      changes.push_back({old_line, new_line, {}, {}});
    return changes.back();
  }

  base::Result<void> end_file() {
    m_in_git_headers = false;
    if (!std::exchange(m_in_file, false) || !is_source(m_headers)) return {};
    auto [old_name, new_name] = names_of(m_headers);
    m_file.kind = kind_of(m_headers);
    m_file.is_binary = m_headers.is_binary;
    const bool has_old = m_file.kind != FileKind::added, has_new = m_file.kind != FileKind::deleted;
    if (has_old) m_file.old_name = old_name;
    if (has_new) m_file.new_name = new_name;
    // A file whose mode alone changed is as it was.
    if (m_file.kind == FileKind::modified && m_file.changes.empty() && !m_file.is_binary) return {};
    if ((has_old && old_name.empty()) || (has_new && new_name.empty())) return fail("cannot tell the file's name");
    for (const auto& name : {old_name, new_name})
      if (!is_below_tree(name)) return fail(base::harmless(name) + " does not lie in the tree");
    const bool takes_old = has_old && m_file.kind != FileKind::copied;
    if ((has_new && !m_new_names.insert(new_name).second) || (takes_old && !m_old_names.insert(old_name).second))
      return fail(base::harmless(m_file.name()) + " is here twice: give one diff, not a series of them");
    m_context_of.emplace_back(m_file.name(), std::move(m_context));
    m_diff.files.push_back(std::move(m_file));
    return {};
  }

  UnifiedDiff sorted() {
    UnifiedDiff sorted{std::move(m_diff), {}};
    // Stable, both: where a renamed file took the place of one that was deleted, two have one name.
    auto by_name = [](const auto& a, const auto& b) { return a.first < b.first; };
    std::stable_sort(m_context_of.begin(), m_context_of.end(), by_name);
    std::stable_sort(sorted.diff.files.begin(), sorted.diff.files.end(),
                     [](const auto& a, const auto& b) { return a.name() < b.name(); });
    for (auto& [name, context] : m_context_of) sorted.context.push_back(std::move(context));
    return sorted;
  }

  Lines m_lines;
  std::string m_name;
  bool m_is_blank = true;
  bool m_any_file = false;
  bool m_in_file = false;
  bool m_in_git_headers = false;  // after "diff --git" and before "---"
  Headers m_headers;
  FileDiff m_file;
  std::vector<ContextLine> m_context;
  int m_shift = 0;    // by how much new lines lie behind old ones, after the last hunk
  int m_old_end = 1;  // the first old line after it
  model::Diff m_diff;
  std::vector<std::pair<std::string, std::vector<ContextLine>>> m_context_of;
  std::set<std::string> m_old_names, m_new_names;
};

// Lines of a text by number, as far as they are asked for in ascending order.
class TextLines {
 public:
  explicit TextLines(std::string_view text) : m_rest(text) {}

  std::optional<std::string_view> line(int number) {
    while (m_number < number) {
      if (m_rest.empty()) return std::nullopt;
      m_line = m_rest.substr(0, m_rest.find('\n'));
      m_rest.remove_prefix(std::min(m_line.size() + 1, m_rest.size()));
      ++m_number;
    }
    return m_line;
  }

 private:
  std::string_view m_rest, m_line;
  int m_number = 0;
};

std::string_view without_return(std::string_view line) {
  return line.ends_with('\r') ? line.substr(0, line.size() - 1) : line;
}

// The first line of the new text that is not as the diff has it; 0 where there is none.
int first_difference(const FileDiff& file, const std::vector<ContextLine>& context, std::string_view source) {
  std::vector<std::pair<int, std::string_view>> known;
  for (const auto& line : context) known.emplace_back(line.line, line.text);
  for (const auto& change : file.changes)
    for (std::size_t i = 0; i < change.added.size(); ++i)
      known.emplace_back(change.new_start + static_cast<int>(i), change.added[i]);
  std::sort(known.begin(), known.end());
  TextLines lines(source);
  for (const auto& [number, text] : known) {
    auto line = lines.line(number);
    if (!line || without_return(*line) != without_return(text)) return number;
  }
  return 0;
}

}  // namespace

base::Result<UnifiedDiff> parse_unified_diff(std::string_view text, const std::string& name) {
  return Parser(text, name).parse();
}

base::Result<void> check_applies(const UnifiedDiff& diff, const SourceOf& source_of) {
  for (std::size_t i = 0; i < diff.diff.files.size(); ++i) {
    const auto& file = diff.diff.files[i];
    if (file.kind == FileKind::deleted || file.is_binary) continue;
    auto source = source_of(file.new_name);
    if (!source) continue;
    if (int line = first_difference(file, diff.context[i], *source); line > 0)
      return base::fail(base::ErrorKind::format, "",
                        "does not apply: " + base::harmless(file.new_name) + ":" + std::to_string(line));
  }
  return {};
}

}  // namespace covey::forge
