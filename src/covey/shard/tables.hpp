// What CPython compiled a source to, as far as coverage needs it: kept once per source and CPython version, so that the
// binary knows the interpreter's own statements without an interpreter. docs/formats/tables.md
#pragma once

#include <covey/base/hash.hpp>
#include <covey/base/result.hpp>
#include <covey/shard/line_table.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace covey::shard {

struct CodeTable {
  std::string name;  // co_name
  int first_line = 0;
  std::string line_table;  // co_linetable, as it is
};

struct CompileError {
  int line = 0;         // 0 where the interpreter named none
  std::string message;  // the interpreter's
};

struct Tables {
  base::Digest128 digest;             // of the source file's bytes
  std::uint32_t python = 0;           // PY_VERSION_HEX
  std::vector<CodeTable> codes;       // the module's first, nested ones in any order
  std::optional<CompileError> error;  // the source does not compile: there are no codes
};

// The bytes of a tables file, as docs/formats/tables.md lays them out, for parse_tables().
std::string serialize_tables(const Tables& tables);

// Fails with ErrorKind::format on anything that serialize_tables did not write; `path` is for messages.
base::Result<Tables> parse_tables(std::string_view bytes, const std::string& path);

// The tables of a source in the directory of tables. Fails where there are none, they are damaged in any way, or are
// those of another source or CPython: whatever it is, they must be made anew.
base::Result<Tables> read_tables(const std::string& directory, std::uint32_t python, const base::Digest128& digest);

// Whether read_tables() would not fail.
bool has_tables(const std::string& directory, std::uint32_t python, const base::Digest128& digest);

// <directory>/cp<version>/<digest>.tables, the version as "3.14.8" and, before a final release, "3.15.0b2".
std::string tables_path(const std::string& directory, std::uint32_t python, const base::Digest128& digest);

// "3.14.8" for PY_VERSION_HEX 0x030e08f0.
std::string python_version(std::uint32_t hex);

// PY_VERSION_HEX for the name of a version's folder in a directory of tables, "cp3.14.8"; nothing for another name.
std::optional<std::uint32_t> python_of_folder(std::string_view name);

// Calls `visit(int line)` for every line of the compiled source that starts a statement, repeats included, as
// coverage.py finds them (bytecode.py, ByteParser): all lines but those of annotations that are evaluated later.
// Returns false where a table is damaged.
template <class Visit>
bool for_each_statement_line(const Tables& tables, Visit visit) {
  for (const auto& code : tables.codes) {
    if (code.name == "__annotate__") continue;
    auto visit_line = [&](int line) {
      if (line > 0) visit(line);
    };
    if (!for_each_table_line(code.line_table, code.first_line, visit_line)) return false;
  }
  return true;
}

}  // namespace covey::shard
