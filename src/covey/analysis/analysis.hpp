// From measurements and sources to what reports show.
#pragma once

#include <covey/analysis/analysis_cache.hpp>
#include <covey/analysis/reported_names.hpp>
#include <covey/analysis/sources.hpp>
#include <covey/base/environment.hpp>
#include <covey/base/glob.hpp>
#include <covey/base/progress.hpp>
#include <covey/base/result.hpp>
#include <covey/model/coverage.hpp>
#include <covey/model/measurement.hpp>
#include <covey/source/patterns.hpp>
#include <string>
#include <vector>

namespace covey::analysis {

struct AnalysisOptions {
  ReportedNames names;    // how files are found; names are shown relative to its `cwd`
  std::string tables;     // the directory of tables
  base::GlobSet include;  // empty: every file
  base::GlobSet omit;
  source::Patterns exclude;           // lines that do not count
  source::Patterns partial_branches;  // lines whose branches are never missing; looked at where branches were measured
  bool describe_arcs = true;          // files have their arcs in words
  int jobs = 1;                       // files at a time
  bool ignore_errors = false;         // a file that cannot be analysed is a warning
  bool show_contexts = false;         // files say which lines ran in each context
  std::vector<std::string> files;     // these alone, measured or not; empty: every measured file
  base::Progress progress = base::no_progress;
};

struct Analysis {
  std::vector<model::FileReport> files;  // by path, ascending
  std::vector<base::Error> warnings;     // files left out because of ignore_errors; sources that changed since they ran
};

// Analyses the files that the options choose, from their sources as they are now; tables that are missing are
// compiled first, where their interpreter is at hand. Fails with the first file that cannot be analysed, unless errors
// are ignored, and where no file is left. What `cache` has of a source is not found out again, and what it has not is
// added to it; it must have been opened for these patterns and modes.
base::Result<Analysis> analyse(const model::Measurement& measurement, const AnalysisOptions& options,
                               const base::Environment& environment, AnalysisCache& cache);

// That there is no file to analyse.
base::Error nothing_to_report();

}  // namespace covey::analysis
