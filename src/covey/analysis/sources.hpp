// The sources that measurements speak of, as they are on disk now.
#pragma once

#include <covey/base/environment.hpp>
#include <covey/base/result.hpp>
#include <covey/interpreters/compiler.hpp>
#include <covey/model/measurement.hpp>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace covey::analysis {

struct Source {
  std::string path;
  std::uint32_t python = 0;          // the CPython whose word counts: the newest that ran the file
  base::Digest128 digest;            // of its bytes now
  std::string text;                  // UTF-8
  std::optional<base::Error> error;  // why there is no text
};

// The bytes of a source. Fails where it cannot be read, or is larger than any source.
base::Result<std::string> read_source_bytes(const std::string& path);

// Reads the file. A file that cannot be read or decoded has an error in place of a text.
Source read_source(const std::string& path, std::uint32_t python);

// The same of a file whose bytes are at hand, with their digest.
Source decode_source(const std::string& path, std::uint32_t python, const base::Digest128& digest,
                     std::string_view bytes);

// Where and with what sources are compiled.
struct CompileSettings {
  std::map<std::uint32_t, std::string> interpreters;  // PY_VERSION_HEX: executable
  std::string tables;                                 // the directory of tables
  base::Environment environment;                      // of the interpreters
  int jobs = 1;                                       // interpreters at a time
  base::Progress progress = base::no_progress;
};

// Compiles those of `sources` for which there is no table yet, each with the interpreter of its version. A source whose
// version has no interpreter fails.
interpreters::CompileOutcome complete_tables(const std::vector<Source>& sources, const CompileSettings& settings);

// The lines that the interpreter says can run, from the source's table below `tables_directory`; nothing where there is
// no table, or none that is whole. Fails where the source does not compile, with its path and line (ErrorKind::format).
base::Result<std::optional<model::LineSet>> interpreter_lines(const Source& source,
                                                              const std::string& tables_directory);

// Whether the file is one that must be Python: others that ran (templates with a real file's name) are passed over
// where they cannot be compiled, as coverage.py does.
bool should_be_python(const std::string& path);

}  // namespace covey::analysis
