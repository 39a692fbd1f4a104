// The lines of a CI log as the program wrote them: without what a runner, a terminal or a download put around them.
#pragma once

#include <string>
#include <string_view>

namespace covey::audit {

// Walks over a log's lines. Taken off are a byte order mark, the columns "job, step" of `gh run view --log`, a runner's
// timestamp ("2026-04-13T06:53:37.1234567Z "), ANSI escape sequences, what a carriage return has overwritten, and
// blanks at the end. Lines over 64 KiB are cut there. Whatever the bytes are, it ends.
class LogLines {
 public:
  // The text must outlive it.
  explicit LogLines(std::string_view text) : m_rest(text) {}

  // Whether there was one more; line() is it then.
  bool next();
  std::string_view line() const { return m_line; }  // until the next call of next()
  int number() const { return m_number; }           // of the line, from 1

 private:
  std::string_view m_rest;
  std::string_view m_line;
  std::string m_cleaned;  // where the line had something in its middle
  int m_number = 0;
};

// Whether the text begins with a timestamp as runners write it; its length, with the blank after it, or 0.
std::size_t timestamp_length(std::string_view text);

}  // namespace covey::audit
