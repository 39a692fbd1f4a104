#include <covey/formats/shards.hpp>
#include <covey/shard/layout.hpp>
#include <covey/shard/reader.hpp>

namespace covey::formats {

namespace {

void merge(const shard::Shard& shard, model::Measurement& into) {
  std::vector<model::MeasuredFile*> files;  // by the shard's file id
  for (const auto& record : shard.files) {
    auto& file = into.files[std::string(record.path)];
    if ((record.flags & shard::k_file_has_source) != 0) file.digests.insert(record.digest);
    if (!record.module.empty()) file.modules.emplace(record.module);
    if ((record.flags & shard::k_file_unexecuted) == 0) file.executed = true;
    file.python = std::max(file.python, shard.python);
    files.push_back(&file);
  }
  for (const auto& code : shard.codes) {
    auto& ran = files[code.file_id]->ran;
    for (std::size_t i = 0; i < code.points.size(); ++i)
      if (code.points[i] != 0) ran.insert(code.first_line + static_cast<int>(i));
  }
  if (auto python = shard.fact("python"); !python.empty()) {
    auto [known, added] = into.interpreters.emplace(shard.python, python);
    if (!added && python < known->second) known->second = python;
  }
}

}  // namespace

ShardsRead& ShardsRead::operator+=(const ShardsRead& other) {
  measurement |= other.measurement;
  n_shards += other.n_shards;
  damaged.insert(damaged.end(), other.damaged.begin(), other.damaged.end());
  incomplete.insert(incomplete.end(), other.incomplete.begin(), other.incomplete.end());
  return *this;
}

ShardsRead read_shards(const std::vector<std::string>& paths) {
  ShardsRead all;
  for (const auto& path : paths) {
    auto shard = shard::read_shard(path);
    if (!shard) {
      all.damaged.push_back(shard.error());
      continue;
    }
    ++all.n_shards;
    merge(*shard, all.measurement);
    if (shard->damage) all.damaged.push_back(*shard->damage);
    if (!shard->incomplete.empty())
      all.incomplete.push_back({base::ErrorKind::io, path, std::string(shard->incomplete)});
  }
  return all;
}

}  // namespace covey::formats
