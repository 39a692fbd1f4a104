// What a run leaves as coverage.py's drop-in: its data file, or in parallel mode one for each process.
#pragma once

#include <covey/base/result.hpp>
#include <covey/model/measurement.hpp>
#include <string>
#include <vector>

namespace covey::inputs {

// What one process measured.
struct ProcessData {
  int pid = 0;
  model::Measurement measurement;
};

// Names files as seen from `cwd`, those below it: what [run] relative_files asks for.
void name_relative_to(const std::string& cwd, model::Measurement& measurement);

struct DataFileOutput {
  std::string path;               // of the data file; absolute
  bool parallel = false;          // each process has a file of its own, which is named after it
  bool parallel_below = false;    // each process but the first has one; the first is what the data file holds
  bool relative_files = false;    // files are named from `cwd` where they lie below it
  std::string cwd;                // canonical
  model::Measurement start = {};  // what the data file holds already and keeps (--append)
};

struct ProcessesRead {
  std::vector<ProcessData> processes;
  std::vector<base::Error> unread;
};

// Reads the shards, in the order given. What cannot be read is told in `unread`, and what is known to be incomplete.
ProcessesRead read_processes(const std::vector<std::string>& shards);

// Takes out what coverage.py would not have measured, a file that only processes other than `main_pid` ran, where it is
// gone by now: a report could not show it. Tests that write scripts and run them would otherwise fail every report.
void drop_vanished(std::vector<ProcessData>& processes, int main_pid);

// Writes the data, in place of a data file that is there; makes its directory. In parallel mode processes that ran
// nothing get no file, but for the first of them. Fails in coverage.py's words where it has any.
base::Result<void> write_data_files(const std::vector<ProcessData>& processes, const DataFileOutput& output);

}  // namespace covey::inputs
