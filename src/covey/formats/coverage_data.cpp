// coverage_schema(version)                         one row: 7
// meta(key, value)                                 has_arcs 0 or 1, version, and what else a writer likes to say
// file(id, path)                                   every file that was measured, with data or without
// context(id, context)
// line_bits(file_id, context_id, numbits)          where lines were measured: model::LineSet::bits
// arc(file_id, context_id, fromno, tono)           where branches were
// tracer(file_id, tracer)                          the plugin that measured the file, where one did
#include <sqlite3.h>
#include <algorithm>
#include <array>
#include <covey/base/file.hpp>
#include <covey/base/path.hpp>
#include <covey/base/printable.hpp>
#include <covey/formats/coverage_data.hpp>
#include <covey/formats/line_budget.hpp>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <unordered_map>

namespace covey::formats {

namespace {

using base::ErrorKind;
using model::Arc;
using model::MeasuredFile;
using model::Measurement;

constexpr int k_schema = 7;
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

struct Close {
  void operator()(sqlite3* database) const { sqlite3_close_v2(database); }
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  void operator()(unsigned char* bytes) const { sqlite3_free(bytes); }
};

// As Python's sqlite3 module names an error, which coverage.py repeats.
const char* error_name(int code) {
  switch (code & 0xFF) {
    case SQLITE_ERROR:
      return "SQLITE_ERROR";
    case SQLITE_PERM:
      return "SQLITE_PERM";
    case SQLITE_BUSY:
      return "SQLITE_BUSY";
    case SQLITE_NOMEM:
      return "SQLITE_NOMEM";
    case SQLITE_READONLY:
      return "SQLITE_READONLY";
    case SQLITE_INTERRUPT:
      return "SQLITE_INTERRUPT";
    case SQLITE_IOERR:
      return "SQLITE_IOERR";
    case SQLITE_CORRUPT:
      return "SQLITE_CORRUPT";
    case SQLITE_FULL:
      return "SQLITE_FULL";
    case SQLITE_CANTOPEN:
      return "SQLITE_CANTOPEN";
    case SQLITE_TOOBIG:
      return "SQLITE_TOOBIG";
    case SQLITE_NOTADB:
      return "SQLITE_NOTADB";
    default:
      return "SQLite";
  }
}

// One database, and what its errors say.
class Database {
 public:
  Database(const std::string& location, const std::string& path, int flags) : m_path(path) {
    // Counting allocations takes a lock that threads which read many files would wait for.
    static std::once_flag configured;
    std::call_once(configured, [] { sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); });
    sqlite3* database = nullptr;
    m_opened = sqlite3_open_v2(location.c_str(), &database, flags | SQLITE_OPEN_NOMUTEX, nullptr);
    m_database.reset(database);
  }

  bool is_open() const { return m_opened == SQLITE_OK; }
  sqlite3* get() const { return m_database.get(); }
  const std::string& path() const { return m_path; }

  std::string complaint() const {
    return unusable(std::string(sqlite3_errmsg(get())) + ": (" + error_name(sqlite3_errcode(get())) + ")");
  }
  std::string unusable(const std::string& why) const {
    return "Couldn't use data file " + base::quoted(m_path) + ": " + why;
  }
  tl::unexpected<base::Error> fail() const { return base::fail(ErrorKind::format, "", complaint()); }
  tl::unexpected<base::Error> fail(const std::string& why) const {
    return base::fail(ErrorKind::format, "", unusable(why));
  }

  base::Result<void> execute(const char* sql) const {
    if (sqlite3_exec(get(), sql, nullptr, nullptr, nullptr) != SQLITE_OK) return fail();
    return {};
  }

 private:
  std::string m_path;
  int m_opened;
  std::unique_ptr<sqlite3, Close> m_database;
};

// One statement: its rows, or the values to insert.
class Statement {
 public:
  Statement(const Database& database, const char* sql) {
    sqlite3_stmt* statement = nullptr;
    sqlite3_prepare_v2(database.get(), sql, -1, &statement, nullptr);
    m_statement.reset(statement);  // null where that failed: step says so
  }

  int step() { return m_statement ? sqlite3_step(m_statement.get()) : SQLITE_ERROR; }
  sqlite3_int64 number(int column) const { return sqlite3_column_int64(m_statement.get(), column); }
  std::string_view bytes(int column) const {
    const auto* data = static_cast<const char*>(sqlite3_column_blob(m_statement.get(), column));
    return {data, data == nullptr ? 0 : static_cast<std::size_t>(sqlite3_column_bytes(m_statement.get(), column))};
  }

