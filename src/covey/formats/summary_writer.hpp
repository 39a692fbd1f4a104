// The verdict of a coverage job as JSON: what `--json` prints, and covey-summary.json (docs/formats/summary.md).
#pragma once

#include <covey/gate/verdict.hpp>
#include <string>

namespace covey::formats {

// What became of posting it: nothing where it was not asked for.
struct Posted {
  std::optional<std::string> comment;  // its URL, or what failed
  std::optional<std::string> status;   // likewise
};

// One object on one line, ASCII, without a newline at the end: the verdict with totals, and no file but those with
// lines that would mend a rule.
std::string write_verdict(const gate::Verdict& verdict, const Posted& posted);

// The same with the totals of each file, as arrays. `created` is ISO 8601, `version` the tool's.
std::string write_summary(const gate::Verdict& verdict, const std::string& created, const std::string& version);

}  // namespace covey::formats
