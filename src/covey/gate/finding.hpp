// What makes data not whole, and what to do about it.
#pragma once

#include <string>
#include <string_view>

namespace covey::gate {

enum class Reason {
  no_data,
  no_end,
  session_failed,
  session_aborted,
  session_interrupted,
  session_skipped,
  fewer_tests,
  other_commit,
  source_changed,
  mixed_branch_line,
  shard_incomplete,
  no_tests,
  source_not_imported,
  log_contradicts,
  duplicate_part,
  unreadable,
};

// As JSON and people have it: "no-data".
std::string_view reason_name(Reason reason);

struct Finding {
  std::string job;  // empty where it is of no single one
  Reason reason = Reason::no_data;
  std::string path;      // of the evidence; empty where there is none
  std::string expected;  // what should have been there, in a few words; may be empty
  std::string found;     // and what was
  std::string message;   // one line
  std::string fix;       // what to do
};

}  // namespace covey::gate
