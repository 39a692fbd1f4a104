// Compiles sources to tables: what `covey` asks of an interpreter, after the tests, for what they left unknown.
#pragma once

#include <covey/base/result.hpp>
#include <string>

namespace covey::collector {

// Reads jobs from `fd` until it ends and writes one tables file (shard/tables.hpp) for each below `directory`. A job is
// u32 length of the path, u32 length of the text, 16 bytes digest of the source, the path, the text as UTF-8. A source
// that does not compile has its error as its table. Fails where a job is cut short or a table cannot be written.
// Needs the interpreter's lock; leaves no exception set.
base::Result<void> compile_tables(int fd, const std::string& directory);

}  // namespace covey::collector
