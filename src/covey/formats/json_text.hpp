// JSON text as Python's json.dump writes it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace covey::formats {

// Its separators, its escapes, its way of showing a float. The caller keeps brackets and keys in order.
class JsonText {
 public:
  // `pretty`: a value a line, indented by four; else everything on one line. `depth`: in how many brackets it stands;
  // `is_first`: of what is in them.
  explicit JsonText(bool pretty, std::size_t depth = 0, bool is_first = true)
      : m_pretty(pretty), m_is_first(is_first), m_depth(depth) {}

  void open(char bracket);  // "{" or "["
  void close(char bracket);
  // A value or open() follows. A literal is a name of the format's, in plain ASCII: nothing of it is escaped.
  void key(const char* name);
  void key(const std::string& name);
  void value(int number) { value(static_cast<std::int64_t>(number)); }
  void value(std::int64_t number);
  void value(double number);
  void value(bool truth);
  void null();
  void value(std::string_view text);                               // UTF-8
  void value(const char* text) { value(std::string_view(text)); }  // else it would be a bool

  template <class Value>
  void member(const char* name, const Value& its_value) {
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
  bool m_is_first;
  bool m_follows_key = false;
  std::size_t m_depth;
  std::string m_text;
};

}  // namespace covey::formats
