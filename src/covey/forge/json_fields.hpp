// A few values out of a JSON document that others wrote: only what is asked for is kept, so that memory stays bounded
// whatever else the document holds.
#pragma once

#include <covey/base/result.hpp>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

namespace covey::forge {

class JsonFields {
 public:
  // The value at a path ("/pull_request/head/sha", "/0/id"). Empty or nothing where there is none, where it is of
  // another kind, and where its path was not asked for.
  std::string text(const std::string& path) const;
  std::optional<std::int64_t> number(const std::string& path) const;  // whole numbers alone

  bool is_list() const { return m_is_list; }             // whether the document is one
  std::size_t list_size() const { return m_list_size; }  // its elements, where it is

 private:
  friend class JsonFieldsReader;
  std::map<std::string, std::variant<std::string, std::int64_t>, std::less<>> m_values;
  bool m_is_list = false;
  std::size_t m_list_size = 0;
};

// The strings and whole numbers of the document at the paths of `wanted`, in which "*" stands for any element of a
// list. A key that comes twice counts as it came last. Fails with ErrorKind::format where the text is not JSON or
// nested deeper than anything in earnest, with ErrorKind::too_large where it holds too many such values.
base::Result<JsonFields> read_json_fields(std::string_view text, std::span<const std::string_view> wanted);

// `text` as a JSON string, with its quotes. Bytes that are not UTF-8 become U+FFFD.
std::string json_string(std::string_view text);

}  // namespace covey::forge
