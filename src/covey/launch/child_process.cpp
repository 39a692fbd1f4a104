#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cerrno>
#include <covey/base/file.hpp>
#include <covey/launch/child_process.hpp>
#include <ctime>

namespace covey::launch {

namespace {

// How SIGXFSZ was when this process started: see ignore_file_size_signal.
sighandler_t g_file_size_signal = SIG_DFL;

// What the child needs after fork, made before it: in a child of a process with threads nothing may be allocated.
struct Prepared {
  const char* file;
  std::vector<char*> arguments;
  std::vector<char*> shell_arguments;
  std::vector<char*> environment;
  sigset_t mask;
  struct sigaction sigchld;
  pid_t parent;
};

std::vector<char*> pointers(const std::vector<std::string>& texts) {
  std::vector<char*> all;
  for (const auto& text : texts) all.push_back(const_cast<char*>(text.c_str()));
  all.push_back(nullptr);
  return all;
}

// Runs in the child; comes back with errno set where the program cannot be executed.
void become(const Prepared& prepared) {
  ::sigaction(SIGCHLD, &prepared.sigchld, nullptr);
  ::signal(SIGXFSZ, g_file_size_signal);
  // Without us, what kills `covey run` would have killed the program. This is forgotten by the program's own children
  // and has no effect once the program has ended, so daemons that it leaves behind stay.
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != prepared.parent) ::raise(SIGKILL);  // killed before that line
  ::sigprocmask(SIG_SETMASK, &prepared.mask, nullptr);
  ::execve(prepared.file, prepared.arguments.data(), prepared.environment.data());
  if (errno != ENOEXEC) return;
  // A script without a first line that names its interpreter: every shell, and execvp, runs it so.
  ::execve("/bin/sh", prepared.shell_arguments.data(), prepared.environment.data());
}

// The child's errno where it could not execute the program, else 0: the pipe closes itself on success.
int read_exec_error(int fd) {
  int code = 0;
  ssize_t got;
  do got = ::read(fd, &code, sizeof code);
  while (got < 0 && errno == EINTR);
  return got == static_cast<ssize_t>(sizeof code) ? code : 0;
}

// The pid of the new process, or an error naming its file.
base::Result<pid_t> fork_and_execute(const std::string& file, const Prepared& prepared) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return base::fail_errno(file);
  base::UniqueFd reader(ends[0]);
  base::UniqueFd writer(ends[1]);
  pid_t pid = ::fork();
  if (pid < 0) return base::fail_errno(file);
  if (pid == 0) {
    become(prepared);
    int code = errno;
    static_cast<void>(!::write(writer.get(), &code, sizeof code));
    ::_exit(127);
  }
  writer.reset();
  int code = read_exec_error(reader.get());
  if (code == 0) return pid;
  while (::waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
  }
  errno = code;
  return base::fail_errno(file);
}

// Whether the program has changed its state so, by waitid's WSTOPPED or WCONTINUED, and look() has not seen it yet.
bool has_unseen(pid_t pid, int change) {
  siginfo_t state{};
  return ::waitid(P_PID, static_cast<id_t>(pid), &state, change | WNOHANG | WNOWAIT) == 0 && state.si_pid != 0;
}

// Stops this process as the program has been stopped, so that the shell gets its terminal back; returns when it is
// continued. Only for the terminal's own stops: a program that stops itself by SIGSTOP waits for someone who knows its
// pid and will continue it, but not us.
void stop_too(pid_t pid, int signal) {
  if (signal != SIGTSTP && signal != SIGTTIN && signal != SIGTTOU) return;
  sigset_t only;
  sigset_t before;
  ::sigemptyset(&only);
  ::sigaddset(&only, signal);
  ::raise(signal);  // pending until:
  ::sigprocmask(SIG_UNBLOCK, &only, &before);
  ::sigprocmask(SIG_SETMASK, &before, nullptr);

  // A shell continues the whole group: passed on as well, its SIGCONT would undo a stop that follows at once. Only
  // where we alone were continued is the program still in the stop that we took part in.
  sigset_t continued;
  ::sigemptyset(&continued);
  ::sigaddset(&continued, SIGCONT);
  timespec none{};
  if (::sigtimedwait(&continued, nullptr, &none) != SIGCONT) return;
  if (!has_unseen(pid, WCONTINUED) && !has_unseen(pid, WSTOPPED)) ::kill(pid, SIGCONT);
}

}  // namespace

