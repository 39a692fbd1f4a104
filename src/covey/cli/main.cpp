#include <fcntl.h>
#include <unistd.h>
#include <covey/cli/commands.hpp>
#include <covey/launch/child_process.hpp>
#include <new>
#include <string_view>

namespace {

// Where covey was started with stdin, stdout or stderr closed, the next file it opens would take that number, and a
// message printed to "stderr" would go into the user's data. Closed again in programs that covey starts: they see what
// they would have seen without it.
void occupy_standard_descriptors() {
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; ++fd)
    if (::fcntl(fd, F_GETFD) < 0) ::open("/dev/null", O_RDWR | O_CLOEXEC);
}

// Whichever thread asked for it, and whatever it was about to do: there is nothing to go on with. Without this the
// process would be aborted, in many words and with a core dump.
[[noreturn]] void end_for_want_of_memory() {
  constexpr std::string_view k_message = "covey: error: out of memory\n";
  [[maybe_unused]] const auto written = ::write(STDERR_FILENO, k_message.data(), k_message.size());
  ::_exit(1);
}

}  // namespace

int main(int argc, char** argv) {
  std::set_new_handler(end_for_want_of_memory);
  occupy_standard_descriptors();
  covey::launch::ignore_file_size_signal();
  return covey::cli::run_covey(covey::console::Invocation::of_process({argv, argv + argc}));
}
