#include <algorithm>
#include <covey/audit/log_lines.hpp>
#include <covey/audit/pytest_output.hpp>
#include <covey/audit/test_log.hpp>

namespace covey::audit {

namespace {

struct EndWord {
  std::string_view word;
  SessionEnd end;
};

// Of "Session x failed: reason" and, without a reason, of the summary and the blocks of `nox -j`.
constexpr EndWord k_end_words[] = {
    {"success", SessionEnd::success}, {"failed", SessionEnd::failed},           {"skipped", SessionEnd::skipped},
    {"aborted", SessionEnd::aborted}, {"interrupted", SessionEnd::interrupted},
};

bool take(std::string_view& text, std::string_view word) {
  if (!text.starts_with(word)) return false;
  text.remove_prefix(word.size());
  return true;
}

// What nox logs: the text behind "nox > ", and behind "[2026-11-29 15:00:00,123] " where nox was called with -ts.
std::optional<std::string_view> nox_message(std::string_view line) {
  if (!take(line, "nox > ")) return std::nullopt;
  auto stamp = line.find("] ");
  if (line.size() > 5 && line[0] == '[' && line[5] == '-' && stamp != line.npos) line.remove_prefix(stamp + 2);
  return line;
}

// A reason without the time behind it: " (took 2 minutes)".
std::string_view without_duration(std::string_view reason) {
  constexpr std::string_view k_took = " (took ";
  auto took = reason.rfind(k_took);
  return took != reason.npos && reason.ends_with(')') ? reason.substr(0, took) : reason;
}

struct End {
  SessionEnd end;
  std::string_view reason;
};

// The end that `text`, behind "Session <name> ", tells of.
std::optional<End> parse_end(std::string_view text) {
  if (text.starts_with("was successful")) return End{SessionEnd::success, {}};
  if (take(text, "raised exception ")) return End{SessionEnd::failed, text};
  for (const auto& [word, end] : k_end_words) {
    auto rest = text;
    if (!take(rest, word)) continue;
    if (rest.empty() || rest == ".") return End{end, {}};
    if (take(rest, ": ")) {
      if (rest.ends_with('.')) rest.remove_suffix(1);
      return End{end, without_duration(rest)};
    }
  }
  return std::nullopt;
}

struct NamedEnd {
  std::string_view name;
  SessionEnd end;
};

// "name: success, took 3 seconds", "name: skipped (no data)", "name: failed": of the summary and of the blocks.
std::optional<NamedEnd> parse_named_end(std::string_view text) {
  for (const auto& [word, end] : k_end_words) {
    auto at = text.rfind(": " + std::string(word));
    if (at == text.npos) continue;
    auto rest = text.substr(at + 2 + word.size());
    if (rest.empty() || rest.starts_with(", ") || rest.starts_with(" (")) return NamedEnd{text.substr(0, at), end};
  }
  return std::nullopt;
}

// The head of a session's block under `nox -j`: "========== ✓ lint: success, a second ==========".
std::optional<NamedEnd> parse_block_head(std::string_view line) {
  constexpr std::string_view k_rule = "==========";
  if (!take(line, k_rule) || !take(line, " ") || !line.ends_with(k_rule)) return std::nullopt;
  line.remove_suffix(k_rule.size());
  if (!line.ends_with(' ')) return std::nullopt;
  line.remove_suffix(1);
  for (std::string_view symbol : {"✓ ", "⊘ ", "✗ ", "↯ ", "+ ", "- ", "x ", "! "})
    if (take(line, symbol)) return parse_named_end(line);
  return std::nullopt;
}

// Reads line by line. What stands between a pytest's header and its closing line is what its tests printed.
class Reader {
 public:
  void read(std::string_view line, int number);
  // Whether the log ends inside a test run's output in which sessions seemed to start: it was that run that died, and
  // what came after it has to be read again, from first_passed_over() on.
  bool passed_over_sessions() const { return m_pytest_depth > 0 && m_first_passed_over > 0; }
  int first_passed_over() const { return m_first_passed_over; }  // the line's number
  void close_runs();
  std::vector<LoggedSession> finish();

 private:
  LoggedSession& session(std::string_view name, int number);
  void start_anew(std::string_view name, int number);
  void end(std::string_view name, const End& end, int number);
  void read_nox(std::string_view message, int number);
  void read_session_end(std::string_view message, int number);
  void read_block_head(const NamedEnd& head, int number);
  void read_runner(std::string_view line, int number);
  void read_pytest_closing(const PytestClosing& closing, int number);
  void add_run(const model::TestCounts& counts, int number);
  void note_passed_over(std::string_view name, int number);

