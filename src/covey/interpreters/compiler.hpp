// Asks an interpreter to compile sources to tables: for what nobody compiled yet, and only for that.
#pragma once

#include <covey/base/environment.hpp>
#include <covey/base/hash.hpp>
#include <covey/base/progress.hpp>
#include <covey/base/result.hpp>
#include <cstdint>
#include <string>
#include <vector>

namespace covey::interpreters {

struct CompileJob {
  std::string path;        // of the source
  base::Digest128 digest;  // of the file's bytes
  std::string text;        // of the source, as source::decode has it
};

struct CompileOutcome {
  int n_files = 0;         // for which there is a table now; a source that does not compile has its error as its table
  long n_lines = 0;        // of these
  double cpu_seconds = 0;  // of the interpreter
  std::vector<base::Error> failed;  // sources that are left without a table, and why

  CompileOutcome& operator+=(const CompileOutcome& other);
};

struct Compiler {
  std::string interpreter;
  std::uint32_t python = 0;       // PY_VERSION_HEX
  std::string tables;             // the directory of tables
  base::Environment environment;  // of the interpreter
  base::Progress progress = base::no_progress;
};

// Starts the interpreter, which must be the CPython of that version with Covey installed, and has it write the tables;
// as many of them at a time as `n_at_once` and the work allow. A source that kills the interpreter is left out and the
// others are still compiled. An interpreter that is missing, or is another by now, fails all of them. What failed is in
// the order of `jobs`.
CompileOutcome compile_sources(const std::vector<CompileJob>& jobs, Compiler compiler, int n_at_once);

}  // namespace covey::interpreters
