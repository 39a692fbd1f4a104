#include <covey/forge/diff_names.hpp>

namespace covey::forge {

namespace {

bool is_octal(char c) { return c >= '0' && c <= '7'; }

// One escape after its backslash, taken from `rest`; nothing where it is none of git's.
std::optional<char> take_escape(std::string_view& rest) {
  constexpr std::string_view k_names = "abtnvfr\"\\";
  constexpr std::string_view k_are = "\a\b\t\n\v\f\r\"\\";
  if (rest.empty()) return std::nullopt;
  if (auto at = k_names.find(rest[0]); at != k_names.npos) {
    rest.remove_prefix(1);
    return k_are[at];
  }
  if (rest.size() < 3 || rest[0] > '3' || !is_octal(rest[0]) || !is_octal(rest[1]) || !is_octal(rest[2]))
    return std::nullopt;
  const int value = (rest[0] - '0') * 64 + (rest[1] - '0') * 8 + (rest[2] - '0');
  rest.remove_prefix(3);
  return static_cast<char>(value);
}

// A quoted name, taken from `rest`, which begins with the quote.
std::optional<std::string> take_quoted(std::string_view& rest) {
  std::string name;
  rest.remove_prefix(1);
  while (!rest.empty()) {
    const char c = rest[0];
    rest.remove_prefix(1);
    if (c == '"') return name;
    if (c != '\\') {
      name += c;
      continue;
    }
    auto escaped = take_escape(rest);
    if (!escaped) return std::nullopt;
    name += *escaped;
  }
  return std::nullopt;
}

// Whether `name` begins with one of git's prefixes: a letter or digit and a slash.
bool has_prefix(std::string_view name) {
  constexpr std::string_view k_prefixes = "abciow12";
  return name.size() > 2 && name[1] == '/' && k_prefixes.find(name[0]) != k_prefixes.npos;
}

std::string_view after_first_part(std::string_view name) {
  auto slash = name.find('/');
  return slash == name.npos ? std::string_view() : name.substr(slash + 1);
}

// Names without quotes, of which only the blank between them is no part: they are found where they are equal but for
// their prefixes.
std::optional<std::pair<std::string, std::string>> equal_halves(std::string_view text) {
  const auto middle = text.size() / 2;
  if (text.size() % 2 == 0 || text[middle] != ' ') return std::nullopt;
  const auto left = text.substr(0, middle);
  const auto right = text.substr(middle + 1);
  if (left != right && (after_first_part(left).empty() || after_first_part(left) != after_first_part(right)))
    return std::nullopt;
  return std::pair(std::string(left), std::string(right));
}

}  // namespace

std::optional<std::string> header_name(std::string_view text) {
  if (text.starts_with('"')) return take_quoted(text);
  return std::string(text.substr(0, text.find('\t')));
}

std::optional<std::pair<std::string, std::string>> git_header_names(std::string_view text) {
  if (text.starts_with('"')) {
    auto left = take_quoted(text);
    if (!left || !text.starts_with(' ')) return std::nullopt;
    auto right = header_name(text.substr(1));
    if (!right) return std::nullopt;
    return std::pair(*left, *right);
  }
  if (!text.ends_with('"')) return equal_halves(text);
  const auto quote = text.find(" \"");
  if (quote == text.npos) return std::nullopt;
  auto right = header_name(text.substr(quote + 1));
  if (!right) return std::nullopt;
  return std::pair(std::string(text.substr(0, quote)), *right);
}

std::pair<std::string, std::string> without_prefixes(const std::string& old_name, const std::string& new_name) {
  const std::string_view old_rest = after_first_part(old_name), new_rest = after_first_part(new_name);
  const bool same_rest = !old_rest.empty() && old_rest == new_rest && old_name != new_name;
  if (same_rest || (has_prefix(old_name) && has_prefix(new_name) && old_name[0] != new_name[0]))
    return {std::string(old_rest), std::string(new_rest)};
  return {old_name, new_name};
}

std::string without_prefix(const std::string& name) {
  return has_prefix(name) ? std::string(after_first_part(name)) : name;
}

bool is_below_tree(std::string_view name) {
  if (name.empty() || name[0] == '/' || name.find('\0') != name.npos) return false;
  while (!name.empty()) {
    const auto part = name.substr(0, name.find('/'));
    if (part == "..") return false;
    name.remove_prefix(part.size() == name.size() ? part.size() : part.size() + 1);
  }
  return true;
}

}  // namespace covey::forge
