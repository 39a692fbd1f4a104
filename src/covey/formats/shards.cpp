#include <covey/formats/shards.hpp>
#include <covey/shard/layout.hpp>
#include <covey/shard/reader.hpp>

namespace covey::formats {

namespace {

// The arcs that a code object's points tell of: back to where it was called from, and from lines just above.
void add_arcs(const shard::ReadCode& code, std::vector<model::Arc>& arcs) {
  for (std::size_t i = 0; i < code.points.size(); ++i) {
    const int line = code.first_line + static_cast<int>(i);
    if ((code.points[i] & shard::k_line_returned) != 0) arcs.push_back({line, -code.def_line});
    for (int above = 1; above <= shard::k_after_bits; ++above)
      if ((code.points[i] & shard::k_line_after << (above - 1)) != 0 && line > above)
        arcs.push_back({line - above, line});
  }
}

// Branches, by the shard's file id, as `ran` is. What leads to one line alone is an arc whatever the source says.
void merge_branches(const shard::Shard& shard, const std::vector<model::LineSet>& ran,
                    const std::vector<model::MeasuredFile*>& files) {
  std::vector<std::vector<model::Arc>> arcs(files.size());
  std::vector<std::vector<model::Trail>> trails(files.size());
  for (const auto& code : shard.codes)
    if (code.def_line != 0) add_arcs(code, arcs[code.file_id]);
  for (const auto& trail : shard.trails)
    if (trail.implied && !ran[trail.file_id].contains(trail.lines[0]))
      continue;
    else if (trail.lines.size() == 1)
      arcs[trail.file_id].push_back({trail.from, trail.lines[0]});
    else
      trails[trail.file_id].push_back({trail.from, trail.lines});
  for (std::size_t id = 0; id < files.size(); ++id) {
    files[id]->arcs |= model::ArcSet(std::move(arcs[id]));
    files[id]->trails |= model::TrailSet(std::move(trails[id]));
  }
}

void merge(const shard::Shard& shard, model::Measurement& into) {
  std::vector<model::MeasuredFile*> files;  // by the shard's file id
  for (const auto& record : shard.files) {
    auto& file = into.files[std::string(record.path)];
    if ((record.flags & shard::k_file_has_source) != 0) file.digests.insert(record.digest);
    if (!record.module.empty()) file.modules.emplace(record.module);
    if ((record.flags & shard::k_file_unexecuted) == 0) {
      file.executed = true;
      into.modes |= shard.fact("measures") == "branches" ? model::k_measured_branches : model::k_measured_lines;
    }
    file.python = std::max(file.python, shard.python);
    files.push_back(&file);
  }
  std::vector<model::LineSet> ran(files.size());
  for (const auto& code : shard.codes)
    for (std::size_t i = 0; i < code.points.size(); ++i)
      if ((code.points[i] & shard::k_line_ran) != 0) ran[code.file_id].insert(code.first_line + static_cast<int>(i));
  for (std::size_t id = 0; id < files.size(); ++id) files[id]->ran |= ran[id];
  merge_branches(shard, ran, files);
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
