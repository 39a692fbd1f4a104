#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>
#include <array>
#include <cerrno>
#include <charconv>
#include <covey/base/file.hpp>
#include <covey/base/path.hpp>
#include <covey/interpreters/executables.hpp>
#include <covey/interpreters/interpreter.hpp>
#include <covey/interpreters/interpreter_cache.hpp>
#include <optional>
#include <vector>

namespace covey::interpreters {

namespace {

constexpr const char* k_question = "import sys; print(sys.hexversion)";

// What the interpreter prints; nothing where it cannot be started. Isolated and without site, for speed and because
// PYTHON… variables are the tests' business.
std::string answer_of(const std::string& path, const base::Environment& environment) {
  int pipe_ends[2];
  if (::pipe2(pipe_ends, O_CLOEXEC) != 0) return "";
  base::UniqueFd read_end(pipe_ends[0]);
  base::UniqueFd write_end(pipe_ends[1]);
  std::vector<std::string> words = {path, "-I", "-S", "-c", k_question};
  std::vector<char*> argv, envp;
  for (auto& word : words) argv.push_back(word.data());
  for (const auto& entry : environment.entries()) envp.push_back(const_cast<char*>(entry.c_str()));
  argv.push_back(nullptr);
  envp.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, write_end.get(), STDOUT_FILENO);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  pid_t pid = 0;
  const int failed = posix_spawn(&pid, path.c_str(), &actions, nullptr, argv.data(), envp.data());
  posix_spawn_file_actions_destroy(&actions);
  write_end.reset();
  if (failed != 0) return "";

  std::array<char, 64> text{};
  std::size_t size = 0;
  while (size < text.size()) {
    const ssize_t got = ::read(read_end.get(), text.data() + size, text.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    size += static_cast<std::size_t>(got);
  }
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return status == 0 ? std::string(text.data(), size) : "";
}

}  // namespace

base::Result<Interpreter> interpreter_on_path(const base::Environment& environment, const std::string& cwd) {
  auto path = find_python(std::nullopt, environment, cwd, own_directory());
  if (!path) return tl::unexpected(path.error());
  Interpreter interpreter{std::move(*path), 0};
  const InterpreterCache cache(interpreter.path, environment);
  if (auto known = cache.python()) {
    interpreter.python = *known;
    return interpreter;
  }
  const auto answer = answer_of(interpreter.path, environment);
  std::from_chars(answer.data(), answer.data() + answer.size(), interpreter.python);
  if (interpreter.python == 0) return base::fail(base::ErrorKind::io, interpreter.path, "does not say its version");
  cache.keep(interpreter.python);
  return interpreter;
}

void keep_interpreters(const std::map<std::uint32_t, std::string>& ran, const base::Environment& environment) {
  for (const auto& [python, executable] : ran) {
    const InterpreterCache cache(executable, environment);
    if (cache.python() != python) cache.keep(python);
  }
}

std::map<std::uint32_t, std::string> startable(const std::map<std::uint32_t, std::string>& named,
                                               const base::Environment& environment, const std::string& cwd) {
  std::map<std::uint32_t, std::string> own;
  std::optional<base::Result<Interpreter>> on_path;
  for (const auto& [python, executable] : named) {
    if (InterpreterCache(executable, environment).python() == python) {
      own.emplace(python, executable);
      continue;
    }
    if (!on_path) on_path = interpreter_on_path(environment, cwd);
    if (*on_path && (*on_path)->python == python) own.emplace(python, (*on_path)->path);
  }
  return own;
}

}  // namespace covey::interpreters
