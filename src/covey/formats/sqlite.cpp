#include <sqlite3.h>
#include <covey/base/file.hpp>
#include <covey/base/printable.hpp>
#include <covey/formats/coverage_data.hpp>
#include <covey/formats/sqlite.hpp>
#include <exception>
#include <mutex>
#include <utility>

namespace covey::formats {

namespace {

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

struct FreeBytes {
  void operator()(unsigned char* bytes) const { sqlite3_free(bytes); }
};

constexpr std::size_t k_most_numbers = 8;

void take_row(sqlite3_context* call, int n_values, sqlite3_value** values) noexcept {
  const auto& take = *static_cast<Database::TakeNumbers*>(sqlite3_user_data(call));
  std::int64_t numbers[k_most_numbers];
  for (int i = 0; i < n_values; ++i) numbers[i] = sqlite3_value_int64(values[i]);
  try {
    if (!take({numbers, static_cast<std::size_t>(n_values)})) sqlite3_result_error(call, "stopped", -1);
  } catch (const std::exception&) {
    sqlite3_result_error_nomem(call);
  }
}

}  // namespace

void Database::Close::operator()(sqlite3* database) const { sqlite3_close_v2(database); }

Database::Database(const std::string& location, const std::string& path, int flags) : m_path(path) {
  // Counting allocations takes a lock that threads which read many files would wait for.
  static std::once_flag configured;
  std::call_once(configured, [] { sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); });
  sqlite3* database = nullptr;
  m_opened = sqlite3_open_v2(location.c_str(), &database, flags | SQLITE_OPEN_NOMUTEX, nullptr);
  m_database.reset(database);
}

Database Database::in_memory(const std::string& path) {
  return {":memory:", path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE};
}

Database Database::read_only(const std::string& path) {
  return {read_only_uri(path), path, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI};
}

bool Database::was_stopped() const { return (sqlite3_errcode(get()) & 0xFF) == SQLITE_INTERRUPT; }

bool Database::is_no_database() const { return sqlite3_errcode(get()) == SQLITE_NOTADB; }

bool Database::lacks_table() const {
  const std::string_view why = sqlite3_errmsg(get());
  return why.find("no such table") != why.npos;
}

std::string Database::complaint() const {
  return unusable(std::string(sqlite3_errmsg(get())) + ": (" + error_name(sqlite3_errcode(get())) + ")");
}

std::string Database::unusable(const std::string& why) const {
  return "Couldn't use data file " + base::quoted(m_path) + ": " + why;
}

tl::unexpected<base::Error> Database::fail() const { return base::fail(base::ErrorKind::format, "", complaint()); }

tl::unexpected<base::Error> Database::fail(const std::string& why) const {
  return base::fail(base::ErrorKind::format, "", unusable(why));
}

void Database::distrust(std::size_t largest, std::function<bool()> may_go_on) {
  sqlite3_db_config(get(), SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(get(), SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_db_config(get(), SQLITE_DBCONFIG_ENABLE_VIEW, 0, nullptr);
  sqlite3_db_config(get(), SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, nullptr);
  sqlite3_limit(get(), SQLITE_LIMIT_LENGTH, static_cast<int>(largest));
  sqlite3_exec(get(), "pragma cell_size_check=on; pragma temp_store=memory", nullptr, nullptr, nullptr);
  m_may_go_on = std::move(may_go_on);
  sqlite3_progress_handler(
      get(), k_steps_at_once, [](void* ask) { return (*static_cast<std::function<bool()>*>(ask))() ? 0 : 1; },
      &m_may_go_on);
}

void Database::define_aggregate(const char* name, int n_numbers, TakeNumbers take) const {
  const auto destroy = [](void* function) { delete static_cast<TakeNumbers*>(function); };
  sqlite3_create_function_v2(
      get(), name, n_numbers, SQLITE_UTF8 | SQLITE_DIRECTONLY, new TakeNumbers(std::move(take)), nullptr, take_row,
      [](sqlite3_context*) {}, destroy);
}

base::Result<void> Database::write_to(const std::string& path) const {
  sqlite3_int64 size = 0;
  const std::unique_ptr<unsigned char, FreeBytes> bytes(sqlite3_serialize(get(), "main", &size, 0));
  if (!bytes) return fail("out of memory: (SQLITE_NOMEM)");
  return base::write_file_atomic(
      path, std::string_view(reinterpret_cast<const char*>(bytes.get()), static_cast<std::size_t>(size)));
}

base::Result<void> Database::execute(const char* sql) const {
  if (sqlite3_exec(get(), sql, nullptr, nullptr, nullptr) != SQLITE_OK) return fail();
  return {};
}

void Statement::Close::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

Statement::Statement(const Database& database, const char* sql) {
  sqlite3_stmt* statement = nullptr;
  sqlite3_prepare_v2(database.get(), sql, -1, &statement, nullptr);
  m_statement.reset(statement);
}

Statement::Step Statement::step() {
  const int status = m_statement ? sqlite3_step(m_statement.get()) : SQLITE_ERROR;
  if (status == SQLITE_ROW) return Step::row;
  return status == SQLITE_DONE ? Step::end : Step::failed;
}

std::int64_t Statement::number(int column) const { return sqlite3_column_int64(m_statement.get(), column); }

std::string_view Statement::bytes(int column) const {
  const auto* data = static_cast<const char*>(sqlite3_column_blob(m_statement.get(), column));
  return {data, data == nullptr ? 0 : static_cast<std::size_t>(sqlite3_column_bytes(m_statement.get(), column))};
}

void Statement::bind(int index, std::int64_t number) { sqlite3_bind_int64(m_statement.get(), index, number); }

void Statement::bind(int index, std::string_view text) {
  sqlite3_bind_text64(m_statement.get(), index, text.data(), text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
}

void Statement::bind_blob(int index, std::string_view bytes) {
  sqlite3_bind_blob64(m_statement.get(), index, bytes.data(), bytes.size(), SQLITE_TRANSIENT);
}

void Statement::insert() {
  step();
  sqlite3_reset(m_statement.get());
}

SqliteLibrary sqlite_library() {
  SqliteLibrary library{sqlite3_libversion(), {}};
  for (int i = 0; const char* option = sqlite3_compileoption_get(i); ++i) library.compile_options.emplace_back(option);
  return library;
}

}  // namespace covey::formats
