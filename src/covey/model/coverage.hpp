// What a report is made of: the lines of a file that are statements, and which of them ran.
#pragma once

#include <covey/model/arc_set.hpp>
#include <covey/model/line_set.hpp>
#include <map>
#include <string>
#include <vector>

namespace covey::model {

// Counts that add up over files. `n_excluded` counts excluded lines, not excluded statements, as coverage.py does
// (results.py, Numbers). A branch is one exit of a line that has several; a missing one is partial where its line ran.
struct Numbers {
  int n_files = 0;
  int n_statements = 0;
  int n_excluded = 0;
  int n_missing = 0;
  int n_branches = 0;
  int n_partial_branches = 0;
  int n_missing_branches = 0;

  int n_executed() const { return n_statements - n_missing; }
  int n_executed_branches() const { return n_branches - n_missing_branches; }
  // 0 to 100; 100 of nothing. Statements and branches together, and each alone.
  double percent() const;
  double percent_statements() const;
  double percent_branches() const;
  // Whether no line and no branch of a line that ran is missing: what reports leave out with --skip-covered.
  bool is_covered() const { return n_missing == 0 && n_partial_branches == 0; }
  Numbers& operator+=(const Numbers& other);
  friend bool operator==(const Numbers&, const Numbers&) = default;
};

// `percent` (0 to 100) with `precision` decimals, half to even on the double as Python's round does; "0" and "100"
// stand only for exactly that: what lies within one unit of either end shows one unit away from it. `precision` is 0 or
// more.
std::string display_percent(double percent, int precision = 0);

// A line that more than one line can follow. Lines to go to are as in Arc, ascending.
struct BranchLine {
  int line = 0;
  int n_exits = 0;              // arcs from it that are not excluded: always above 1
  std::vector<int> executed;    // possible ones that ran, to excluded lines as well
  std::vector<int> missing;     // those that count as missing: none where the line is marked as a partial branch
  std::vector<int> pardoned{};  // those that did not run and are not missing only because they lead to excluded lines

  friend bool operator==(const BranchLine&, const BranchLine&) = default;
};

// Lines and branches of one file. Invariant: executed and missing are disjoint and make up statements.
struct FileCoverage {
  LineSet statements;
  LineSet excluded;
  LineSet executed;
  LineSet missing;
  bool has_branches = false;         // whether branches were measured
  std::vector<BranchLine> branches;  // by line, ascending

  // `ran` is every line that executed; only statements count.
  static FileCoverage of(LineSet statements, LineSet excluded, const LineSet& ran);

  // Adds the branches: of the `possible` arcs those that are in `ran` count as executed; what leaves a line of
  // `no_branch` is never missing. coverage.py's results.py, Analysis.
  void set_branches(const ArcSet& possible, const ArcSet& ran, const LineSet& no_branch);

  // The same, of these lines only. As coverage.py has it (results.py, AnalysisNarrower), exclusions elsewhere are
  // forgotten: a branch that did not run and leads to an excluded line outside of `lines` is missing here.
  FileCoverage narrowed(const LineSet& lines) const;
  Numbers numbers() const;  // n_files is 1
};

// A function or a class as a part of a file. `lines` are those of its body that belong to no function nested in it; a
// class's are those of its methods.
struct Region {
  enum class Kind { function, class_ };
  Kind kind = Kind::function;
  std::string name;  // dotted: "Outer.method"
  int start = 0;     // the line of `def` or `class`
  LineSet lines;
};

// An arc in words.
struct ArcDescription {
  Arc arc;
  std::string action;   // what it does: "jump to line 4"
  std::string missing;  // what its absence means: "line 3 didn't jump to line 4 because …"
};

// One file as a report shows it.
struct FileReport {
  std::string name;  // as shown: relative to the current directory where it lies below it
  FileCoverage coverage;
  std::vector<Region> regions;
  int n_lines = 0;                             // lines of the source, as Python's str.splitlines counts them
  std::vector<ArcDescription> descriptions{};  // of the arcs in coverage.branches, ascending
  std::string path{};                          // of the source
  std::map<std::string, LineSet> contexts{};   // the lines that ran in each, as measured; empty where nobody asked
  LineSet continuations{};                     // lines that go on with a statement from the line above

  // The arc in words; nullptr where there are none for it.
  const ArcDescription* description_of(Arc arc) const;
};

// Whether branches were measured in any of them: in all, then, as lines and branches do not mix.
bool has_branches(const std::vector<FileReport>& files);

// The sum over all files.
Numbers total_of(const std::vector<FileReport>& files);

// "1-2, 5-11": the `lines`, all of them statements, as ranges; a range goes on over lines that are not in `statements`.
// Among them, as "3->7" or "3->exit", the missing branches neither end of which is in `lines`.
std::string format_lines(const LineSet& statements, const LineSet& lines, const std::vector<BranchLine>& branches = {});

}  // namespace covey::model