  void bind(int index, sqlite3_int64 number) { sqlite3_bind_int64(m_statement.get(), index, number); }
  void bind(int index, std::string_view text) {
    sqlite3_bind_text64(m_statement.get(), index, text.data(), text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
  }
  void bind_blob(int index, std::string_view bytes) {
    sqlite3_bind_blob64(m_statement.get(), index, bytes.data(), bytes.size(), SQLITE_TRANSIENT);
  }
  // Runs it with what was bound. Only a lack of memory can fail it, and the commit says so.
  void insert() {
    step();
    sqlite3_reset(m_statement.get());
  }

 private:
  std::unique_ptr<sqlite3_stmt, Close> m_statement;
};

// A file's name as SQLite's URI has it: immutable, so that no journal beside it is looked at and no lock is taken.
std::string read_only_uri(const std::string& path) {
  static constexpr char k_digits[] = "0123456789ABCDEF";
  std::string uri = "file:";
  for (char c : path) {
    auto byte = static_cast<unsigned char>(c);
    if (c == '%' || c == '?' || c == '#' || byte < 0x20) {
      uri += {'%', k_digits[byte >> 4], k_digits[byte & 15]};
    } else {
      uri += c;
    }
  }
  return uri + "?mode=ro&immutable=1";
}

// A database may be made so that a few pages hold rows without end, or values much larger than the file. So the steps
// of its statements and the bytes of its values are counted against its size.
class Allowance {
 public:
  explicit Allowance(std::size_t file_size)
      : m_steps((std::size_t{1} << 20) + 64 * file_size), m_bytes((std::size_t{1} << 16) + 2 * file_size) {}

