// TOML as plain values. toml++ stays behind this header.
#pragma once

#include <covey/base/result.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace covey::config {

struct TomlEntry;

// In the order of the file.
using TomlTable = std::vector<TomlEntry>;

// A date or a time, as Python's repr() shows it.
struct TomlTime {
  std::string shown;
};

struct TomlValue {
  std::variant<std::string, std::int64_t, double, bool, std::vector<TomlValue>, TomlTable, TomlTime> value;

  // The value's text, table and so on; null where it is of another kind.
  template <class T>
  const T* as() const {
    return std::get_if<T>(&value);
  }
};

struct TomlEntry {
  std::string name;
  TomlValue value;
};

// Fails where the text is no TOML, with ErrorKind::usage and "what (at line 1, column 19)": both from 1, the words
// Python's tomllib's for common mistakes, else toml++'s.
base::Result<TomlTable> parse_toml(std::string_view text);

// The value at the end of a path of tables; null where it leads nowhere.
const TomlValue* find(const TomlTable& table, const std::vector<std::string_view>& path);

// As Python's repr() shows it.
std::string python_repr(const TomlValue& value);

}  // namespace covey::config
