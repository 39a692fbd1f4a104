#include <algorithm>
#include <covey/forge/json_fields.hpp>
#include <limits>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

namespace covey::forge {

namespace {

constexpr std::size_t k_max_depth = 64;
constexpr std::size_t k_max_values = 200'000;  // a pull request with 50,000 comments

}  // namespace

// Follows the parser from event to event, and keeps where it is.
class JsonFieldsReader : public nlohmann::json_sax<nlohmann::json> {
 public:
  explicit JsonFieldsReader(std::span<const std::string_view> wanted) : m_wanted(wanted) {}

  bool null() override { return step(); }
  bool boolean(bool) override { return step(); }
  bool number_float(number_float_t, const string_t&) override { return step(); }
  bool binary(binary_t&) override { return step(); }
  bool number_integer(number_integer_t number) override { return step() && keep(std::int64_t{number}); }
  bool number_unsigned(number_unsigned_t number) override {
    if (number > static_cast<number_unsigned_t>(std::numeric_limits<std::int64_t>::max())) return step();
    return step() && keep(static_cast<std::int64_t>(number));
  }
  bool string(string_t& text) override { return step() && keep(std::move(text)); }
  bool start_object(std::size_t) override { return step() && open(false); }
  bool start_array(std::size_t) override { return step() && open(true); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool key(string_t& name) override {
    // No path asked for has such a key in it: it must not pass for two.
    m_open.back().key = name.find('/') == name.npos && name != "*" ? std::move(name) : "";
    return true;
  }
  bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception&) override {
    return fail(base::ErrorKind::format, "byte " + std::to_string(position) + ": not JSON");
  }

  base::Result<JsonFields> result(bool whole) {
    if (m_error) return tl::unexpected(*m_error);
    if (!whole) return base::fail(base::ErrorKind::format, "", "not JSON");
    return std::move(m_fields);
  }

 private:
  struct Container {
    bool is_list = false;
    std::size_t elements = 0;  // of a list: those begun
    std::string key;           // of an object: of the value being read
  };

  bool fail(base::ErrorKind kind, std::string what) {
    if (!m_error) m_error = base::Error{kind, "", std::move(what)};
    return false;
  }

  // A value begins.
  bool step() {
    if (m_open.empty() || !m_open.back().is_list) return true;
    ++m_open.back().elements;
    if (m_open.size() == 1) m_fields.m_list_size = m_open.back().elements;
    return true;
  }

  bool open(bool is_list) {
    if (m_open.size() == k_max_depth) return fail(base::ErrorKind::format, "nested deeper than any answer of a forge");
    if (m_open.empty()) m_fields.m_is_list = is_list;
    m_open.push_back({is_list, 0, ""});
    return true;
  }

  bool close() {
    m_open.pop_back();
    return true;
  }

  bool is_at(std::string_view wanted) const {
    for (const auto& container : m_open) {
      if (!wanted.starts_with('/')) return false;
      wanted.remove_prefix(1);
      const auto part = wanted.substr(0, wanted.find('/'));
      if (container.is_list ? part != "*" : part != container.key) return false;
      wanted.remove_prefix(part.size());
    }
    return wanted.empty();
  }

  std::string path() const {
    std::string text;
    for (const auto& container : m_open)
      text += "/" + (container.is_list ? std::to_string(container.elements - 1) : container.key);
    return text;
  }

  template <class Value>
  bool keep(Value value) {
    const bool wanted =
        std::any_of(m_wanted.begin(), m_wanted.end(), [&](std::string_view pattern) { return is_at(pattern); });
    if (!wanted) return true;
    if (m_fields.m_values.size() == k_max_values)
      return fail(base::ErrorKind::too_large, "more values than any answer of a forge has");
    m_fields.m_values.insert_or_assign(path(), std::move(value));
    return true;
  }

  std::span<const std::string_view> m_wanted;
  std::vector<Container> m_open;
  JsonFields m_fields;
  std::optional<base::Error> m_error;
};

std::string JsonFields::text(const std::string& path) const {
  const auto found = m_values.find(path);
  const auto* value = found == m_values.end() ? nullptr : std::get_if<std::string>(&found->second);
  return value != nullptr ? *value : "";
}

std::optional<std::int64_t> JsonFields::number(const std::string& path) const {
  const auto found = m_values.find(path);
  const auto* value = found == m_values.end() ? nullptr : std::get_if<std::int64_t>(&found->second);
  return value != nullptr ? std::optional(*value) : std::nullopt;
}

base::Result<JsonFields> read_json_fields(std::string_view text, std::span<const std::string_view> wanted) {
  JsonFieldsReader reader(wanted);
  const bool whole = nlohmann::json::sax_parse(text, &reader);
  return reader.result(whole);
}

std::string json_string(std::string_view text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace covey::forge
