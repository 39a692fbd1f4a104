// coverage_schema(version)                         one row: 7
// meta(key, value)                                 has_arcs 0 or 1, version, and what else a writer likes to say
// file(id, path)                                   every file that was measured, with data or without
// context(id, context)
// line_bits(file_id, context_id, numbits)          where lines were measured: model::LineSet::bits
// arc(file_id, context_id, fromno, tono)           where branches were
// tracer(file_id, tracer)                          the plugin that measured the file, where one did
#include <array>
#include <covey/formats/coverage_data.hpp>
#include <covey/formats/sqlite.hpp>
#include <map>
#include <optional>
#include <span>
#include <vector>

namespace covey::formats {

namespace {

using model::MeasuredFile;
using model::Measurement;

constexpr const char* k_create_tables =
    "CREATE TABLE coverage_schema (version integer);"
    "CREATE TABLE meta (key text, value text, unique (key));"
    "CREATE TABLE file (id integer primary key, path text, unique (path));"
    "CREATE TABLE context (id integer primary key, context text, unique (context));"
    "CREATE TABLE line_bits (file_id integer, context_id integer, numbits blob,"
    " foreign key (file_id) references file (id), foreign key (context_id) references context (id),"
    " unique (file_id, context_id));"
    "CREATE TABLE arc (file_id integer, context_id integer, fromno integer, tono integer,"
    " foreign key (file_id) references file (id), foreign key (context_id) references context (id),"
    " unique (file_id, context_id, fromno, tono));"
    "CREATE TABLE tracer (file_id integer primary key, tracer text, foreign key (file_id) references file (id));";

using ArcRow = std::array<std::int64_t, 4>;  // file, context, from, to

constexpr std::size_t k_rows_at_once = 500;

std::string insert_arcs_sql(std::size_t n_rows) {
  std::string sql = "insert into arc (file_id, context_id, fromno, tono) values (?, ?, ?, ?)";
  for (std::size_t i = 1; i < n_rows; ++i) sql += ", (?, ?, ?, ?)";
  return sql;
}

// Makes the database in memory: it is written in one step, and no journal is needed.
class Writer {
 public:
  Writer(const Database& database, const Measurement& measurement) : m_database(database), m_measurement(measurement) {}

  void write(const CoverageDataOptions& options) {
    write_meta(options);
    number_contexts();
    Statement file(m_database, "insert into file (id, path) values (?, ?)");
    Statement tracer(m_database, "insert into tracer (file_id, tracer) values (?, ?)");
    std::int64_t id = 0;
    for (const auto& [path, measured] : m_measurement.files) {
      file.bind(1, ++id);
      file.bind(2, path);
      file.insert();
      write_data(id, measured);
      if (measured.tracer.empty()) continue;
      tracer.bind(1, id);
      tracer.bind(2, measured.tracer);
      tracer.insert();
    }
    insert_last_arcs();
  }

 private:
  // Whether there is something to write of a context that a file ran in.
  bool has_data(const MeasuredFile& measured, const model::ArcSet& arcs) const {
    return m_measurement.has_branches() ? !arcs.empty() : measured.executed || !measured.ran.empty();
  }

  void write_meta(const CoverageDataOptions& options) {
    Statement schema(m_database, "insert into coverage_schema (version) values (?)");
    schema.bind(1, std::int64_t{k_coverage_schema});
    schema.insert();
    Statement meta(m_database, "insert or replace into meta (key, value) values (?, ?)");
    auto add = [&](std::string_view key, std::string_view value) {
      meta.bind(1, key);
      meta.bind(2, value);
      meta.insert();
    };
    add("version", options.version);
    for (const auto& [key, value] : options.meta) add(key, value);
    if (m_measurement.modes != 0 || !m_measurement.files.empty())
      add("has_arcs", m_measurement.has_branches() ? "1" : "0");
  }

