#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <algorithm>
#include <cerrno>
#include <covey/base/file.hpp>
#include <covey/base/parallel.hpp>
#include <covey/base/path.hpp>
#include <covey/interpreters/compiler.hpp>
#include <covey/shard/settings.hpp>
#include <covey/shard/tables.hpp>
#include <cstring>
#include <span>

namespace covey::interpreters {

namespace {

// Ends with 4 where the interpreter is not the one that was asked for.
constexpr const char* k_program =
    "import sys\n"
    "if sys.hexversion != int(sys.argv[2]): sys.exit(4)\n"
    "import gc, _covey\n"
    "gc.disable()\n"  // compiling makes no garbage that only the cycle detector finds, yet sets it off
    "_covey.compile_tables(sys.argv[1])\n";
constexpr int k_other_version = 4;

// The text, in bytes, that takes about ten times as long to compile as an interpreter to start.
constexpr std::size_t k_worth_a_start = std::size_t{1} << 20;

struct Ended {
  int status = -1;  // as waitpid gives it
  double cpu_seconds = 0;
};

// The jobs as compile_tables reads them (collector/compile.hpp). False where the interpreter ended before it took all.
// One that is sent counts as done: the pipe holds few of them.
bool send(int fd, std::span<const CompileJob> jobs, const base::OneDone& one_done) {
  std::string buffer;
  auto flush = [&] {
    for (std::size_t done = 0; done < buffer.size();) {
      const ssize_t wrote = write(fd, buffer.data() + done, buffer.size() - done);
      if (wrote < 0 && errno == EINTR) continue;
      if (wrote < 0) return false;
      done += static_cast<std::size_t>(wrote);
    }
    buffer.clear();
    return true;
  };
  for (const auto& job : jobs) {
    for (std::size_t size : {job.path.size(), job.text.size()}) {
      const auto number = static_cast<std::uint32_t>(size);
      buffer.append(reinterpret_cast<const char*>(&number), sizeof number);
    }
    buffer.append(reinterpret_cast<const char*>(job.digest.bytes.data()), job.digest.bytes.size());
    buffer.append(job.path).append(job.text);
    one_done();
    if (buffer.size() > 64 * 1024 && !flush()) return false;
  }
  return flush();
}

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

base::Result<Ended> run_interpreter(const Compiler& compiler, std::span<const CompileJob> jobs,
                                    const base::OneDone& one_done) {
  int pipe_ends[2];
  if (pipe2(pipe_ends, O_CLOEXEC) != 0) return base::fail_errno(compiler.interpreter);
  base::UniqueFd read_end(pipe_ends[0]);
  base::UniqueFd write_end(pipe_ends[1]);

  // Isolated and without warnings: the sources may warn, and PYTHON… variables are the tests' business.
  std::vector<std::string> words = {
      compiler.interpreter, "-I", "-W", "ignore", "-c", k_program, compiler.tables, std::to_string(compiler.python)};
  std::vector<char*> argv;
  for (auto& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  std::vector<char*> environment;
  for (const auto& entry : compiler.environment.entries()) environment.push_back(const_cast<char*>(entry.c_str()));
  environment.push_back(nullptr);

  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, read_end.get(), STDIN_FILENO);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  pid_t pid = 0;
  const int failed =
      posix_spawn(&pid, compiler.interpreter.c_str(), &actions, nullptr, argv.data(), environment.data());
  posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) {
    errno = failed;
    return base::fail_errno(compiler.interpreter);
  }
  read_end.reset();
  send(write_end.get(), jobs, one_done);  // one that ends early is told by its status
  write_end.reset();

  Ended ended;
  rusage usage{};
  while (wait4(pid, &ended.status, 0, &usage) < 0)
    if (errno != EINTR) return base::fail_errno(compiler.interpreter);
  ended.cpu_seconds = seconds(usage.ru_utime) + seconds(usage.ru_stime);
  return ended;
}

// While it lives, writing to a pipe whose reader is gone is an error and no signal.
class IgnoreBrokenPipes {
 public:
  IgnoreBrokenPipes() : m_before(signal(SIGPIPE, SIG_IGN)) {}
  ~IgnoreBrokenPipes() { signal(SIGPIPE, m_before); }
  IgnoreBrokenPipes(const IgnoreBrokenPipes&) = delete;
  IgnoreBrokenPipes& operator=(const IgnoreBrokenPipes&) = delete;

