#include <unistd.h>
#include <covey/base/file.hpp>
#include <covey/base/path.hpp>
#include <covey/cli/commands.hpp>
#include <covey/cli/drop_in_run.hpp>
#include <covey/console/messages.hpp>
#include <covey/interpreters/executables.hpp>
#include <covey/launch/after_run.hpp>
#include <covey/launch/child_process.hpp>
#include <covey/launch/close_run.hpp>
#include <covey/launch/run_context.hpp>
#include <covey/launch/run_options.hpp>
#include <covey/runs/replace.hpp>
#include <covey/shard/run_notes.hpp>

namespace covey::cli {

namespace {

// The runs that were over when this one started may be replaced, by none but the run that everything belongs to.
std::set<std::string> replaceable(const launch::StartedRun& started) {
  if (started.context.joined || started.context.settings.append) return {};
  return runs::finished_runs(started.data.run_folders());
}

// Whether the program, or somebody beside it, has taken away what it was measured into.
bool is_gone(const launch::RunContext& context) {
  return !base::is_directory(std::string(base::dirname(context.session_path)));
}

int finish(launch::StartedRun& started, const launch::ProgramEnd& end, const std::set<std::string>& finished) {
  auto& [data, lock, context] = started;
  if (!context.joined) shard::forget_run(context.settings.run_id);
  if (is_gone(context)) {
    console::print_warning(data.path() + ": was removed while the program ran: what was measured is lost");
    return launch::end_as(end);
  }
  std::vector<base::Error> unrecorded;
  if (!base::exists(context.session_path))
    unrecorded.push_back({base::ErrorKind::io, context.session_path, "was removed while the program ran"});
  if (auto closed = launch::close_session(context, end); !closed) unrecorded.push_back(closed.error());
  if (!context.joined)
    if (auto closed = launch::close_jobs_below(data, context); !closed) unrecorded.push_back(closed.error());
  int status = launch::after_the_run(data, context, end, std::move(unrecorded));
  if (!context.session.no_data) launch::replace_in_jobs_of(data, context, finished);
  if (!context.joined) console::print_warnings(runs::sweep_runs(data));
  bool succeeded = end.status == 0;
  return succeeded ? status : launch::end_as(end);
}

}  // namespace

int run_command(const console::Invocation& invocation) {
  launch::RunOptions options;
  if (auto status = launch::parse_run_options(invocation, options)) return *status;
  if (invocation.is_drop_in()) return run_as_drop_in(invocation, std::move(options));
  const auto& environment = invocation.environment;
  const auto& cwd = invocation.cwd;
  auto configuration = launch::run_configuration(options, invocation);
  if (!configuration) return console::print_error(configuration.error());
  if (auto taken = launch::take_command_line(*configuration, options.program); !taken)
    return console::print_error(taken.error());
  auto program = launch::resolve_program(options.program, environment, cwd, interpreters::own_directory());
  if (!program) return console::print_error(program.error());
  if (program->free_threaded)
    console::print_warning(program->python + ": a free-threaded build; it is not measured yet");

  auto started = launch::start_run(options, *configuration, *program, environment, cwd);
  if (!started) return console::print_error(started.error());
  launch::note_run_below(started->context, ::getpid());
  auto child = launch::ChildProcess::start(program->file, program->command,
                                           launch::program_environment(started->context, options));
  if (!child) {
    launch::abandon_run(*started);
    return console::print_error(child.error());
  }
  auto finished = replaceable(*started);
  auto end = child->wait();
  return finish(*started, end, finished);
}

}  // namespace covey::cli
