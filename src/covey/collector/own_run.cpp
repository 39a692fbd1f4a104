#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cerrno>
#include <covey/base/file_lock.hpp>
#include <covey/base/path.hpp>
#include <covey/collector/own_run.hpp>
#include <cstdio>
#include <optional>
#include <string_view>
#include <vector>

namespace covey::collector {

namespace {

constexpr std::string_view k_settings_word = "settings ";  // begins the line of `session start` that is not for people
constexpr std::size_t k_most_said = 1 << 16;               // bytes

struct Pipe {
  base::UniqueFd read, write;
};

std::optional<Pipe> make_pipe() {
  int fds[2];
  if (::pipe2(fds, O_CLOEXEC) != 0) return std::nullopt;
  return Pipe{base::UniqueFd(fds[0]), base::UniqueFd(fds[1])};
}

// `session start` with its standard input and output in our hands, what it says to people among the latter.
class Starter {
 public:
  // Fails where it cannot be started.
  static base::Result<Starter> start(const std::string& binary, std::span<const std::string> words) {
    auto in = make_pipe();
    auto out = make_pipe();
    if (!in || !out) return base::fail_errno("pipe");
    std::vector<char*> argv{const_cast<char*>(binary.c_str()), const_cast<char*>("session"), const_cast<char*>("start"),
                            const_cast<char*>("--")};
    for (const auto& word : words) argv.push_back(const_cast<char*>(word.c_str()));
    argv.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, in->read.get(), STDIN_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions, out->write.get(), STDOUT_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions, out->write.get(), STDERR_FILENO);
    pid_t pid = 0;
    const int failed = ::posix_spawn(&pid, binary.c_str(), &actions, nullptr, argv.data(), environ);
    ::posix_spawn_file_actions_destroy(&actions);
    errno = failed;
    if (failed != 0) return base::fail_errno(binary);
    return Starter(pid, std::move(in->write), std::move(out->read));
  }

  // What it says until its end, or until it has named the settings: then the run is on, and stays so while we have not
  // let go of it.
  OwnRun listen() {
    OwnRun run;
    std::string line;
    char c = 0;
    while (run.settings_path.empty() && read_byte(c)) {
      if (c != '\n') {
        if (line.size() < k_most_said) line += c;
        continue;
      }
      if (line.starts_with(k_settings_word)) {
        run.settings_path = line.substr(k_settings_word.size());
      } else if (run.said.size() < k_most_said) {
        run.said += line + "\n";
      }
      line.clear();
    }
    return run;
  }

  // Lets it end, and waits for that.
  void let_go() {
    m_to.reset();
    while (::waitpid(m_pid, nullptr, 0) < 0 && errno == EINTR) {
    }
  }

 private:
  Starter(pid_t pid, base::UniqueFd to, base::UniqueFd from)
      : m_pid(pid), m_to(std::move(to)), m_from(std::move(from)) {}

  bool read_byte(char& c) {
    ssize_t size = 0;
    do size = ::read(m_from.get(), &c, 1);
    while (size < 0 && errno == EINTR);
    return size == 1;
  }

  pid_t m_pid;
  base::UniqueFd m_to, m_from;
};

// A lock beside that of the process that began the run and is about to end: docs/data-directory.md.
base::Result<void> join_locks(const std::string& settings_path) {
  const auto folder = std::string(base::dirname(settings_path));
  const auto suffix = base::random_hex(8);
  const auto aside = folder + "/.new-" + suffix;
  auto lock = base::make_locked(aside);
  if (!lock) return tl::unexpected(lock.error());
  if (::rename(aside.c_str(), (folder + "/lock-" + suffix).c_str()) != 0) return base::fail_errno(folder);
  return base::keep_locked(std::move(*lock));
}

}  // namespace

std::string covey_binary(std::span<const std::string> prefixes) {
  for (const auto& prefix : prefixes) {
    auto path = prefix + "/bin/covey";
    if (!prefix.empty() && ::access(path.c_str(), X_OK) == 0) return path;
  }
  return {};
}

base::Result<OwnRun> begin_own_run(const std::string& binary, std::span<const std::string> words) {
  auto starter = Starter::start(binary, words);
  if (!starter) return tl::unexpected(starter.error());
  auto run = starter->listen();
  const bool begun = !run.settings_path.empty();
  const auto joined = begun ? join_locks(run.settings_path) : base::Result<void>();
  starter->let_go();
  if (!begun) return base::fail(base::ErrorKind::io, {}, run.said.empty() ? binary + ": says nothing" : run.said);
  if (!joined) run.said += "covey: warning: " + joined.error().message() + "\n";
  return run;
}

}  // namespace covey::collector
