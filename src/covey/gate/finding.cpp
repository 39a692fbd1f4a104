#include <covey/gate/finding.hpp>

namespace covey::gate {

std::string_view reason_name(Reason reason) {
  switch (reason) {
    case Reason::no_data:
      return "no-data";
    case Reason::no_end:
      return "no-end";
    case Reason::session_failed:
      return "session-failed";
    case Reason::session_aborted:
      return "session-aborted";
    case Reason::session_interrupted:
      return "session-interrupted";
    case Reason::session_skipped:
      return "session-skipped";
    case Reason::fewer_tests:
      return "fewer-tests";
    case Reason::other_commit:
      return "other-commit";
    case Reason::source_changed:
      return "source-changed";
    case Reason::mixed_branch_line:
      return "mixed-branch-line";
    case Reason::shard_incomplete:
      return "shard-incomplete";
    case Reason::no_tests:
      return "no-tests";
    case Reason::source_not_imported:
      return "source-not-imported";
    case Reason::log_contradicts:
      return "log-contradicts";
    case Reason::duplicate_part:
      return "duplicate-part";
    case Reason::unreadable:
      return "unreadable";
  }
  return "";
}

}  // namespace covey::gate
