// The measured program, started so that it can tell no difference but its parent's name, and its parent's part.
#pragma once

#include <signal.h>
#include <sys/types.h>
#include <covey/base/environment.hpp>
#include <covey/base/result.hpp>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace covey::launch {

// How a program ended: one of the two is there.
struct ProgramEnd {
  std::optional<int> status;  // 0 to 255
  std::optional<int> signal;  // the number of the signal that ended it

  friend bool operator==(const ProgramEnd&, const ProgramEnd&) = default;
};

// From start() to the end of wait() this process takes no signals: they are the program's.
class ChildProcess {
 public:
  // Starts the executable `file` with the arguments `command`, its name first. The program gets this process's
  // descriptors, directory, signal mask and signal dispositions as they are, and dies with this process if that is
  // killed. Fails, naming the file, where it cannot be executed.
  static base::Result<ChildProcess> start(const std::string& file, const std::vector<std::string>& command,
                                          const base::Environment& environment);

  // Waits for its end and meanwhile passes on the signals that this process is sent; of those that the program itself
  // sends, tells `sent_by_program` the number. Then takes signals again as before.
  ProgramEnd wait(const std::function<void(int)>& sent_by_program = [](int) {});

  pid_t pid() const { return m_pid; }

 private:
  ChildProcess(pid_t pid, const sigset_t& mask) : m_pid(pid), m_mask(mask) {}
  std::optional<ProgramEnd> look();
  void pass_on(const siginfo_t& signal) const;

  pid_t m_pid;
  sigset_t m_mask;  // this process's own, to be restored
};

// From here on what is written beyond RLIMIT_FSIZE fails, and is no signal that ends us. Programs that are started
// later have the signal as it was before.
void ignore_file_size_signal();

// Ends this process as the program ended: by its signal, else returns the status to end with.
int end_as(const ProgramEnd& end);

}  // namespace covey::launch
