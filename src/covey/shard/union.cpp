#include <algorithm>
#include <covey/base/parallel.hpp>
#include <covey/shard/layout.hpp>
#include <covey/shard/union.hpp>
#include <covey/shard/writer.hpp>

namespace covey::shard {

namespace {

void add_to(UnitedShards& united, const std::string& path) {
  auto shard = read_shard(path);
  if (!shard) {
    united.damaged.push_back(shard.error());
    return;
  }
  ++united.n_shards;
  united.data.add(*shard);
  if (shard->damage) united.damaged.push_back(*shard->damage);
  if (!shard->incomplete.empty())
    united.incomplete.push_back({base::ErrorKind::io, path, std::string(shard->incomplete)});
}

void sort_by_path(std::vector<base::Error>& errors) {
  std::sort(errors.begin(), errors.end(), [](const auto& a, const auto& b) { return a.where < b.where; });
}

}  // namespace

void Union::File::unite(const CodeKey& key, const std::uint8_t* from, std::size_t& hint) {
  const std::size_t size = key.n_points;
  if (hint >= codes.size() || codes[hint].key != key) {
    auto [known, added] = by_key.try_emplace(key, codes.size());
    hint = known->second;
    if (added) {
      codes.push_back({key, points.size()});
      points.resize(points.size() + size);
    }
  }
  auto* into = points.data() + codes[hint++].at;
  for (std::size_t i = 0; i < size; ++i) into[i] |= from[i];
}

std::size_t Union::Group::file(const Source& source) {
  auto& same_path = by_path[source.path];
  for (auto index : same_path)
    if (files[index].source == source) return index;
  same_path.push_back(files.size());
  files.push_back({source, {}, {}, {}, {}, {}});
  return files.size() - 1;
}

void Union::Group::note(std::string_view python, std::string_view reason) {
  if (!python.empty() && (executable.empty() || python < executable)) executable = python;
  if (incomplete.empty()) incomplete = reason;
}

void Union::InContext::add(const CodeKey& key, int line, std::uint8_t bits) {
  auto& known = points[key];
  known.resize(key.n_points);
  known[static_cast<std::size_t>(line) - key.first_line] |= bits;
}

void Union::InContext::add(const InContext& other) {
  for (const auto& [key, theirs] : other.points) {
    auto& ours = points[key];
    ours.resize(key.n_points);
    for (std::size_t i = 0; i < theirs.size(); ++i) ours[i] |= theirs[i];
  }
  trails.insert(other.trails.begin(), other.trails.end());
}

void Union::add(const Shard& shard) {
  auto& group = m_groups[{shard.python, std::string(shard.fact("measures")), std::string(shard.fact("context"))}];
  group.note(shard.fact("python"), shard.incomplete);
  struct Place {
    std::size_t file;
    std::size_t hint = 0;
  };
  std::vector<Place> places;  // by the shard's file id
  places.reserve(shard.files.size());
  for (const auto& file : shard.files)
    places.push_back(
        {group.file({std::string(file.path), std::string(file.module), file.digest, file.flags, shard.python})});
  auto key_of = [](const ReadCode& code) {
    return CodeKey{static_cast<std::uint32_t>(code.first_line), static_cast<std::uint32_t>(code.points.size()),
                   code.def_line};
  };
  for (const auto& code : shard.codes) {
    auto& place = places[code.file_id];
    group.files[place.file].unite(key_of(code), code.points.data(), place.hint);
  }
  for (const auto& trail : shard.trails)
    group.files[places[trail.file_id].file].trails.emplace(
        trail.implied ? RecordType::implied_trail : RecordType::trail, trail.from, trail.lines);
  auto context = [&](std::uint32_t file_id, std::uint32_t number) -> InContext& {
    auto& contexts = group.files[places[file_id].file].contexts;
    const auto name = shard.contexts[number];
    auto known = contexts.find(name);
    return known != contexts.end() ? known->second : contexts[std::string(name)];
  };
  for_each_context_event(shard, [&](const ContextEvent& event) {
    if (event.line != 0) {
      const auto& code = shard.codes[event.what];
      context(code.file_id, event.context).add(key_of(code), event.line, event.bits);
    } else {
      const auto& trail = shard.context_trails[event.what];
      context(trail.file_id, event.context).trails.emplace(RecordType::context_trail, trail.from, trail.lines);
    }
  });
}

void Union::add(const Union& other) {
  for (const auto& [kind, theirs] : other.m_groups) {
    auto& ours = m_groups[kind];
    ours.note(theirs.executable, theirs.incomplete);
    for (const auto& file : theirs.files) {
      auto& into = ours.files[ours.file(file.source)];
      std::size_t hint = 0;
      for (const auto& code : file.codes) into.unite(code.key, file.points.data() + code.at, hint);
      into.trails.insert(file.trails.begin(), file.trails.end());
      for (const auto& [name, in_context] : file.contexts) into.contexts[name].add(in_context);
    }
  }
}

std::set<std::string> Union::measured() const {
  std::set<std::string> measured;
  for (const auto& [kind, group] : m_groups) {
    auto ran = [](const File& file) { return (file.source.flags & k_file_unexecuted) == 0; };
    if (std::any_of(group.files.begin(), group.files.end(), ran)) measured.insert(kind.measures);
  }
  return measured;
}

bool Union::is_mixed() const { return measured().size() > 1; }

bool Union::has_branches() const { return measured().contains("branches"); }

std::vector<Union::Source> Union::sources() const {
  std::vector<Source> all;
  for (const auto& [kind, group] : m_groups)
    for (const auto& file : group.files) all.push_back(file.source);
  return all;
}

base::Result<void> Union::write(const Written& to, const MapPath& map_path) const {
  for (const auto& [kind, group] : m_groups)
    if (auto written = group.write(kind, to, map_path); !written) return written;
  return {};
}

base::Result<void> Union::Group::write(const Kind& kind, const Written& to, const MapPath& map_path) const {
  ShardStart start{to.directory, to.run_id, kind.python, to.process};
  if (!executable.empty()) start.process.emplace_back("python", executable);
  if (!kind.measures.empty()) start.process.emplace_back("measures", kind.measures);
  if (!kind.context.empty()) start.process.emplace_back("context", kind.context);
  auto writer = Writer::create(start);
  if (!writer) return tl::unexpected(writer.error());
  ContextLog log(**writer);
  std::map<std::string, std::uint32_t, std::less<>> contexts;
  for (const auto& file : files) {
    const auto path = map_path(file.source.path);
    auto id = (*writer)->add_file({path, file.source.module, file.source.flags, file.source.digest});
    if (!id) return tl::unexpected(id.error());
    if (auto written = file.write(**writer, *id, log, contexts); !written) return written;
  }
  if (!incomplete.empty()) (*writer)->mark_incomplete(incomplete);
  if (!(*writer)->accepts()) return base::fail(base::ErrorKind::io, (*writer)->path(), "could not be written to");
  return {};
}

base::Result<void> Union::File::write(Writer& writer, std::uint32_t id, ContextLog& log,
                                      std::map<std::string, std::uint32_t, std::less<>>& known) const {
  const auto first_code = writer.count(RecordType::code);
  for (const auto& code : codes) {
    auto into = writer.add_code(id, code.key.first_line, code.key.n_points, code.key.def_line);
    if (!into) return tl::unexpected(into.error());
    std::copy_n(points.data() + code.at, code.key.n_points, *into);
    writer.keep(*into, code.key.n_points);
  }
  Trails all = trails;
  for (const auto& [name, in_context] : contexts) all.insert(in_context.trails.begin(), in_context.trails.end());
  std::map<Trails::value_type, std::uint32_t> context_trails;  // their numbers in the shard
  for (const auto& trail : all) {
    const auto& [type, from, lines] = trail;
    if (type == RecordType::context_trail) context_trails.emplace(trail, writer.count(type));
    if (auto added = writer.add_trail(id, static_cast<std::uint32_t>(from), lines, type); !added) return added;
  }
  for (const auto& [name, in_context] : contexts) {
    auto [context, is_new] = known.try_emplace(name, writer.count(RecordType::context));
    if (is_new)
      if (auto added = writer.add_context(name); !added) return added;
    for (const auto& [key, bits] : in_context.points) {
      const auto code = first_code + static_cast<std::uint32_t>(by_key.at(key));
      const ContextLog::Place place{context->second, code, static_cast<int>(key.first_line)};
      if (auto logged = log.add(place, bits); !logged) return logged;
    }
    for (const auto& trail : in_context.trails)
      if (auto logged = log.went(context->second, context_trails.at(trail)); !logged) return logged;
  }
  return {};
}

UnitedShards unite_shards(const std::vector<std::string>& paths, int jobs) {
  std::vector<UnitedShards> parts(base::thread_count(paths.size(), jobs));
  base::for_each_index(paths.size(), jobs, [&](auto index, auto thread) { add_to(parts[thread], paths[index]); });
  auto all = std::move(parts[0]);
  for (std::size_t i = 1; i < parts.size(); ++i) {
    all.data.add(parts[i].data);
    all.n_shards += parts[i].n_shards;
    all.damaged.insert(all.damaged.end(), parts[i].damaged.begin(), parts[i].damaged.end());
    all.incomplete.insert(all.incomplete.end(), parts[i].incomplete.begin(), parts[i].incomplete.end());
    parts[i] = {};
  }
  sort_by_path(all.damaged);
  sort_by_path(all.incomplete);
  return all;
}

}  // namespace covey::shard