  void number_contexts() {
    for (const auto& [path, measured] : m_measurement.files) {
      if (measured.contexts.empty() && has_data(measured, measured.arcs)) m_contexts.emplace("", 0);
      for (const auto& [name, data] : measured.contexts)
        if (has_data(measured, data.arcs)) m_contexts.emplace(name, 0);
    }
    Statement context(m_database, "insert into context (id, context) values (?, ?)");
    std::int64_t next = 0;
    for (auto& [name, id] : m_contexts) {
      id = ++next;
      context.bind(1, id);
      context.bind(2, name);
      context.insert();
    }
  }

  void write_data(std::int64_t file, const MeasuredFile& measured) {
    if (measured.contexts.empty() && has_data(measured, measured.arcs))
      return write_context(file, "", measured.ran, measured.arcs);
    for (const auto& [name, data] : measured.contexts)
      if (has_data(measured, data.arcs)) write_context(file, name, data.ran, data.arcs);
  }

  void write_context(std::int64_t file, const std::string& name, const model::LineSet& ran, const model::ArcSet& arcs) {
    const auto context = m_contexts.at(name);
    if (!m_measurement.has_branches()) {
      m_lines.bind(1, file);
      m_lines.bind(2, context);
      // An empty module runs on line 0, which is no line to a LineSet.
      m_lines.bind_blob(3, ran.empty() ? std::string(1, '\x01') : ran.bits());
      return m_lines.insert();
    }
    for (auto arc : arcs) m_arcs.push_back({file, context, arc.from, arc.to});
    insert_many_arcs();
  }

  // Rows of arcs, as many as `insert` takes.
  void insert_rows(Statement& insert, std::span<const ArcRow> rows) {
    int value = 0;
    for (const auto& row : rows)
      for (auto number : row) insert.bind(++value, number);
    insert.insert();
  }

  // Those that wait, many by a statement: one that inserts a single row looks for its place from the index's root on,
  // while many that come in the index's order go in one behind the other.
  void insert_many_arcs() {
    if (m_arcs.size() < k_rows_at_once) return;
    if (!m_insert_many) m_insert_many.emplace(m_database, insert_arcs_sql(k_rows_at_once).c_str());
    auto rows = std::span<const ArcRow>(m_arcs);
    for (; rows.size() >= k_rows_at_once; rows = rows.subspan(k_rows_at_once))
      insert_rows(*m_insert_many, rows.first(k_rows_at_once));
    m_arcs.erase(m_arcs.begin(), m_arcs.end() - static_cast<std::ptrdiff_t>(rows.size()));
  }

  void insert_last_arcs() {
    Statement insert(m_database, insert_arcs_sql(1).c_str());
    for (const auto& row : m_arcs) insert_rows(insert, {&row, 1});
    m_arcs.clear();
  }

  const Database& m_database;
  const Measurement& m_measurement;
  std::map<std::string, std::int64_t> m_contexts;
  Statement m_lines{m_database, "insert into line_bits (file_id, context_id, numbits) values (?, ?, ?)"};
  std::vector<ArcRow> m_arcs;
  std::optional<Statement> m_insert_many;
};

}  // namespace

base::Result<void> write_coverage_data(const Measurement& measurement, const std::string& path,
                                       const CoverageDataOptions& options) {
  if (measurement.is_mixed())
    return base::fail(base::ErrorKind::usage, "", "Can't add line measurements to existing branch data");
  const auto database = Database::in_memory(path);
  if (!database.is_open()) return database.fail();
  // It is made once, in memory, and nobody rolls it back.
  if (auto set = database.execute("pragma journal_mode=off; pragma secure_delete=off"); !set) return set;
  if (auto made = database.execute(k_create_tables); !made) return made;
  if (auto begun = database.execute("begin"); !begun) return begun;
  Writer(database, measurement).write(options);
  if (auto done = database.execute("commit"); !done) return done;
  return database.write_to(path);
}

}  // namespace covey::formats