base::Result<ChildProcess> ChildProcess::start(const std::string& file, const std::vector<std::string>& command,
                                               const base::Environment& environment) {
  std::vector<std::string> shell_command = {"sh", file};
  shell_command.insert(shell_command.end(), command.begin() + 1, command.end());
  Prepared prepared{};
  prepared.file = file.c_str();
  prepared.arguments = pointers(command);
  prepared.shell_arguments = pointers(shell_command);
  prepared.environment = pointers(environment.entries());
  prepared.parent = ::getpid();

  // Blocked, not handled: the program must inherit every disposition as it is, and sigwaitinfo tells who sent what.
  sigset_t all;
  ::sigfillset(&all);
  ::sigprocmask(SIG_BLOCK, &all, &prepared.mask);
  // Where SIGCHLD is ignored, the kernel throws the program's exit status away.
  struct sigaction by_default {};
  by_default.sa_handler = SIG_DFL;
  ::sigaction(SIGCHLD, &by_default, &prepared.sigchld);

  auto pid = fork_and_execute(file, prepared);
  if (!pid) {
    ::sigprocmask(SIG_SETMASK, &prepared.mask, nullptr);
    return tl::unexpected(pid.error());
  }
  // A warning that nobody reads must not decide how we end.
  ::signal(SIGPIPE, SIG_IGN);
  return ChildProcess(*pid, prepared.mask);
}

ProgramEnd ChildProcess::wait(const std::function<void(int)>& sent_by_program) {
  sigset_t all;
  ::sigfillset(&all);
  std::optional<ProgramEnd> end;
  while (!end) {
    siginfo_t signal{};
    int number = ::sigwaitinfo(&all, &signal);
    if (number == SIGCHLD) {
      end = look();
    } else if (number > 0) {
      if (signal.si_code <= 0 && signal.si_pid == m_pid) sent_by_program(number);
      pass_on(signal);
    }
  }
  // A ^C that ended the program has come to us too.
  timespec none{};
  while (::sigtimedwait(&all, nullptr, &none) > 0) {
  }
  ::sigprocmask(SIG_SETMASK, &m_mask, nullptr);
  return *end;
}

// The program's end, where it has ended; takes part in its stops.
std::optional<ProgramEnd> ChildProcess::look() {
  for (;;) {
    siginfo_t state{};
    int looked = ::waitid(P_PID, static_cast<id_t>(m_pid), &state, WEXITED | WSTOPPED | WNOHANG);
    if (looked != 0 && errno == EINTR) continue;
    if (looked != 0 || state.si_pid == 0) return std::nullopt;
    if (state.si_code == CLD_EXITED) return ProgramEnd{state.si_status, std::nullopt};
    if (state.si_code == CLD_KILLED || state.si_code == CLD_DUMPED) return ProgramEnd{std::nullopt, state.si_status};
    if (state.si_code == CLD_STOPPED) stop_too(m_pid, state.si_status);
  }
}

void ChildProcess::pass_on(const siginfo_t& signal) const {
  // The kernel's own (si_code above 0: ^C, a new window size) go to the whole foreground group, the program included.
  // What the program sends to its group or its parent is not for itself again.
  if (signal.si_code > 0 || signal.si_pid == m_pid || signal.si_pid == ::getpid()) return;
  if (signal.si_signo == SIGCONT && has_unseen(m_pid, WSTOPPED)) return;  // late: it was for an earlier stop
  if (signal.si_code == SI_QUEUE) {
    ::sigqueue(m_pid, signal.si_signo, signal.si_value);
  } else {
    ::kill(m_pid, signal.si_signo);
  }
}

void ignore_file_size_signal() { g_file_size_signal = ::signal(SIGXFSZ, SIG_IGN); }

int end_as(const ProgramEnd& end) {
  if (!end.signal) return end.status.value_or(1);
  // The program has dumped its core already; without these, ours would follow. The limit alone is not looked at where
  // cores go to a pipe.
  rlimit none{};
  ::setrlimit(RLIMIT_CORE, &none);
  ::prctl(PR_SET_DUMPABLE, 0);
  ::signal(*end.signal, SIG_DFL);
  sigset_t only;
  ::sigemptyset(&only);
  ::sigaddset(&only, *end.signal);
  ::sigprocmask(SIG_UNBLOCK, &only, nullptr);
  ::raise(*end.signal);
  return 128 + *end.signal;  // the first process of a container survives its own signals; shells say it so
}

}  // namespace covey::launch
