// The tables are described in coverage_data_writer.cpp.
#include <algorithm>
#include <covey/base/file.hpp>
#include <covey/base/path.hpp>
#include <covey/base/printable.hpp>
#include <covey/formats/coverage_data.hpp>
#include <covey/formats/line_budget.hpp>
#include <covey/formats/sqlite.hpp>
#include <map>
#include <unordered_map>
#include <utility>
#include <vector>

namespace covey::formats {

namespace {

using base::ErrorKind;
using model::Arc;
using model::MeasuredFile;
using model::Measurement;

// A database may be made so that a few pages hold rows without end, or values much larger than the file. So the steps
// of its statements and the bytes of its values are counted against its size.
class Allowance {
 public:
  explicit Allowance(std::size_t file_size)
      : m_steps((std::size_t{1} << 20) + 64 * file_size), m_bytes((std::size_t{1} << 16) + 2 * file_size) {}

  bool takes_steps(std::size_t n) {
    if (m_steps < n) return false;
    m_steps -= n;
    return true;
  }
  bool takes(std::string_view value) {
    if (value.size() > m_bytes) return false;
    m_bytes -= value.size();
    return true;
  }

 private:
  std::size_t m_steps;
  std::size_t m_bytes;
};

class Reader {
 public:
  Reader(const Database& database, Allowance& allowance, LineBudget& budget)
      : m_database(database), m_allowance(allowance), m_budget(budget) {}

  base::Result<Measurement> read();

 private:
  // Calls `take(Statement&)`, which returns a Result<void>, for each row.
  template <class Take>
  base::Result<void> for_each_row(const char* sql, Take take) {
    Statement rows(m_database, sql);
    auto step = rows.step();
    for (; step == Statement::Step::row; step = rows.step())
      if (auto taken = take(rows); !taken) return taken;
    if (m_database.was_stopped()) return excess();
    if (step == Statement::Step::failed) return m_database.fail();
    return {};
  }

  tl::unexpected<base::Error> excess() const {
    return m_database.fail("it says more than a file of its size can hold");
  }

  base::Result<std::string> text(const Statement& row, int column) {
    auto value = row.bytes(column);
    if (!m_allowance.takes(value)) return excess();
    return std::string(value);
  }

  base::Result<void> check_schema();
  base::Result<void> read_meta();
  base::Result<void> read_names();
  base::Result<void> read_lines();
  base::Result<void> read_arcs();
  base::Result<void> read_tracers();
  base::Result<void> drop_lone_context();

  using Place = std::pair<std::int64_t, std::int64_t>;             // a file and a context
  bool take_arc(Place place, std::int64_t from, std::int64_t to);  // false where it is none
  base::Result<void> add_arcs(MeasuredFile& file, const std::string& context, std::vector<Arc> arcs);
  MeasuredFile* file(std::int64_t id) const {
    auto found = m_files.find(id);
    return found == m_files.end() ? nullptr : found->second;
  }
  const std::string* context(std::int64_t id) const {
    auto found = m_contexts.find(id);
    return found == m_contexts.end() ? nullptr : &found->second;
  }

  const Database& m_database;
  Allowance& m_allowance;
  LineBudget& m_budget;
  Measurement m_measurement;
  std::unordered_map<std::int64_t, MeasuredFile*> m_files;
  std::unordered_map<std::int64_t, std::string> m_contexts;
  bool m_has_named_contexts = false;

