// toml++ is compiled into this file alone, and told to return its errors: its library throws them.
#undef TOML_HEADER_ONLY
#undef TOML_SHARED_LIB
#define TOML_HEADER_ONLY 1
#define TOML_EXCEPTIONS 0
#define TOML_ENABLE_FORMATTERS 0
#include <fmt/format.h>
#include <toml++/toml.h>
#include <algorithm>
#include <covey/base/float_text.hpp>
#include <covey/base/printable.hpp>
#include <covey/config/toml_file.hpp>

namespace covey::config {

namespace {

std::string shown(const toml::date& date) { return fmt::format("{}, {}, {}", date.year, date.month, date.day); }

// Python leaves out seconds and microseconds that are zero.
std::string shown(const toml::time& time) {
  auto text = fmt::format("{}, {}", time.hour, time.minute);
  const auto microseconds = time.nanosecond / 1000;
  if (time.second != 0 || microseconds != 0) text += fmt::format(", {}", time.second);
  if (microseconds != 0) text += fmt::format(", {}", microseconds);
  return text;
}

std::string shown(const toml::date_time& moment) {
  auto text = "datetime.datetime(" + shown(moment.date) + ", " + shown(moment.time);
  if (moment.offset)
    text += fmt::format(", tzinfo={:+03}:{:02}", moment.offset->minutes / 60, moment.offset->minutes % 60);
  return text + ")";
}

// What toml++ says, and what Python's tomllib says of the same mistake at the same place.
struct Mistake {
  std::string_view described;
  const char* in_python;
};
constexpr Mistake k_mistakes[] = {
    {"table header: expected ']'", "Expected ']' at the end of a table declaration"},
    {"table header: encountered end-of-file", "Expected ']' at the end of a table declaration"},
    {"table header: expected a comment or whitespace", "Expected newline or end of document after a statement"},
    {"key-value pair: expected a comment or whitespace", "Expected newline or end of document after a statement"},
    {"key-value pair: expected '='", "Expected '=' after a key in a key/value pair"},
    {"key-value pair: expected value", "Invalid value"},
    {"value: could not determine value type", "Invalid value"},
    {"array: expected comma or closing ']'", "Unclosed array"},
    {"array: encountered end-of-file", "Unclosed array"},
    {"inline table: expected key or closing '}'", "Unclosed inline table"},
    {"inline table: encountered end-of-file", "Unclosed inline table"},
    {"parsing string: encountered end-of-file", "Unterminated string"},
    {"root table: expected keys", "Invalid statement"},
};

base::Error error_of(const toml::parse_error& error) {
  std::string what(error.description());
  std::erase_if(what, [](char c) { return static_cast<unsigned char>(c) < ' '; });  // what it saw may be a line's end
  const auto place = fmt::format("at line {}, column {}", error.source().begin.line, error.source().begin.column);
  const bool at_end = what.find("end-of-file") != what.npos;
  for (const auto& mistake : k_mistakes)
    if (what.find(mistake.described) != what.npos) {
      what = mistake.in_python;
      break;
    }
  return {base::ErrorKind::usage, "", what + " (" + (at_end ? "at end of document" : place) + ")"};
}

TomlTable table_of(const toml::table& table);

TomlValue value_of(const toml::node& node) {
  if (const auto* table = node.as_table()) return {table_of(*table)};
  if (const auto* array = node.as_array()) {
    std::vector<TomlValue> values;
    for (const auto& item : *array) values.push_back(value_of(item));
    return {std::move(values)};
  }
  if (const auto* text = node.as_string()) return {text->get()};
  if (const auto* integer = node.as_integer()) return {integer->get()};
  if (const auto* number = node.as_floating_point()) return {number->get()};
  if (const auto* boolean = node.as_boolean()) return {boolean->get()};
  if (const auto* date = node.as_date()) return {TomlTime{"datetime.date(" + shown(date->get()) + ")"}};
  if (const auto* time = node.as_time()) return {TomlTime{"datetime.time(" + shown(time->get()) + ")"}};
  return {TomlTime{shown(node.as_date_time()->get())}};
}

// toml++ sorts tables by name; where the keys stand tells their order.
TomlTable table_of(const toml::table& table) {
  std::vector<std::pair<const toml::key*, const toml::node*>> entries;
  for (const auto& [key, node] : table) entries.emplace_back(&key, &node);
  std::stable_sort(entries.begin(), entries.end(), [](const auto& one, const auto& other) {
    return one.first->source().begin < other.first->source().begin;
  });
  TomlTable out;
  for (const auto& [key, node] : entries) out.push_back({std::string(key->str()), value_of(*node)});
  return out;
}

}  // namespace

base::Result<TomlTable> parse_toml(std::string_view text) {
  auto parsed = toml::parse(text);
  if (parsed) return table_of(parsed.table());
  return tl::unexpected(error_of(parsed.error()));
}

const TomlValue* find(const TomlTable& table, const std::vector<std::string_view>& path) {
  const TomlTable* in = &table;
  const TomlValue* found = nullptr;
  for (auto name : path) {
    if (in == nullptr) return nullptr;
    auto entry = std::find_if(in->begin(), in->end(), [&](const auto& other) { return other.name == name; });
    if (entry == in->end()) return nullptr;
    found = &entry->value;
    in = found->as<TomlTable>();
  }
  return found;
}

std::string python_repr(const TomlValue& value) {
  if (const auto* text = value.as<std::string>()) return base::quoted(*text);
  if (const auto* integer = value.as<std::int64_t>()) return std::to_string(*integer);
  if (const auto* number = value.as<double>()) return base::float_repr(*number);
  if (const auto* boolean = value.as<bool>()) return *boolean ? "True" : "False";
  if (const auto* time = value.as<TomlTime>()) return time->shown;
  std::string inside;
  auto add = [&](const std::string& item) { inside += (inside.empty() ? "" : ", ") + item; };
  if (const auto* values = value.as<std::vector<TomlValue>>()) {
    for (const auto& item : *values) add(python_repr(item));
    return "[" + inside + "]";
  }
  for (const auto& [name, item] : *value.as<TomlTable>()) add(base::quoted(name) + ": " + python_repr(item));
  return "{" + inside + "}";
}

}  // namespace covey::config
