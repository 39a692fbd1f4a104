#include <fcntl.h>
#include <unistd.h>
#include <covey/cli/commands.hpp>

namespace {

// Where covey was started with stdin, stdout or stderr closed, the next file it opens would take that number, and a
// message printed to "stderr" would go into the user's data. Closed again in programs that covey starts: they see what
// they would have seen without it.
void occupy_standard_descriptors() {
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; ++fd)
    if (::fcntl(fd, F_GETFD) < 0) ::open("/dev/null", O_RDWR | O_CLOEXEC);
}

}  // namespace

int main(int argc, char** argv) {
  occupy_standard_descriptors();
  return covey::cli::run_covey(covey::cli::Invocation::of_process({argv, argv + argc}));
}