  static constexpr int k_steps_at_once = 1000;
  bool takes_steps() {
    if (m_steps < k_steps_at_once) return false;
    m_steps -= k_steps_at_once;
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

void distrust(const Database& database, std::size_t file_size, Allowance& allowance) {
  sqlite3_db_config(database.get(), SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(database.get(), SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_db_config(database.get(), SQLITE_DBCONFIG_ENABLE_VIEW, 0, nullptr);
  sqlite3_db_config(database.get(), SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, nullptr);
  const auto length = std::clamp<std::size_t>(file_size, 1 << 20, 1 << 30);
  sqlite3_limit(database.get(), SQLITE_LIMIT_LENGTH, static_cast<int>(length));
  sqlite3_exec(database.get(), "pragma cell_size_check=on; pragma temp_store=memory", nullptr, nullptr, nullptr);
  sqlite3_progress_handler(
      database.get(), Allowance::k_steps_at_once,
      [](void* counted) { return static_cast<Allowance*>(counted)->takes_steps() ? 0 : 1; }, &allowance);
}

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
    int status = rows.step();
    for (; status == SQLITE_ROW; status = rows.step())
      if (auto taken = take(rows); !taken) return taken;
    if ((sqlite3_errcode(m_database.get()) & 0xFF) == SQLITE_INTERRUPT) return excess();
    if (status != SQLITE_DONE) return m_database.fail();
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
  static void take_arc(sqlite3_context* call, int n_values, sqlite3_value** row) noexcept;
  base::Result<void> read_tracers();
  base::Result<void> drop_lone_context();

  base::Result<void> add_arcs(MeasuredFile& file, const std::string& context, std::vector<Arc> arcs);
  MeasuredFile* file(sqlite3_int64 id) const {
    auto found = m_files.find(id);
    return found == m_files.end() ? nullptr : found->second;
  }
  const std::string* context(sqlite3_int64 id) const {
    auto found = m_contexts.find(id);
    return found == m_contexts.end() ? nullptr : &found->second;
  }

  const Database& m_database;
  Allowance& m_allowance;
  LineBudget& m_budget;
  Measurement m_measurement;
  std::unordered_map<sqlite3_int64, MeasuredFile*> m_files;
  std::unordered_map<sqlite3_int64, std::string> m_contexts;
  bool m_has_named_contexts = false;

  using Place = std::pair<sqlite3_int64, sqlite3_int64>;  // a file and a context
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
  const int status = rows.step();
  if (status == SQLITE_DONE) return not_ours(ErrorKind::format, "it names no schema");
  if (status != SQLITE_ROW) {
    const std::string_view why = sqlite3_errmsg(m_database.get());
    const bool is_new = why.find("no such table") != why.npos;
    if (sqlite3_errcode(m_database.get()) == SQLITE_NOTADB) return m_database.fail();
    return not_ours(is_new ? ErrorKind::no_data : ErrorKind::format, m_database.complaint());
  }
  if (auto version = rows.number(0); version != k_schema)
    return m_database.fail("wrong schema: " + std::to_string(version) + " instead of " + std::to_string(k_schema));
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

// Takes a row of arcs. A function that SQLite calls for each, not a statement that is stepped: of hundreds of thousands
// of rows in each file, a third of the time.
void Reader::take_arc(sqlite3_context* call, int, sqlite3_value** row) noexcept {
  auto& reader = *static_cast<Reader*>(sqlite3_user_data(call));
  const std::pair place{sqlite3_value_int64(row[0]), sqlite3_value_int64(row[1])};
  const auto from = sqlite3_value_int64(row[2]);
  const auto to = sqlite3_value_int64(row[3]);
  auto is_line = [](sqlite3_int64 number) { return number >= -k_last_line && number <= k_last_line; };
  if (!is_line(from) || !is_line(to)) {
    reader.m_no_arc = "it has an arc from " + std::to_string(from) + " to " + std::to_string(to);
    return sqlite3_result_error(call, "", 0);
  }
  if (reader.m_arcs == nullptr || place != reader.m_place) {
    reader.m_arcs = &reader.m_arcs_by_place[place];
    reader.m_place = place;
  }
  reader.m_arcs->push_back({static_cast<int>(from), static_cast<int>(to)});
}

// Arcs of line 0 are kept: an empty module has them.
base::Result<void> Reader::read_arcs() {
  const auto end = [](sqlite3_context*) {};
  sqlite3_create_function_v2(m_database.get(), "covey_take_arc", 4, SQLITE_UTF8 | SQLITE_DIRECTONLY, this, nullptr,
                             take_arc, end, nullptr);
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

using ArcRow = std::array<sqlite3_int64, 4>;  // file, context, from, to

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
    sqlite3_int64 id = 0;
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
    schema.bind(1, sqlite3_int64{k_schema});
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
    sqlite3_int64 next = 0;
    for (auto& [name, id] : m_contexts) {
      id = ++next;
      context.bind(1, id);
      context.bind(2, name);
      context.insert();
    }
  }

  void write_data(sqlite3_int64 file, const MeasuredFile& measured) {
    if (measured.contexts.empty() && has_data(measured, measured.arcs))
      return write_context(file, "", measured.ran, measured.arcs);
    for (const auto& [name, data] : measured.contexts)
      if (has_data(measured, data.arcs)) write_context(file, name, data.ran, data.arcs);
  }

  void write_context(sqlite3_int64 file, const std::string& name, const model::LineSet& ran,
                     const model::ArcSet& arcs) {
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
  std::map<std::string, sqlite3_int64> m_contexts;
  Statement m_lines{m_database, "insert into line_bits (file_id, context_id, numbits) values (?, ?, ?)"};
  std::vector<ArcRow> m_arcs;
  std::optional<Statement> m_insert_many;
};

}  // namespace

bool is_coverage_data(std::string_view head) { return head.starts_with(std::string_view("SQLite format 3\0", 16)); }

base::Result<Measurement> read_coverage_data(const std::string& given) {
  const auto path = base::absolute(given, base::current_directory());
  const auto size = base::file_size(path);
  // What is no regular file is never opened: SQLite would wait for a pipe's writer.
  const Database database(size ? read_only_uri(path) : ":memory:", path, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI);
  if (!base::exists(path)) return base::fail(ErrorKind::not_found, "", database.unusable("it doesn't exist"));
  if (!size) return database.fail("unable to open database file: (SQLITE_CANTOPEN)");
  if (!database.is_open()) return database.fail();
  Allowance allowance(*size);
  distrust(database, *size, allowance);
  LineBudget budget(path, *size);
  return Reader(database, allowance, budget).read();
}

base::Result<void> write_coverage_data(const Measurement& measurement, const std::string& path,
                                       const CoverageDataOptions& options) {
  if (measurement.is_mixed())
    return base::fail(ErrorKind::usage, "", "Can't add line measurements to existing branch data");
  const Database database(":memory:", path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  if (!database.is_open()) return database.fail();
  // It is made once, in memory, and nobody rolls it back.
  if (auto set = database.execute("pragma journal_mode=off; pragma secure_delete=off"); !set) return set;
  if (auto made = database.execute(k_create_tables); !made) return made;
  if (auto begun = database.execute("begin"); !begun) return begun;
  Writer(database, measurement).write(options);
  if (auto done = database.execute("commit"); !done) return done;
  sqlite3_int64 size = 0;
  std::unique_ptr<unsigned char, Close> bytes(sqlite3_serialize(database.get(), "main", &size, 0));
  if (!bytes) return database.fail("out of memory: (SQLITE_NOMEM)");
  return base::write_file_atomic(
      path, std::string_view(reinterpret_cast<const char*>(bytes.get()), static_cast<std::size_t>(size)));
}

SqliteLibrary sqlite_library() {
  SqliteLibrary library{sqlite3_libversion(), {}};
  for (int i = 0; const char* option = sqlite3_compileoption_get(i); ++i) library.compile_options.emplace_back(option);
  return library;
}

}  // namespace covey::formats
