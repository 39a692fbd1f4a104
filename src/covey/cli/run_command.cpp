#include <unistd.h>
#include <covey/base/file.hpp>
#include <covey/base/path.hpp>
#include <covey/cli/after_run.hpp>
#include <covey/cli/child_process.hpp>
#include <covey/cli/close_run.hpp>
#include <covey/cli/commands.hpp>
#include <covey/cli/drop_in_run.hpp>
#include <covey/cli/run_context.hpp>
#include <covey/cli/run_options.hpp>
#include <covey/console/messages.hpp>
#include <covey/interpreters/executables.hpp>
#include <covey/runs/replace.hpp>
#include <covey/shard/run_notes.hpp>

namespace covey::cli {

namespace {

// The runs that were over when this one started may be replaced, by none but the run that everything belongs to.
std::set<std::string> replaceable(const StartedRun& started) {
  if (started.context.joined || started.context.settings.append) return {};
  return runs::finished_runs(started.data.run_folders());
}

// Whether the program, or somebody beside it, has taken away what it was measured into.
bool is_gone(const RunContext& context) {
  return !base::is_directory(std::string(base::dirname(context.session_path)));
}

int finish(StartedRun& started, const ProgramEnd& end, const std::set<std::string>& finished) {
  auto& [data, lock, context] = started;
  if (!context.joined) shard::forget_run(context.settings.run_id);
  if (is_gone(context)) {
    console::print_warning(data.path() + ": was removed while the program ran: what was measured is lost");
    return end_as(end);
  }
  std::vector<base::Error> unrecorded;
  if (!base::exists(context.session_path))
    unrecorded.push_back({base::ErrorKind::io, context.session_path, "was removed while the program ran"});
  if (auto closed = close_session(context, end); !closed) unrecorded.push_back(closed.error());
  if (!context.joined)
    if (auto closed = close_jobs_below(data, context); !closed) unrecorded.push_back(closed.error());
  int status = after_the_run(data, context, end, std::move(unrecorded));
  if (!context.session.no_data) replace_in_jobs_of(data, context, finished);
  if (!context.joined) console::print_warnings(runs::sweep_runs(data));
  bool succeeded = end.status == 0;
  return succeeded ? status : end_as(end);
}

}  // namespace

int run_command(const console::Invocation& invocation) {
  RunOptions options;
  if (auto status = parse_run_options(invocation, options)) return *status;
  if (invocation.is_drop_in()) return run_as_drop_in(invocation, std::move(options));
  const auto& environment = invocation.environment;
  const auto& cwd = invocation.cwd;
  auto configuration = run_configuration(options, invocation);
  if (!configuration) return console::print_error(configuration.error());
  if (auto taken = take_command_line(*configuration, options.program); !taken)
    return console::print_error(taken.error());
  auto program = resolve_program(options.program, environment, cwd, interpreters::own_directory());
  if (!program) return console::print_error(program.error());
  if (program->free_threaded)
    console::print_warning(program->python + ": a free-threaded build; it is not measured yet");

  auto started = start_run(options, *configuration, *program, environment, cwd);
  if (!started) return console::print_error(started.error());
  note_run_below(started->context, ::getpid());
  auto child = ChildProcess::start(program->file, program->command, program_environment(started->context, options));
  if (!child) {
    abandon_run(*started);
    return console::print_error(child.error());
  }
  auto finished = replaceable(*started);
  auto end = child->wait();
  return finish(*started, end, finished);
}

}  // namespace covey::cli