  std::vector<LoggedSession> m_sessions;
  std::vector<std::string> m_open;         // sessions that go on: one that starts a nox has that one's behind it
  std::string m_block;                     // the session whose block of `nox -j` this is
  int m_pytest_depth = 0;                  // headers without a closing line
  int m_header = 0;                        // the line of the first of these
  std::vector<std::string> m_passed_over;  // sessions that go on in a test run's output
  int m_first_passed_over = 0;             // its line; 0 where there is none in the run that goes on
  std::optional<std::int64_t> m_n_ran;     // of a unittest run whose verdict is to come
};

LoggedSession& Reader::session(std::string_view name, int number) {
  auto found = std::find_if(m_sessions.begin(), m_sessions.end(), [&](const auto& s) { return s.name == name; });
  if (found != m_sessions.end()) return *found;
  m_sessions.push_back({std::string(name), std::nullopt, {}, 0, 0, {}, number});
  return m_sessions.back();
}

void Reader::start_anew(std::string_view name, int number) {
  session(name, number) = {std::string(name), std::nullopt, {}, 0, 0, {}, number};
}

void Reader::close_runs() {
  if (m_pytest_depth > 0) session(m_open.empty() ? m_block : m_open.back(), m_header).n_open_runs = 1;
  m_pytest_depth = 0;
  m_first_passed_over = 0;
  m_passed_over.clear();
  m_n_ran.reset();
}

void Reader::end(std::string_view name, const End& end, int number) {
  close_runs();
  auto& ended = session(name, number);
  ended.end = end.end;
  if (!end.reason.empty()) ended.reason = end.reason;
}

void Reader::note_passed_over(std::string_view name, int number) {
  m_passed_over.emplace_back(name);
  if (m_first_passed_over == 0) m_first_passed_over = number;
}

// `message` is "<name> <how it ended>", of a session that goes on or, in a test run's output, seems to.
void Reader::read_session_end(std::string_view message, int number) {
  auto find_end = [&](std::string_view name) -> std::optional<End> {
    auto rest = message;
    if (!take(rest, name) || !take(rest, " ")) return std::nullopt;
    return parse_end(rest);
  };
  for (auto name = m_passed_over.begin(); name != m_passed_over.end(); ++name) {
    if (!find_end(*name)) continue;
    m_passed_over.erase(name, m_passed_over.end());
    return;
  }
  for (auto name = m_open.begin(); name != m_open.end(); ++name) {
    auto found = find_end(*name);
    if (!found) continue;
    end(*name, *found, number);
    m_open.erase(name, m_open.end());
    return;
  }
}

void Reader::read_nox(std::string_view message, int number) {
  if (take(message, "Running session ")) {
    if (m_pytest_depth > 0) return note_passed_over(message, number);
    // In its block, whose head has told of it already, it starts a first time.
    if (!m_open.empty() || message != m_block) start_anew(message, number);
    if (message != m_block) m_block.clear();
    m_open.emplace_back(message);
  } else if (take(message, "Session ")) {
    read_session_end(message, number);
  } else if (m_pytest_depth == 0 && m_open.empty() && take(message, "* ")) {
    auto listed = parse_named_end(message);
    if (!listed) return;
    auto& found = session(listed->name, number);
    if (!found.end) found.end = listed->end;
  }
}

void Reader::read_block_head(const NamedEnd& head, int number) {
  if (m_pytest_depth > 0) return note_passed_over(head.name, number);
  m_open.clear();
  start_anew(head.name, number);
  end(head.name, {head.end, {}}, number);
  m_block = head.name;
}

void Reader::add_run(const model::TestCounts& counts, int number) {
  auto& session = this->session(m_open.empty() ? m_block : m_open.back(), number);
  ++session.n_runs;
  session.counts += counts;
}

void Reader::read_pytest_closing(const PytestClosing& closing, int number) {
  if (m_pytest_depth > 0) {
    // Without bars it closes a run without a header, which is one of the tests'.
    if (!closing.has_bars || --m_pytest_depth > 0) return;
    m_first_passed_over = 0;
    m_passed_over.clear();
  }
  if (!closing.collected_only) add_run(closing.counts, number);
}

void Reader::read_runner(std::string_view line, int number) {
  if (is_pytest_header(line)) {
    if (m_pytest_depth++ == 0) m_header = number;
  } else if (auto closing = parse_pytest_closing(line)) {
    read_pytest_closing(*closing, number);
  } else if (m_pytest_depth > 0) {
    return;
  } else if (auto ran = parse_unittest_ran(line)) {
    m_n_ran = ran;
  } else if (m_n_ran) {
    auto counts = parse_unittest_verdict(line, *m_n_ran);
    if (!counts) return;
    m_n_ran.reset();
    add_run(*counts, number);
  }
}

void Reader::read(std::string_view line, int number) {
  if (auto message = nox_message(line)) {
    read_nox(*message, number);
  } else if (auto head = parse_block_head(line)) {
    read_block_head(*head, number);
  } else if (auto name = line; m_pytest_depth == 0 && take(name, "Starting session ") && name.ends_with("...")) {
    start_anew(name.substr(0, name.size() - 3), number);
  } else {
    read_runner(line, number);
  }
}

std::vector<LoggedSession> Reader::finish() {
  close_runs();
  return std::move(m_sessions);
}

// How often what seemed to be a test run's output is read again: once a run that died, and no log has many.
constexpr int k_most_second_looks = 16;

}  // namespace

std::vector<LoggedSession> read_test_log(std::string_view text) {
  Reader reader;
  int from = 1;
  for (int look = 0; look <= k_most_second_looks; ++look) {
    LogLines lines(text);
    while (lines.next())
      if (lines.number() >= from) reader.read(lines.line(), lines.number());
    if (!reader.passed_over_sessions()) break;
    from = reader.first_passed_over();
    reader.close_runs();
  }
  return reader.finish();
}

}  // namespace covey::audit
