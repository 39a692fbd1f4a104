// What a rule of the gate says: values, for people and machines alike.
#pragma once

#include <covey/model/coverage.hpp>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace covey::gate {

// A file as rules see it.
struct GatedFile {
  model::FileCoverage coverage;
  model::LineSet continuations = {};  // lines that go on with a statement from the line above; empty where not known
};

// By path from the repository's root, as diffs name files.
using GatedFiles = std::map<std::string, GatedFile>;

enum class Rule { total, path, diff, new_file, no_drop };
enum class State { passed, failed, skipped };

// "total", "path", "diff", "new-file", "no-drop"; "passed", "failed", "skipped".
std::string_view name_of(Rule rule);
std::string_view name_of(State state);

struct LineRange {
  int first = 0;  // both 1-based and included
  int last = 0;

  friend bool operator==(const LineRange&, const LineRange&) = default;
};

struct FileLines {
  std::string file;
  std::vector<LineRange> ranges;  // ascending

  friend bool operator==(const FileLines&, const FileLines&) = default;
};

// No verdict names more ranges than that.
inline constexpr int k_most_ranges = 200;

struct RuleVerdict {
  Rule rule = Rule::total;
  std::string path;             // the pattern of a path's rule, the file of a new file's; else empty
  std::optional<double> value;  // percent, 0 to 100; of no-drop how many lines and branches; none where skipped
  std::optional<double> limit;  // that the value must reach; of no-drop, that it must not pass
  State state = State::skipped;
  std::string message;           // one line: what was found, and of a failed rule what would mend it
  std::vector<FileLines> lines;  // where a failed rule can be mended, the file with most to mend first
  int n_more_ranges = 0;         // left out of `lines`

  friend bool operator==(const RuleVerdict&, const RuleVerdict&) = default;
};

// Whether any rule failed; a skipped one did not.
bool any_failed(const std::vector<RuleVerdict>& verdicts);

// The least that coverage must reach, compared as coverage.py compares a total with `fail_under`: model/fail_under.hpp.
struct Threshold {
  double percent = 0;  // 0 to 100
  int precision = 0;   // decimals that percentages are rounded to
};

// A rule that could not be asked, shown with the reason.
RuleVerdict skipped(Rule rule, std::string path, std::optional<double> limit, std::string reason);

}  // namespace covey::gate
