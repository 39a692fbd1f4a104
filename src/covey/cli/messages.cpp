#include <unistd.h>
#include <cerrno>
#include <covey/cli/messages.hpp>
#include <cstdio>
#include <string>

namespace covey::cli {

namespace {

// One write, so that lines of parallel jobs do not mix. Names come from outside: one with a newline or an escape
// sequence in it must not pass for a line of ours or command the terminal.
void say(std::string_view kind, std::string_view text) {
  static constexpr char k_digits[] = "0123456789abcdef";
  std::string line = "covey: ";
  line.append(kind) += ": ";
  for (char c : text) {
    auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte != 0x7f) {
      line += c;
    } else {
      line += {'\\', 'x', k_digits[byte >> 4], k_digits[byte & 15]};
    }
  }
  line += '\n';
  while (::write(STDERR_FILENO, line.data(), line.size()) < 0 && errno == EINTR) {
  }
}

}  // namespace

int print_error(const base::Error& error) {
  say("error", error.message());
  return 1;
}

void print_warning(std::string_view what) { say("warning", what); }

base::Result<void> print_report(std::string_view text) {
  const bool written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0;
  if (!written) return base::fail(base::ErrorKind::io, "standard output", "cannot be written to");
  return {};
}

}  // namespace covey::cli