 private:
  sighandler_t m_before;
};

bool has_table(const CompileJob& job, const Compiler& compiler) {
  return shard::has_tables(compiler.tables, compiler.python, job.digest);
}

// Whether a table could have been written: the interpreter does not say what failed.
base::Result<void> check_writable(const Compiler& compiler) {
  const auto path = shard::tables_path(compiler.tables, compiler.python, {}) + ".try";
  if (auto made = base::make_directories(std::string(base::dirname(path))); !made) return made;
  auto written = base::write_file_atomic(path, "");
  ::unlink(path.c_str());
  return written;
}

std::string why(const Compiler& compiler, const Ended& ended) {
  const auto wanted = "CPython " + shard::python_version(compiler.python);
  if (WIFEXITED(ended.status) && WEXITSTATUS(ended.status) == k_other_version)
    return compiler.interpreter + " is no longer " + wanted;
  if (WIFSIGNALED(ended.status)) return wanted + " died of signal " + std::to_string(WTERMSIG(ended.status)) + " on it";
  if (auto writable = check_writable(compiler); !writable) return "no table of it: " + writable.error().message();
  return compiler.interpreter + " could not compile it (is covey installed there?)";
}

CompileOutcome compile_in_turn(std::span<const CompileJob> left, const Compiler& compiler,
                               const base::OneDone& one_done) {
  CompileOutcome outcome;
  while (!left.empty()) {
    auto ended = run_interpreter(compiler, left, one_done);
    if (ended) outcome.cpu_seconds += ended->cpu_seconds;
    auto next = std::find_if(left.begin(), left.end(), [&](const auto& job) { return !has_table(job, compiler); });
    for (auto done = left.begin(); done != next; ++done) {
      ++outcome.n_files;
      outcome.n_lines += std::count(done->text.begin(), done->text.end(), '\n');
    }
    if (next == left.end()) break;
    outcome.failed.push_back(
        {base::ErrorKind::io, next->path, ended ? why(compiler, *ended) : ended.error().message()});
    left = left.subspan(static_cast<std::size_t>(next - left.begin()) + 1);
    // One source may kill the interpreter; that it never began is every source's fate.
    if (ended && WIFSIGNALED(ended->status)) continue;
    for (const auto& job : left) outcome.failed.push_back({base::ErrorKind::io, job.path, outcome.failed.back().what});
    break;
  }
  return outcome;
}

// Consecutive jobs, `n_parts` times of about the same size of text.
std::vector<std::span<const CompileJob>> split(std::span<const CompileJob> jobs, std::size_t n_parts) {
  std::size_t size = 0;
  for (const auto& job : jobs) size += job.text.size();
  std::vector<std::span<const CompileJob>> parts;
  std::size_t done = 0;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    done += jobs[i].text.size();
    const bool is_full = done * n_parts >= size * (parts.size() + 1);
    if (!is_full && i + 1 < jobs.size()) continue;
    parts.push_back(jobs.subspan(begin, i + 1 - begin));
    begin = i + 1;
  }
  return parts;
}

}  // namespace

CompileOutcome& CompileOutcome::operator+=(const CompileOutcome& other) {
  n_files += other.n_files;
  n_lines += other.n_lines;
  cpu_seconds += other.cpu_seconds;
  failed.insert(failed.end(), other.failed.begin(), other.failed.end());
  return *this;
}

CompileOutcome compile_sources(const std::vector<CompileJob>& jobs, Compiler compiler, int n_at_once) {
  compiler.environment.remove(shard::k_settings_variable);
  IgnoreBrokenPipes ignore;
  std::size_t size = 0;
  for (const auto& job : jobs) size += job.text.size();
  const auto parts = split(jobs, base::thread_count(size / k_worth_a_start + 1, n_at_once));
  std::vector<CompileOutcome> outcomes(parts.size());
  const auto one_done = compiler.progress("compiling sources,", jobs.size());
  base::for_each_index(parts.size(), n_at_once,
                       [&](auto part, auto) { outcomes[part] = compile_in_turn(parts[part], compiler, one_done); });
  CompileOutcome all;
  for (const auto& outcome : outcomes) all += outcome;
  return all;
}

}  // namespace covey::interpreters
