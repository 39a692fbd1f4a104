#include <pwd.h>
#include <unistd.h>
#include <array>
#include <covey/base/printable.hpp>
#include <covey/base/utf8.hpp>
#include <covey/config/substitution.hpp>
#include <cstddef>
#include <vector>

namespace covey::config {

namespace {

constexpr std::size_t k_user_buffer = 16384;

// The length of the word that `text` begins with. Letters beyond ASCII belong to it but for the blanks and signs that
// configuration files have; Python asks Unicode.
std::size_t word_length(std::string_view text) {
  std::size_t length = 0;
  while (length < text.size()) {
    const auto c = static_cast<unsigned char>(text[length]);
    const bool fits = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    if (!fits && c < 0x80) break;
    auto [character, size] = base::first_code_point(text.substr(length));
    const bool is_sign = character >= 0x80 && (character < 0xC0 || (character >= 0x2000 && character < 0x2C00) ||
                                               (character >= 0x3000 && character < 0x3005) || character >= 0xD800);
    if (is_sign) break;
    length += size;
  }
  return length;
}

// A reference, after its dollar sign.
struct Reference {
  std::size_t length = 0;      // with what encloses the name; 0 where this is no reference
  std::string_view name = {};  // "$" for a second dollar sign
  bool strict = false;
  std::string_view otherwise = {};
};

Reference read_reference(std::string_view text) {
  if (text.starts_with('$')) return {1, "$"};
  if (auto length = word_length(text); length > 0) return {length, text.substr(0, length)};
  if (!text.starts_with('{')) return {};
  const auto name = text.substr(1, word_length(text.substr(1)));
  auto rest = text.substr(1 + name.size());
  if (name.empty() || rest.empty()) return {};
  Reference reference{0, name};
  std::size_t end = 0;
  if (rest[0] == '?') {
    reference.strict = true;
    end = 1;
  } else if (rest[0] == '-') {
    end = rest.find('}');
    if (end == rest.npos) return {};
    reference.otherwise = rest.substr(1, end - 1);
  }
  if (end >= rest.size() || rest[end] != '}') return {};
  reference.length = 1 + name.size() + end + 1;
  return reference;
}

}  // namespace

std::optional<std::string> system_home(const std::string& user) {
  std::array<char, k_user_buffer> buffer{};
  passwd entry{};
  passwd* found = nullptr;
  if (user.empty()) {
    ::getpwuid_r(::getuid(), &entry, buffer.data(), buffer.size(), &found);
  } else {
    ::getpwnam_r(user.c_str(), &entry, buffer.data(), buffer.size(), &found);
  }
  if (found == nullptr) return std::nullopt;
  return found->pw_dir;
}

base::Result<std::string> substitute_variables(std::string_view text, const base::Environment& environment) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const auto reference = text[at] == '$' ? read_reference(text.substr(at + 1)) : Reference{};
    if (reference.length == 0) {
      out += text[at++];
      continue;
    }
    at += 1 + reference.length;
    if (reference.name == "$") {
      out += '$';
    } else if (auto value = environment.find(reference.name)) {
      out += *value;
    } else if (reference.strict) {
      return base::fail(base::ErrorKind::usage, "",
                        "Variable " + std::string(reference.name) + " is undefined: " + base::quoted(text));
    } else {
      out += reference.otherwise;
    }
  }
  return out;
}

std::string expand_user(const std::string& path, const base::Environment& environment, const HomeLookup& home) {
  if (!path.starts_with('~')) return path;
  const auto end = std::min(path.find('/'), path.size());
  auto directory = end == 1 ? environment.find("HOME") : std::nullopt;
  if (!directory) directory = home(path.substr(1, end - 1));
  if (!directory) return path;
  while (directory->ends_with('/')) directory->pop_back();
  auto expanded = *directory + path.substr(end);
  return expanded.empty() ? "/" : expanded;
}

}  // namespace covey::config
