#include <covey/base/file.hpp>
#include <covey/base/path.hpp>
#include <covey/cli/sources.hpp>
#include <covey/shard/tables.hpp>
#include <covey/source/text.hpp>

namespace covey::cli {

namespace {

base::Error syntax_error(const std::string& path, const shard::CompileError& error) {
  const auto place = error.line > 0 ? "line " + std::to_string(error.line) + ": " : std::string();
  return {base::ErrorKind::format, path, place + "not Python: " + error.message};
}

}  // namespace

Source read_source(const std::string& path, std::uint32_t python) {
  Source source{path, path, python, {}, {}, std::nullopt};
  auto bytes = base::read_file(path);
  if (!bytes) {
    source.error = bytes.error();
    return source;
  }
  source.digest = base::digest128(*bytes);
  auto text = source::decode(*bytes);
  if (text) {
    source.text = std::move(*text);
  } else {
    source.error = text.error();
    source.error->where = path;
  }
  return source;
}

CompileOutcome complete_tables(const std::vector<Source>& sources,
                               const std::map<std::uint32_t, std::string>& interpreters,
                               const std::string& tables_directory, const Environment& environment) {
  std::map<std::uint32_t, std::vector<CompileJob>> jobs;
  for (const auto& source : sources) {
    if (source.error || base::exists(shard::tables_path(tables_directory, source.python, source.digest))) continue;
    jobs[source.python].push_back({source.path, source.digest, source.text});
  }
  CompileOutcome all;
  for (const auto& [python, list] : jobs) {
    auto interpreter = interpreters.find(python);
    CompileOutcome outcome;
    if (interpreter != interpreters.end()) {
      outcome = compile_sources(list, interpreter->second, python, tables_directory, environment);
    } else {
      for (const auto& job : list)
        outcome.failed.push_back({base::ErrorKind::not_found, job.path, "no CPython " + shard::python_version(python)});
    }
    all.n_files += outcome.n_files;
    all.n_lines += outcome.n_lines;
    all.cpu_seconds += outcome.cpu_seconds;
    all.failed.insert(all.failed.end(), outcome.failed.begin(), outcome.failed.end());
  }
  return all;
}

base::Result<model::LineSet> interpreter_lines(const Source& source, const std::string& directory) {
  const auto path = shard::tables_path(directory, source.python, source.digest);
  auto bytes = base::read_file(path);
  if (!bytes) return tl::unexpected(bytes.error());
  auto tables = shard::parse_tables(*bytes, path);
  if (!tables) return tl::unexpected(tables.error());
  if (tables->error) return tl::unexpected(syntax_error(source.path, *tables->error));
  model::LineSet lines;
  if (!shard::for_each_statement_line(*tables, [&](int line) { lines.insert(line); }))
    return base::fail(base::ErrorKind::format, path, "damaged line table");
  return lines;
}

bool should_be_python(const std::string& path) {
  const auto extension = base::extension(path);
  return extension.empty() || extension.starts_with(".py");
}

}  // namespace covey::cli
