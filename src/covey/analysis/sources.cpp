#include <unistd.h>
#include <cerrno>
#include <covey/analysis/sources.hpp>
#include <covey/base/file.hpp>
#include <covey/base/path.hpp>
#include <covey/base/printable.hpp>
#include <covey/base/zip.hpp>
#include <covey/shard/tables.hpp>
#include <covey/source/text.hpp>
#include <utility>

namespace covey::analysis {

namespace {

base::Error syntax_error(const std::string& path, const shard::CompileError& error) {
  const auto line = std::to_string(error.line);
  base::Error said{base::ErrorKind::format, path,
                   (error.line > 0 ? "line " + line + ": " : "") + "not Python: " + error.message};
  said.as_coverage_says = "Couldn't parse '" + path + "' as Python source: " + base::quoted(error.message) +
                          " at line " + (error.line > 0 ? line : "None");
  return said;
}

// The error of a source that was not read. coverage.py repeats what the operating system says of one that is there, and
// knows no bound.
base::Error no_source(base::Error error, const std::string& path) {
  const auto said = "No source for code: '" + path + "'";
  if (!base::exists(path)) {
    error.slug = "no-source";
    error.as_coverage_says = said + ".";
  } else if (base::is_directory(path)) {
    error.as_coverage_says = said + ": [Errno " + std::to_string(EISDIR) + "] Is a directory: " + base::quoted(path);
  } else if (::access(path.c_str(), R_OK) != 0 && errno == EACCES) {
    error.as_coverage_says = said + ": [Errno " + std::to_string(EACCES) + "] Permission denied: " + base::quoted(path);
  }
  return error;
}

// Of a path that leads into an archive, the parts before and behind the archive's name: coverage.py's get_zip_bytes.
std::optional<std::pair<std::string, std::string>> split_at_archive(const std::string& path) {
  for (const char* extension : {".zip/", ".whl/", ".egg/", ".pex/", ".par/"})
    if (const auto at = path.find(extension); at != path.npos)
      return std::pair(path.substr(0, at + 4), path.substr(at + 5));
  return std::nullopt;
}

}  // namespace

base::Result<std::string> read_source_bytes(const std::string& path) {
  auto bytes = base::read_file(path, base::k_source_limit);
  if (bytes) return bytes;
  if (const auto archive = base::exists(path) ? std::nullopt : split_at_archive(path))
    if (auto packed = base::read_zip_member(archive->first, archive->second, base::k_source_limit)) return packed;
  return tl::unexpected(no_source(bytes.error(), path));
}

Source read_source(const std::string& path, std::uint32_t python) {
  auto bytes = read_source_bytes(path);
  if (!bytes) return {path, python, {}, {}, bytes.error()};
  return decode_source(path, python, base::digest128(*bytes), *bytes);
}

Source decode_source(const std::string& path, std::uint32_t python, const base::Digest128& digest,
                     std::string_view bytes) {
  Source source{path, python, digest, {}, std::nullopt};
  auto text = source::decode(bytes);
  if (text) {
    source.text = std::move(*text);
  } else {
    source.error = text.error();
    source.error->where = path;
  }
  return source;
}

interpreters::CompileOutcome complete_tables(const std::vector<Source>& sources, const CompileSettings& settings) {
  std::map<std::uint32_t, std::vector<interpreters::CompileJob>> jobs;
  for (const auto& source : sources) {
    if (source.error || shard::has_tables(settings.tables, source.python, source.digest)) continue;
    jobs[source.python].push_back({source.path, source.digest, source.text});
  }
  interpreters::CompileOutcome all;
  for (const auto& [python, list] : jobs) {
    auto interpreter = settings.interpreters.find(python);
    if (interpreter != settings.interpreters.end()) {
      all += interpreters::compile_sources(
          list, {interpreter->second, python, settings.tables, settings.environment, settings.progress}, settings.jobs);
      continue;
    }
    for (const auto& job : list)
      all.failed.push_back({base::ErrorKind::not_found, job.path, "no CPython " + shard::python_version(python)});
  }
  return all;
}

base::Result<std::optional<model::LineSet>> interpreter_lines(const Source& source, const std::string& directory) {
  auto tables = shard::read_tables(directory, source.python, source.digest);
  if (!tables) return std::nullopt;
  if (tables->error) return tl::unexpected(syntax_error(source.path, *tables->error));
  model::LineSet lines;
  shard::for_each_statement_line(*tables, [&](int line) { lines.insert(line); });
  return lines;
}

bool should_be_python(const std::string& path) {
  const auto extension = base::extension(path);
  return extension.empty() || extension.starts_with(".py");
}

}  // namespace covey::analysis
