// Combining coverage.py's data files: what `combine` as drop-in does before it writes .coverage.
#pragma once

#include <covey/base/result.hpp>
#include <covey/model/combine.hpp>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace covey::inputs {

// Reads one data file. Called on several threads at once. An error's message is what coverage.py would warn with.
using ReadDataFile = std::function<base::Result<model::Measurement>(const std::string& path)>;

// What a data file holds to which more is added: nothing where it is not there, or has no tables yet. Fails as `read`
// does.
base::Result<model::Measurement> read_start(const std::string& data_file, const ReadDataFile& read);

struct DataFileRequest {
  std::vector<std::string> files;  // combinable_files()
  std::string data_file;           // that the result is for: not combined with itself
  model::Measurement start;        // what it holds already, where that is to stay (--append)
  ReadDataFile read;
  model::Combination::MapPath map_path;  // PathAliases, or none: then paths stay
  int jobs = 1;                          // files read at once, and so in memory
};

// What became of an input.
struct CombinedFile {
  enum class Fate { combined, duplicate, unreadable };

  std::string path;
  Fate fate = Fate::combined;
};

struct CombinedDataFiles {
  model::Measurement data;
  model::CombineCounts counts;
  std::vector<base::Error> unreadable;  // to be warned of; these files stay
  std::vector<std::string> done;        // combined, or duplicates: to be removed once the data is written
  std::vector<CombinedFile> files;      // all of them
  std::optional<base::Error> stopped;   // why the rest was not combined, or nothing was
};

// Unites the files in their order. Those with the same data, by the hash in their name or else by their bytes, count
// once. Fails as Combination::add does; `stopped` is never set.
base::Result<CombinedDataFiles> combine_data_files(DataFileRequest request);

// Replaces a data file by this data.
using WriteDataFile = std::function<base::Result<void>(const model::Measurement& data, const std::string& path)>;

struct DataFileCombine {
  enum class Need {
    data,     // `combine`: nothing to combine is an error
    nothing,  // a report, which combines what it finds before it reads
  };

  std::string data_file;            // absolute
  std::vector<std::string> paths;   // as combinable_files() takes them
  std::vector<std::string> others;  // more that `read` reads; these stay
  std::string cwd;
  Need need = Need::data;
  bool append = false;  // what the data file holds stays
  bool keep = false;    // the inputs stay
  int jobs = 1;
  ReadDataFile read;
  WriteDataFile write;
  model::Combination::MapPath map_path;
};

// All that `coverage combine` does but for what it prints: the message of `counts`, and a warning of each in
// `unreadable`. Nothing is written where nothing could be combined, and nothing is removed before it has been written.
// Where an input is of other data than those before it, these are written and removed all the same, as coverage.py
// does, and `stopped` says why; or that none was usable. Fails, and says so, in coverage.py's words.
base::Result<CombinedDataFiles> combine_into_data_file(const DataFileCombine& combine);

}  // namespace covey::inputs
