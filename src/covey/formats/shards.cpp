#include <covey/formats/shards.hpp>
#include <covey/shard/layout.hpp>
#include <covey/shard/reader.hpp>
#include <map>

namespace covey::formats {

namespace {

// What a shard says of one file in one context, being gathered.
struct Gathered {
  model::LineSet ran;
  std::vector<model::Arc> arcs;
  std::vector<model::Trail> trails;

  model::ContextData take() {
    return {std::move(ran), model::ArcSet(std::move(arcs)), model::TrailSet(std::move(trails))};
  }
};

// By the shard's file id; by the number of a context plus 1, 0 for what ran outside any dynamic one.
using ByContext = std::map<std::uint32_t, Gathered>;

// Whether a trail that an exception ended is none: to coverage.py's C tracer, the reference before 3.14 and wherever
// there are dynamic contexts, it is not; to its sys.monitoring core, which follows the byte code alone, it is.
bool must_arrive(const shard::Shard& shard) { return shard.python < model::k_python_3_14 || !shard.contexts.empty(); }

// From line to line, or out of the code. Where it must have arrived, that may be known only from other data.
void add_step(int from, int to, bool has_arrived, Gathered& into) {
  if (has_arrived)
    into.arcs.push_back({from, to});
  else
    into.trails.push_back({from, {to}, true});
}

// What a point tells of: that the line ran, an arc back to where the code was called from, and arcs from lines just
// above.
void add_point(const shard::ReadCode& code, int line, std::uint8_t bits, bool if_arrived, Gathered& into) {
  const bool ran = (bits & shard::k_line_ran) != 0;
  if (ran) into.ran.insert(line);
  if (code.def_line == 0) return;
  if ((bits & shard::k_line_returned) != 0) add_step(line, -code.def_line, ran || !if_arrived, into);
  for (int above = 1; above <= shard::k_after_bits; ++above)
    if ((bits & shard::k_line_after << (above - 1)) != 0 && line > above) add_step(line - above, line, ran, into);
}

// What leads to one line alone is an arc whatever the source says, unless it has to be asked whether it arrived.
void add_trail(const shard::ReadTrail& trail, bool if_arrived, Gathered& into) {
  if (trail.lines.size() == 1)
    add_step(trail.from, trail.lines[0], !if_arrived || into.ran.contains(trail.lines[0]), into);
  else
    into.trails.push_back({trail.from, trail.lines, if_arrived});
}

std::vector<ByContext> gather(const shard::Shard& shard) {
  std::vector<ByContext> files(shard.files.size());
  const bool if_arrived = must_arrive(shard);
  for (const auto& code : shard.codes) {
    auto& outside = files[code.file_id][0];
    for (std::size_t i = 0; i < code.points.size(); ++i)
      if (code.points[i] != 0)
        add_point(code, code.first_line + static_cast<int>(i), code.points[i], if_arrived, outside);
  }
  shard::for_each_context_event(shard, [&](const shard::ContextEvent& event) {
    if (event.line != 0) {
      const auto& code = shard.codes[event.what];
      return add_point(code, event.line, event.bits, true, files[code.file_id][event.context + 1]);
    }
    const auto& trail = shard.context_trails[event.what];
    add_trail(trail, true, files[trail.file_id][event.context + 1]);
  });
  for (const auto& trail : shard.trails) {
    auto& contexts = files[trail.file_id];
    if (!trail.implied) add_trail(trail, if_arrived, contexts[0]);
    if (!trail.implied) continue;
    // In a context both lines must have run: the one that it leads to may be another code object's as well.
    for (auto& [context, gathered] : contexts)
      if (gathered.ran.contains(trail.lines[0]) && (shard.contexts.empty() || gathered.ran.contains(trail.from)))
        add_trail(trail, if_arrived, gathered);
  }
  return files;
}

// As coverage.py names what ran in a dynamic context of a process that has a static one.
std::string joined(std::string_view static_context, std::string_view dynamic_context) {
  std::string name(static_context);
  if (!static_context.empty() && !dynamic_context.empty()) name += '|';
  return name.append(dynamic_context);
}

// Adds what the file ran, of a shard that measured in contexts, or joins data that did.
void add_contexts(const shard::Shard& shard, ByContext& contexts, model::MeasuredFile& into) {
  model::MeasuredFile part;
  for (auto& [number, gathered] : contexts) {
    auto data = gathered.take();
    part.ran |= data.ran;
    part.arcs |= data.arcs;
    part.trails |= data.trails;
    part.contexts[joined(shard.fact("context"), number == 0 ? "" : shard.contexts[number - 1])] |= data;
  }
  into |= part;
}

void merge(const shard::Shard& shard, model::Measurement& into) {
  const bool in_contexts = !shard.contexts.empty() || !shard.fact("context").empty();
  auto gathered = gather(shard);
  for (std::size_t id = 0; id < shard.files.size(); ++id) {
    const auto& record = shard.files[id];
    auto& file = into.files[std::string(record.path)];
    if ((record.flags & shard::k_file_has_source) != 0) file.digests.insert(record.digest);
    if (!record.module.empty()) file.modules.emplace(record.module);
    if ((record.flags & shard::k_file_unexecuted) == 0) {
      file.executed = true;
      into.modes |= shard.fact("measures") == "branches" ? model::k_measured_branches : model::k_measured_lines;
    }
    file.python = std::max(file.python, shard.python);
    if (in_contexts || !file.contexts.empty()) {
      // An empty file runs no line, but runs.
      if (gathered[id].empty() && (record.flags & shard::k_file_unexecuted) == 0) gathered[id][0];
      add_contexts(shard, gathered[id], file);
    } else {
      auto data = gathered[id][0].take();
      file.ran |= data.ran;
      file.arcs |= data.arcs;
      file.trails |= data.trails;
    }
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

void add_shard(const base::Result<shard::Shard>& shard, const std::string& path, ShardsRead& into) {
  if (!shard) {
    into.damaged.push_back(shard.error());
    return;
  }
  ++into.n_shards;
  merge(*shard, into.measurement);
  if (shard->damage) into.damaged.push_back(*shard->damage);
  if (!shard->incomplete.empty())
    into.incomplete.push_back({base::ErrorKind::io, path, std::string(shard->incomplete)});
}

ShardsRead read_shards(const std::vector<std::string>& paths) {
  ShardsRead all;
  for (const auto& path : paths) add_shard(shard::read_shard(path), path, all);
  return all;
}

}  // namespace covey::formats
