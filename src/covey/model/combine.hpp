// Uniting data of several processes or machines into one, as `combine` does.
#pragma once

#include <covey/base/result.hpp>
#include <covey/model/measurement.hpp>
#include <functional>
#include <string>
#include <unordered_map>
#include <unordered_set>

namespace covey::model {

struct CombineCounts {
  int combined = 0;
  int skipped = 0;  // duplicates
  int errored = 0;  // that could not be read

  // "Combined 2 files, skipped 1, 1 file errored", the last two where there are any; empty where there was nothing.
  std::string message() const;
};

// Takes one input after the other, so that memory does not grow with their number. What comes out depends on their
// order only as far as the path mapping does.
class Combination {
 public:
  // From a measured path to the one to keep it by; asked once a path. What it gives has its backslashes made slashes.
  using MapPath = std::function<std::string(const std::string& path)>;

  // `name` is what messages call the united data; `start` what it holds already.
  Combination(std::string name, MapPath map_path, Measurement start = {})
      : m_name(std::move(name)), m_map_path(std::move(map_path)), m_data(std::move(start)) {}

  // Whether data with this hash was asked about before: then it is a duplicate, and counted as one.
  bool is_duplicate(const std::string& hash);

  void count_unreadable() { ++m_counts.errored; }

  // Fails, before anything is changed, where one measured lines and the other branches, or where plugins of different
  // names claim a file. `source` is what messages call the input.
  base::Result<void> add(const std::string& source, Measurement data);

  // Fails where no input could be added: "No usable data files".
  base::Result<void> require_data() const;

  const CombineCounts& counts() const { return m_counts; }
  const Measurement& data() const { return m_data; }
  Measurement take() { return std::move(m_data); }

 private:
  const std::string& mapped(const std::string& path);
  base::Result<void> check_modes(const std::string& source, const Measurement& data) const;

  std::string m_name;
  MapPath m_map_path;
  Measurement m_data;
  CombineCounts m_counts;
  std::unordered_set<std::string> m_hashes;
  std::unordered_map<std::string, std::string> m_mapped;
};

}  // namespace covey::model
