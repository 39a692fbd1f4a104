#include <algorithm>
#include <covey/base/printable.hpp>
#include <covey/model/combine.hpp>
#include <utility>
#include <vector>

namespace covey::model {

namespace {

std::string files(int count) { return std::to_string(count) + (count == 1 ? " file" : " files"); }

bool has_rows(const Measurement& data) {
  return std::any_of(data.files.begin(), data.files.end(), [](const auto& entry) {
    const auto& file = entry.second;
    return !file.ran.empty() || !file.arcs.empty() || !file.contexts.empty();
  });
}

}  // namespace

std::string CombineCounts::message() const {
  if (combined + skipped + errored == 0) return {};
  std::string text = "Combined " + files(combined);
  if (skipped > 0) text += ", skipped " + std::to_string(skipped);
  if (errored > 0) text += ", " + files(errored) + " errored";
  return text;
}

bool Combination::is_duplicate(const std::string& hash) {
  bool known = !m_hashes.insert(hash).second;
  if (known) ++m_counts.skipped;
  return known;
}

base::Result<void> Combination::add(const std::string& source, Measurement data) {
  if (auto checked = check_modes(source, data); !checked) return checked;
  std::vector<std::pair<const std::string*, MeasuredFile*>> incoming;  // by the name that they will have
  incoming.reserve(data.files.size());
  for (auto& [path, file] : data.files) {
    const auto& name = mapped(path);
    auto known = m_data.files.find(name);
    if (known != m_data.files.end() && known->second.tracer != file.tracer) {
      return base::fail(base::ErrorKind::usage, "",
                        "Conflicting file tracer name for " + base::quoted(name) + ": " +
                            base::quoted(known->second.tracer) + " vs " + base::quoted(file.tracer));
    }
    incoming.emplace_back(&name, &file);
  }
  // Data that only names files says nothing about what they were measured for.
  m_data.modes |= has_rows(data) ? data.modes : 0;
  for (auto [name, file] : incoming) {
    auto [known, added] = m_data.files.try_emplace(*name);
    if (added) {
      known->second = std::move(*file);
    } else {
      known->second |= *file;
    }
  }
  data.files.clear();
  data.modes = 0;
  m_data |= data;
  ++m_counts.combined;
  return {};
}

base::Result<void> Combination::require_data() const {
  if (m_counts.combined == 0) return base::fail(base::ErrorKind::no_data, "", "No usable data files");
  return {};
}

const std::string& Combination::mapped(const std::string& path) {
  auto [known, added] = m_mapped.try_emplace(path);
  if (added) {
    known->second = m_map_path(path);
    std::replace(known->second.begin(), known->second.end(), '\\', '/');
  }
  return known->second;
}

base::Result<void> Combination::check_modes(const std::string& source, const Measurement& data) const {
  const auto theirs = base::quoted(source);
  const auto ours = base::quoted(m_name);
  auto fail = [](std::string what) {
    return tl::unexpected(base::Error{base::ErrorKind::usage, "", std::move(what), "cant-combine"});
  };
  if (m_data.modes == k_measured_lines && data.has_branches())
    return fail("Can't combine branch coverage data with statement data: data file " + theirs +
                " measured branch coverage, but data file " + ours + " didn't");
  if (m_data.has_branches() && (data.modes & k_measured_lines) != 0)
    return fail("Can't combine statement coverage data with branch data: data file " + theirs +
                " didn't measure branch coverage, but data file " + ours + " did");
  return {};
}

}  // namespace covey::model
