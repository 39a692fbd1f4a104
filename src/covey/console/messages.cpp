#include <unistd.h>
#include <algorithm>
#include <cerrno>
#include <covey/base/printable.hpp>
#include <covey/console/drop_in_help.hpp>
#include <covey/console/messages.hpp>
#include <cstdio>
#include <string>

namespace covey::console {

namespace {

struct Voice {
  Manner manner = Manner::covey;
  std::vector<std::string> disabled;  // slugs of warnings
};

Voice& voice() {
  static Voice voice;
  return voice;
}

// One write, so that lines of parallel jobs do not mix.
void say(int stream, std::string line, std::string_view text) {
  line += base::harmless(text);
  line += '\n';
  while (::write(stream, line.data(), line.size()) < 0 && errno == EINTR) {
  }
}

}  // namespace

void speak_as(Manner manner) { voice().manner = manner; }

int print_error(const base::Error& error) {
  const bool has_their_words = error.where.empty() || !error.as_coverage_says.empty();
  const bool is_theirs = voice().manner == Manner::coverage && has_their_words;
  if (!is_theirs) {
    say(STDERR_FILENO, "covey: error: ", error.message());
    return 1;
  }
  auto what = error.coverage_message();
  if (!error.slug.empty()) {
    while (what.ends_with('.')) what.pop_back();
    what += coverage_reference("error-" + error.slug);
  }
  std::fflush(stdout);
  for (std::size_t start = 0; start <= what.size();) {  // some have several lines
    const auto end = std::min(what.find('\n', start), what.size());
    say(STDOUT_FILENO, "", std::string_view(what).substr(start, end - start));
    start = end + 1;
  }
  return 1;
}

void print_warning(std::string_view what) { say(STDERR_FILENO, "covey: warning: ", what); }

void print_warning(std::string_view what, std::string_view slug) {
  const auto& disabled = voice().disabled;
  if (!slug.empty() && std::find(disabled.begin(), disabled.end(), slug) != disabled.end()) return;
  if (voice().manner == Manner::covey) return print_warning(what);
  std::string text(what);
  const std::string name(slug);
  if (!name.empty()) text += " (" + name + ")" + coverage_reference("warning-" + name);
  say(STDERR_FILENO, "CoverageWarning: ", text);
}

void print_warnings(const std::vector<base::Error>& errors) {
  for (const auto& error : errors) print_warning(error.message());
}

void disable_warnings(const std::vector<std::string>& slugs) { voice().disabled = slugs; }

void print_message(std::string_view what) { say(STDERR_FILENO, "", what); }

base::Result<void> print_report(std::string_view text) {
  const bool written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0;
  if (!written) return base::fail(base::ErrorKind::io, "standard output", "cannot be written to");
  return {};
}

}  // namespace covey::console
