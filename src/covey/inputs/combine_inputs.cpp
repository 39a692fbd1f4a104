#include <algorithm>
#include <covey/base/file.hpp>
#include <covey/base/path.hpp>
#include <covey/inputs/combine_inputs.hpp>
#include <covey/inputs/data_files.hpp>

namespace covey::inputs {

namespace {

class Finder {
 public:
  explicit Finder(const CombinePlaces& places) : m_places(places), m_own(base::canonical(places.own, places.cwd)) {}

  base::Result<CombineInputs> find() {
    if (m_places.paths.empty()) {
      if (runs::is_data_directory(m_places.own))
        if (auto added = add_directory(m_places.own); !added) return tl::unexpected(added.error());
      if (auto added = add_data_files({}); !added) return tl::unexpected(added.error());
    }
    for (const auto& path : m_places.paths)
      if (auto added = add(path); !added) return tl::unexpected(added.error());
    if (auto own = runs::DataDirectory::open(m_places.own))
      for (auto& folder : own->current())
        if (folder.slug == k_combined_slug) m_inputs.combined.push_back(std::move(folder));
    return std::move(m_inputs);
  }

 private:
  base::Result<void> add(const std::string& path) {
    const auto place = base::absolute(path, m_places.cwd);
    if (runs::is_data_directory(place)) return add_directory(place);
    if (base::is_file(place) && place.ends_with(".shard")) {
      m_inputs.shards.push_back(place);
      return {};
    }
    for (const auto& name : base::names_in(place))
      if (runs::is_data_directory(place + "/" + name))
        if (auto added = add_directory(place + "/" + name); !added) return added;
    // coverage.py takes of a directory the parallel files alone; what machines leave as artifacts is not always that.
    const auto data_file = base::join(place, base::basename(m_places.data_file));
    if (base::is_file(data_file)) m_inputs.data_files.push_back(data_file);
    return add_data_files({path});
  }

  base::Result<void> add_data_files(const std::vector<std::string>& paths) {
    auto files = combinable_files(m_places.data_file, paths, m_places.cwd);
    if (!files) return tl::unexpected(files.error());
    std::erase_if(*files, [](const auto& file) { return base::is_directory(file); });
    m_inputs.data_files.insert(m_inputs.data_files.end(), files->begin(), files->end());
    return {};
  }

  base::Result<void> add_directory(const std::string& path) {
    auto data = runs::DataDirectory::open(path);
    if (!data && data.error().kind == base::ErrorKind::not_found) return {};  // gone meanwhile
    if (!data) return tl::unexpected(data.error());
    for (const auto& known : m_inputs.directories)
      if (known.data.path() == data->path()) return {};
    CombinedDirectory directory{*data, {}, data->run_folders()};
    if (data->path() == m_own)
      std::erase_if(directory.all, [](const auto& folder) { return folder.slug == k_combined_slug; });
    directory.folders = runs::current_runs(directory.all);
    m_inputs.directories.push_back(std::move(directory));
    return {};
  }

  const CombinePlaces& m_places;
  std::string m_own;
  CombineInputs m_inputs;
};

}  // namespace

bool CombineInputs::empty() const {
  auto has_none = [](const CombinedDirectory& directory) { return directory.folders.empty(); };
  return shards.empty() && data_files.empty() && std::all_of(directories.begin(), directories.end(), has_none);
}

std::vector<std::string> CombineInputs::shard_paths() const {
  auto paths = shards;
  for (const auto& directory : directories)
    for (const auto& folder : directory.folders) {
      auto of_folder = runs::shard_paths(folder);
      paths.insert(paths.end(), of_folder.begin(), of_folder.end());
    }
  return paths;
}

base::Result<CombineInputs> find_inputs(const CombinePlaces& places) { return Finder(places).find(); }

}  // namespace covey::inputs
