// SQLite, as the reader and the writer of coverage.py's data file use it.
#pragma once

#include <covey/base/result.hpp>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace covey::formats {

// One database, and what its errors say.
class Database {
 public:
  // Both may fail: is_open() says so. `path` is the file's, for messages of an empty one in memory too.
  static Database in_memory(const std::string& path);
  static Database read_only(const std::string& path);  // no lock is taken, and no journal beside the file looked at

  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  ~Database() = default;

  bool is_open() const { return m_opened == 0; }
  sqlite3* get() const { return m_database.get(); }
  const std::string& path() const { return m_path; }

  // What the last error was.
  bool was_stopped() const;  // by what distrust() was given
  bool is_no_database() const;
  bool lacks_table() const;

  // The last error, in coverage.py's words: "Couldn't use data file 'x': file is not a database: (SQLITE_NOTADB)".
  std::string complaint() const;
  std::string unusable(const std::string& why) const;  // the same with another reason
  tl::unexpected<base::Error> fail() const;            // with the complaint; ErrorKind::format
  tl::unexpected<base::Error> fail(const std::string& why) const;

  // Takes nothing for granted in a file that nobody vouches for: no views, triggers and functions of its schema's, no
  // value above `largest` bytes; before each k_steps_at_once steps of a statement `may_go_on` is asked.
  static constexpr int k_steps_at_once = 1000;
  void distrust(std::size_t largest, std::function<bool()> may_go_on);

  // Gives statements an aggregate of that name, which calls `take` with the numbers of each row: of many rows, far
  // quicker than stepping from one to the next. Where `take` returns false, or throws, the statement fails.
  using TakeNumbers = std::function<bool(std::span<const std::int64_t> numbers)>;
  void define_aggregate(const char* name, int n_numbers, TakeNumbers take) const;

  // Runs statements whose rows nobody wants. Fails with the complaint.
  base::Result<void> execute(const char* sql) const;

  // Replaces `path` by a file that holds the database, in one step. Fails where that cannot be written.
  base::Result<void> write_to(const std::string& path) const;

 private:
  Database(const std::string& location, const std::string& path, int flags);

  struct Close {
    void operator()(sqlite3* database) const;
  };

  std::string m_path;
  int m_opened;
  std::function<bool()> m_may_go_on;
  std::unique_ptr<sqlite3, Close> m_database;
};

// One statement: its rows, or the values to insert.
class Statement {
 public:
  enum class Step { row, end, failed };

  // Where it cannot be compiled, step() fails.
  Statement(const Database& database, const char* sql);

  Step step();
  std::int64_t number(int column) const;     // of the current row, columns from 0
  std::string_view bytes(int column) const;  // until the next step

  void bind(int index, std::int64_t number);  // indexes from 1
  void bind(int index, std::string_view text);
  void bind_blob(int index, std::string_view bytes);
  // Runs it with what was bound. Only a lack of memory can fail it, and the commit says so.
  void insert();

 private:
  struct Close {
    void operator()(sqlite3_stmt* statement) const;
  };

  std::unique_ptr<sqlite3_stmt, Close> m_statement;
};

}  // namespace covey::formats
