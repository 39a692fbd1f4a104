#include <algorithm>
#include <covey/base/file.hpp>
#include <covey/base/hash.hpp>
#include <covey/formats/data_file_name.hpp>
#include <covey/inputs/combine_data_files.hpp>
#include <covey/inputs/data_files.hpp>
#include <deque>
#include <future>
#include <map>
#include <optional>
#include <set>

namespace covey::inputs {

namespace {

struct Input {
  std::string path;
  std::optional<std::string> hash;  // of its bytes; nothing where no other file can be the same, or it cannot be read
  base::Result<model::Measurement> data;
};

class DataFileCombiner {
 public:
  explicit DataFileCombiner(DataFileRequest& request)
      : m_request(request), m_combination(request.data_file, map_path(request), std::move(request.start)) {
    find_alike();
  }

  CombinedDataFiles combine() {
    while (!m_combined.stopped && (start_reading() || !m_reading.empty())) {
      if (m_reading.empty()) continue;
      auto input = m_reading.front().get();
      m_reading.pop_front();
      if (auto added = add(std::move(input)); !added) m_combined.stopped = added.error();
    }
    m_combined.counts = m_combination.counts();
    m_combined.data = m_combination.take();
    return std::move(m_combined);
  }

 private:
  static model::Combination::MapPath map_path(const DataFileRequest& request) {
    return request.map_path ? request.map_path : [](const std::string& path) { return path; };
  }

  // Begins to read files until as many are being read as may be, one of which has often ended before the first and
  // waits for it. Whether there are any left to begin with.
  bool start_reading() {
    const std::size_t most = m_request.jobs < 2 ? 1 : static_cast<std::size_t>(m_request.jobs) + 1;
    for (; m_next < m_request.files.size() && m_reading.size() < most; ++m_next) {
      const auto& path = m_request.files[m_next];
      if (path == m_request.data_file) continue;
      auto hash = formats::data_hash_in_name(path);
      if (hash && m_combination.is_duplicate(*hash)) {
        m_combined.done.push_back(path);
        m_combined.files.push_back({path, CombinedFile::Fate::duplicate});
      } else {
        auto how = most == 1 ? std::launch::deferred : std::launch::async;
        m_reading.push_back(std::async(how, [this, &path] { return read(path); }));
      }
    }
    return m_next < m_request.files.size();
  }

  // Of files whose names have no hash, those that may be the same as another.
  void find_alike() {
    std::map<std::string, std::string> by_sample;  // a file by the digest of its sample
    for (const auto& path : m_request.files) {
      if (path == m_request.data_file || formats::data_hash_in_name(path)) continue;
      const auto sample = base::read_sample(path);
      if (!sample) continue;
      const auto [first, is_new] = by_sample.emplace(base::digest128(*sample).hex(), path);
      if (!is_new) m_alike.insert({first->second, path});
    }
  }

  // Only files that may be the same as another are hashed: reading a large one whole takes as long as what it says.
  Input read(const std::string& path) const {
    std::optional<std::string> hash;
    if (m_alike.contains(path))
      if (auto bytes = base::read_file(path)) hash = base::digest128(*bytes).hex();
    return {path, std::move(hash), m_request.read(path)};
  }

  base::Result<void> add(Input input) {
    const bool is_duplicate = input.hash && m_combination.is_duplicate(*input.hash);
    if (!is_duplicate && !input.data) {
      m_combination.count_unreadable();
      m_combined.unreadable.push_back(input.data.error());
      m_combined.files.push_back({input.path, CombinedFile::Fate::unreadable});
      return {};
    }
    if (!is_duplicate)
      if (auto added = m_combination.add(input.path, std::move(*input.data)); !added) return added;
    m_combined.done.push_back(input.path);
    m_combined.files.push_back(
        {input.path, is_duplicate ? CombinedFile::Fate::duplicate : CombinedFile::Fate::combined});
    return {};
  }

  DataFileRequest& m_request;
  model::Combination m_combination;
  std::deque<std::future<Input>> m_reading;
  std::size_t m_next = 0;
  std::set<std::string> m_alike;  // paths
  CombinedDataFiles m_combined;
};

}  // namespace

base::Result<model::Measurement> read_start(const std::string& data_file, const ReadDataFile& read) {
  if (!base::exists(data_file)) return model::Measurement();
  auto start = read(data_file);
  if (!start && start.error().kind == base::ErrorKind::no_data) return model::Measurement();
  return start;
}

base::Result<CombinedDataFiles> combine_data_files(DataFileRequest request) {
  auto combined = DataFileCombiner(request).combine();
  if (combined.stopped) return tl::unexpected(*combined.stopped);
  return combined;
}

base::Result<CombinedDataFiles> combine_into_data_file(const DataFileCombine& combine) {
  using Need = DataFileCombine::Need;
  DataFileRequest request;
  request.data_file = combine.data_file;
  request.read = combine.read;
  request.map_path = combine.map_path;
  request.jobs = combine.jobs;
  if (combine.append) {
    auto start = read_start(combine.data_file, combine.read);
    if (!start) return tl::unexpected(start.error());
    request.start = std::move(*start);
  }
  base::Result<std::vector<std::string>> files;
  if (combine.others.empty() || !combine.paths.empty())
    files = combinable_files(combine.data_file, combine.paths, combine.cwd);
  if (!files) return tl::unexpected(files.error());
  files->insert(files->end(), combine.others.begin(), combine.others.end());
  if (files->empty() && combine.need == Need::data)
    return base::fail(base::ErrorKind::no_data, "", "No data to combine");
  request.files = std::move(*files);
  auto combined = DataFileCombiner(request).combine();
  if (combined.counts.combined > 0) {
    if (auto written = combine.write(combined.data, combine.data_file); !written)
      return tl::unexpected(written.error());
  } else if (combine.need == Need::data && !combined.stopped) {
    combined.stopped = base::Error{base::ErrorKind::no_data, "", "No usable data files"};
  }
  const std::set<std::string> others(combine.others.begin(), combine.others.end());
  for (const auto& file : combine.keep ? std::vector<std::string>() : combined.done)
    if (!others.contains(file))
      if (auto removed = erase_data_files(file, ErasedFiles::data_file); !removed)
        return tl::unexpected(removed.error());
  return combined;
}

}  // namespace covey::inputs