  std::map<Place, std::vector<Arc>> m_arcs_by_place;
  Place m_place;                       // of the last arc taken
  std::vector<Arc>* m_arcs = nullptr;  // those of the same place
  std::string m_no_arc;                // what is wrong with one that is none
};

base::Result<Measurement> Reader::read() {
  for (auto part : {&Reader::check_schema, &Reader::read_meta, &Reader::read_names, &Reader::read_lines,
                    &Reader::read_arcs, &Reader::read_tracers})
    if (auto done = (this->*part)(); !done) return tl::unexpected(done.error());
  return std::move(m_measurement);
}

base::Result<void> Reader::check_schema() {
  auto not_ours = [&](ErrorKind kind, const std::string& why) {
    return base::fail(kind, "", "Data file " + base::quoted(m_database.path()) + " isn't a coverage data file: " + why);
  };
  // Before anything else is asked, for tables that are none compute their rows.
  auto virtual_table = [&](const Statement&) { return base::Result<void>(m_database.fail("it has virtual tables")); };
  auto checked =
      for_each_row("select 1 from sqlite_master where type = 'table' and ifnull(rootpage, 0) = 0", virtual_table);
  if (!checked) return checked;
  Statement rows(m_database, "select version from coverage_schema");
  const auto step = rows.step();
  if (step == Statement::Step::end) return not_ours(ErrorKind::format, "it names no schema");
  if (step == Statement::Step::failed) {
    if (m_database.is_no_database()) return m_database.fail();
    return not_ours(m_database.lacks_table() ? ErrorKind::no_data : ErrorKind::format, m_database.complaint());
  }
  if (auto version = rows.number(0); version != k_coverage_schema)
    return m_database.fail("wrong schema: " + std::to_string(version) + " instead of " +
                           std::to_string(k_coverage_schema));
  return {};
}

base::Result<void> Reader::read_meta() {
  return for_each_row("select value from meta where key = 'has_arcs'", [&](const Statement& row) {
    auto value = row.bytes(0);
    if (value != "0" && value != "1") return base::Result<void>(m_database.fail("has_arcs is neither 0 nor 1"));
    m_measurement.modes = value == "1" ? model::k_measured_branches : model::k_measured_lines;
    return base::Result<void>();
  });
}

base::Result<void> Reader::read_names() {
  auto files = for_each_row("select id, path from file", [&](const Statement& row) -> base::Result<void> {
    auto path = text(row, 1);
    if (!path) return tl::unexpected(path.error());
    if (path->find('\0') != path->npos) return m_database.fail("it names a file with a NUL");
    m_files[row.number(0)] = &m_measurement.files[*path];
    return {};
  });
  if (!files) return files;
  return for_each_row("select id, context from context", [&](const Statement& row) -> base::Result<void> {
    auto name = text(row, 1);
    if (!name) return tl::unexpected(name.error());
    m_has_named_contexts |= !name->empty();
    m_contexts[row.number(0)] = std::move(*name);
    return {};
  });
}

base::Result<void> Reader::read_lines() {
  return for_each_row("select file_id, context_id, numbits from line_bits", [&](const Statement& row) {
    auto bits = row.bytes(2);
    if (m_measurement.has_branches())
      return base::Result<void>(m_database.fail("Can't add line measurements to existing branch data"));
    m_measurement.modes |= model::k_measured_lines;
    auto* measured = file(row.number(0));
    const auto* name = context(row.number(1));
    if (measured == nullptr || name == nullptr) return base::Result<void>();  // as coverage.py's joins pass over it
    if (!m_allowance.takes(bits)) return base::Result<void>(excess());
    while (!bits.empty() && bits.back() == 0) bits.remove_suffix(1);
    if (auto taken = m_budget.take(static_cast<std::int64_t>(bits.size()) * 8 - 1); !taken) return taken;
    if (bits.empty()) return base::Result<void>();
    auto lines = model::LineSet::of_bits(bits);
    measured->executed = true;
    measured->ran |= lines;
    if (m_has_named_contexts) measured->contexts[*name].ran |= lines;
    return base::Result<void>();
  });
}

base::Result<void> Reader::add_arcs(MeasuredFile& measured, const std::string& name, std::vector<Arc> given) {
  const model::ArcSet arcs(std::move(given));
  int last = 0;
  for (auto arc : arcs) last = std::max({last, arc.from, arc.to});
  if (auto taken = m_budget.take(last); !taken) return taken;
  model::LineSet ran;
  ran.insert(last);  // grows once
  for (auto arc : arcs)
    for (int line : {arc.from, arc.to}) ran.insert(line);
  measured.executed = measured.executed || !arcs.empty();
  measured.ran |= ran;
  auto& data = measured.contexts[name];
  data.ran |= ran;
  data.arcs |= arcs;
  return {};
}

bool Reader::take_arc(Place place, std::int64_t from, std::int64_t to) {
  auto is_line = [](std::int64_t number) { return number >= -k_last_line && number <= k_last_line; };
  if (!is_line(from) || !is_line(to)) {
    m_no_arc = "it has an arc from " + std::to_string(from) + " to " + std::to_string(to);
    return false;
  }
  if (m_arcs == nullptr || place != m_place) {
    m_arcs = &m_arcs_by_place[place];
    m_place = place;
  }
  m_arcs->push_back({static_cast<int>(from), static_cast<int>(to)});
  return true;
}

// Arcs of line 0 are kept: an empty module has them.
base::Result<void> Reader::read_arcs() {
  m_database.define_aggregate("covey_take_arc", 4, [this](auto row) {
    return take_arc({row[0], row[1]}, row[2], row[3]);
  });
  auto rows = for_each_row("select covey_take_arc(file_id, context_id, fromno, tono) from arc",
                           [](const Statement&) { return base::Result<void>(); });
  if (!m_no_arc.empty()) return m_database.fail(m_no_arc);
  if (!rows) return rows;
  for (auto& [place, arcs] : m_arcs_by_place) {
    auto* measured = file(place.first);
    const auto* name = context(place.second);
    if (measured == nullptr || name == nullptr) continue;
    if (auto added = add_arcs(*measured, *name, std::exchange(arcs, {})); !added) return added;
  }
  return drop_lone_context();
}

// The arcs of a file are those of its contexts together; where no context has a name they are its only ones.
base::Result<void> Reader::drop_lone_context() {
  for (auto& [path, measured] : m_measurement.files) {
    std::vector<Arc> all;
    for (auto& [name, data] : measured.contexts) {
      if (!data.arcs.empty() && m_measurement.modes == model::k_measured_lines)
        return m_database.fail("Can't add branch measurements to existing line data");
      if (!m_has_named_contexts) {
        measured.arcs = std::move(data.arcs);
        break;
      }
      all.insert(all.end(), data.arcs.begin(), data.arcs.end());
    }
    if (!all.empty()) measured.arcs = model::ArcSet(std::move(all));
    if (!measured.arcs.empty()) m_measurement.modes = model::k_measured_branches;
    if (!m_has_named_contexts) measured.contexts.clear();
  }
  return {};
}

base::Result<void> Reader::read_tracers() {
  return for_each_row("select file_id, tracer from tracer", [&](const Statement& row) -> base::Result<void> {
    auto name = text(row, 1);
    if (!name) return tl::unexpected(name.error());
    if (auto* measured = file(row.number(0))) measured->tracer = std::move(*name);
    return {};
  });
}

}  // namespace

bool is_coverage_data(std::string_view head) { return head.starts_with(std::string_view("SQLite format 3\0", 16)); }

base::Result<Measurement> read_coverage_data(const std::string& given) {
  const auto path = base::absolute(given, base::current_directory());
  const auto size = base::file_size(path);
  // What is no regular file is never opened: SQLite would wait for a pipe's writer.
  auto database = size ? Database::read_only(path) : Database::in_memory(path);
  if (!base::exists(path)) return base::fail(ErrorKind::not_found, "", database.unusable("it doesn't exist"));
  if (!size) return database.fail("unable to open database file: (SQLITE_CANTOPEN)");
  if (!database.is_open()) return database.fail();
  Allowance allowance(*size);
  database.distrust(std::clamp<std::size_t>(*size, 1 << 20, 1 << 30),
                    [&allowance] { return allowance.takes_steps(Database::k_steps_at_once); });
  LineBudget budget(path, *size);
  return Reader(database, allowance, budget).read();
}

}  // namespace covey::formats
