// JSON text as Python's json.dump writes it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace covey::formats {

// Its separators, its escapes, its way of showing a float. The caller keeps brackets and keys in order.
class JsonText {
 public:
  // `pretty`: a value a line, indented by four; else everything on one line.
  explicit JsonText(bool pretty) : m_pretty(pretty) {}

  void open(char bracket);  // "{" or "["
  void close(char bracket);
  void key(std::string_view name);  // a value or open() follows
  void value(int number);
  void value(double number);
  void value(bool truth);
  void value(std::string_view text);                               // UTF-8
  void value(const char* text) { value(std::string_view(text)); }  // else it would be a bool

  template <class Value>
  void member(std::string_view name, const Value& its_value) {
    key(name);
    value(its_value);
  }

  // What was written, which is ASCII.
  std::string take() { return std::move(m_text); }

 private:
  void begin_item();
  void break_line();
  void add_string(std::string_view text);
  void add_escape(char32_t unit);

  bool m_pretty;
  bool m_is_first = true;
  bool m_follows_key = false;
  std::size_t m_depth = 0;
  std::string m_text;
};

}  // namespace covey::formats
