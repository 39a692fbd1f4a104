#include <algorithm>
#include <covey/base/environment.hpp>

namespace covey::base {

namespace {

bool names(const std::string& entry, std::string_view name) {
  return entry.size() > name.size() && entry.starts_with(name) && entry[name.size()] == '=';
}

}  // namespace

std::string Environment::value(std::string_view name) const { return find(name).value_or(""); }

std::optional<std::string> Environment::find(std::string_view name) const {
  for (const auto& entry : m_entries)
    if (names(entry, name)) return entry.substr(name.size() + 1);  // the first one, as getenv takes it
  return std::nullopt;
}

void Environment::set(std::string_view name, std::string_view value) {
  auto text = std::string(name) + "=" + std::string(value);
  for (auto& entry : m_entries)
    if (names(entry, name)) {
      entry = std::move(text);
      return;
    }
  m_entries.push_back(std::move(text));
}

void Environment::remove(std::string_view name) {
  std::erase_if(m_entries, [&](const std::string& entry) { return names(entry, name); });
}

}  // namespace covey::base
