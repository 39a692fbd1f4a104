// Environment variables as a value: commands are given one, so that tests can give them another.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace covey::base {

class Environment {
 public:
  explicit Environment(std::vector<std::string> entries = {}) : m_entries(std::move(entries)) {}  // "NAME=value" each

  // The variable's value; empty where it is not set, for an empty variable asks for nothing either.
  std::string value(std::string_view name) const;

  // The same, but nothing where it is not set.
  std::optional<std::string> find(std::string_view name) const;

  // Replaces the variable in its place or adds it at the end; all others stay as they are, malformed ones included.
  void set(std::string_view name, std::string_view value);
  void remove(std::string_view name);

  const std::vector<std::string>& entries() const { return m_entries; }

 private:
  std::vector<std::string> m_entries;
};

}  // namespace covey::base
