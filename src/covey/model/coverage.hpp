// What a report is made of: the lines of a file that are statements, and which of them ran.
#pragma once

#include <covey/model/line_set.hpp>
#include <string>
#include <vector>

namespace covey::model {

// Counts that add up over files. Lines only; `n_excluded` counts excluded lines, not excluded statements, as
// coverage.py does (results.py, Numbers).
struct Numbers {
  int n_files = 0;
  int n_statements = 0;
  int n_excluded = 0;
  int n_missing = 0;

  int n_executed() const { return n_statements - n_missing; }
  double percent() const;  // 0 to 100; 100 where there are no statements
  Numbers& operator+=(const Numbers& other);
  friend bool operator==(const Numbers&, const Numbers&) = default;
};

// `percent` (0 to 100) with `precision` decimals, half to even on the double as Python's round does; "0" and "100"
// stand only for exactly that: what lies within one unit of either end shows one unit away from it. `precision` is 0 or
// more.
std::string display_percent(double percent, int precision = 0);

// Lines of one file. Invariant: executed and missing are disjoint and make up statements.
struct FileCoverage {
  LineSet statements;
  LineSet excluded;
  LineSet executed;
  LineSet missing;

  // `ran` is every line that executed; only statements count.
  static FileCoverage of(LineSet statements, LineSet excluded, const LineSet& ran);
  FileCoverage narrowed(const LineSet& lines) const;  // the same, of these lines only
  Numbers numbers() const;                            // n_files is 1
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

// One file as a report shows it.
struct FileReport {
  std::string name;  // as shown: relative to the current directory where it lies below it
  FileCoverage coverage;
  std::vector<Region> regions;
  int n_lines = 0;  // lines of the source, as Python's str.splitlines counts them
};

// "1-2, 5-11": the `lines`, all of them statements, as ranges; a range goes on over lines that are not in `statements`.
std::string format_lines(const LineSet& statements, const LineSet& lines);

}  // namespace covey::model
