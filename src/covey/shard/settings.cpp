#include <charconv>
#include <covey/base/hash.hpp>
#include <covey/base/path.hpp>
#include <covey/base/utf8.hpp>
#include <covey/shard/settings.hpp>

namespace covey::shard {

namespace {

constexpr std::string_view k_first_line = "covey-settings 1";
constexpr std::size_t k_slug_limit = 200;  // a file name may have 255 bytes

// One row a key: serialize and parse_settings both go by these.
template <class T>
struct Field {
  std::string_view key;
  T Settings::*member;
};
constexpr Field<std::string> k_texts[] = {{"run_id", &Settings::run_id},       {"data_dir", &Settings::data_dir},
                                          {"root", &Settings::root},           {"project", &Settings::project},
                                          {"forge_job", &Settings::forge_job}, {"context", &Settings::context}};
constexpr Field<bool> k_flags[] = {{"branch", &Settings::branch},
                                   {"cover_pylib", &Settings::cover_pylib},
                                   {"test_contexts", &Settings::test_contexts},
                                   {"append", &Settings::append},
                                   {"part_forks", &Settings::part_forks},
                                   {"forks_inherit", &Settings::forks_inherit},
                                   {"namespace_packages", &Settings::namespace_packages}};
constexpr Field<std::vector<std::string>> k_lists[] = {{"source_dir", &Settings::source_dirs},
                                                       {"source_package", &Settings::source_packages},
                                                       {"include", &Settings::include},
                                                       {"omit", &Settings::omit}};
struct NumberField {
  std::string_view key;
  int Settings::*member;
  int least;
};
constexpr NumberField k_numbers[] = {
    {"attempt", &Settings::attempt, 1}, {"save_signal", &Settings::save_signal, 0}, {"saver", &Settings::saver, 0}};

void add_line(std::string& text, std::string_view key, std::string_view value) {
  text.append(key) += ' ';
  for (char c : value) {
    if (c == '\n') {
      text += "\\n";
    } else if (c == '\\') {
      text += "\\\\";
    } else {
      text += c;
    }
  }
  text += '\n';
}

// Undoes add_line; false on a backslash that add_line would not have written.
bool unescape(std::string_view value, std::string& text) {
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (value[i] != '\\') {
      text += value[i];
      continue;
    }
    if (++i == value.size() || (value[i] != 'n' && value[i] != '\\')) return false;
    text += value[i] == 'n' ? '\n' : '\\';
  }
  return true;
}

bool parse_number(std::string_view value, int least, int& number) {
  auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  return error == std::errc() && end == value.data() + value.size() && number >= least;
}

// False where `key` is unknown or cannot have this value.
bool set(Settings& settings, std::string_view key, const std::string& value) {
  for (const auto& field : k_texts)
    if (field.key == key) {
      settings.*field.member = value;
      return true;
    }
  for (const auto& field : k_lists)
    if (field.key == key) {
      (settings.*field.member).push_back(value);
      return true;
    }
  for (const auto& field : k_flags)
    if (field.key == key) {
      settings.*field.member = value == "1";
      return value == "0" || value == "1";
    }
  for (const auto& field : k_numbers)
    if (field.key == key) return parse_number(value, field.least, settings.*field.member);
  return false;
}

bool is_run_id(std::string_view text) {
  return text.size() == 16 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

tl::unexpected<base::Error> malformed(const std::string& path, std::string what) {
  return base::fail(base::ErrorKind::format, path, std::move(what));
}

}  // namespace

std::string serialize(const Settings& settings) {
  std::string text(k_first_line);
  text += '\n';
  for (const auto& field : k_texts) add_line(text, field.key, settings.*field.member);
  for (const auto& field : k_numbers) add_line(text, field.key, std::to_string(settings.*field.member));
  for (const auto& field : k_flags) add_line(text, field.key, settings.*field.member ? "1" : "0");
  for (const auto& field : k_lists)
    for (const auto& value : settings.*field.member) add_line(text, field.key, value);
  return text;
}

base::Result<Settings> parse_settings(std::string_view text, const std::string& path) {
  if (!text.starts_with("covey-settings ")) return malformed(path, "is no settings file of covey");
  if (!text.ends_with('\n')) return malformed(path, "is cut short");
  Settings settings;
  for (int number = 1; !text.empty(); ++number) {
    auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(line.size() + 1);
    if (number == 1) {
      if (line == k_first_line) continue;
      return malformed(path, "is of another version of covey: " + std::string(line));
    }
    auto space = line.find(' ');
    std::string value;
    if (space == line.npos || !unescape(line.substr(space + 1), value) || !set(settings, line.substr(0, space), value))
      return malformed(path, "line " + std::to_string(number) + " is not understood: " + std::string(line));
  }
  // The two that a path is made of.
  if (!is_run_id(settings.run_id)) return malformed(path, "run_id is not 16 hex digits: " + settings.run_id);
  if (!base::is_absolute(settings.data_dir)) return malformed(path, "data_dir is not absolute: " + settings.data_dir);
  return settings;
}

std::string job_directory(const std::string& data_dir, const std::string& job, const std::string& run_id) {
  return base::join(base::join(base::join(data_dir, "jobs"), job_slug(job)), run_id);
}

std::string job_slug(const std::string& job) {
  std::string slug;
  for (std::string_view rest = job; !rest.empty();) {
    auto [character, size] = base::first_code_point(rest);
    rest.remove_prefix(size);
    bool upper = character >= 'A' && character <= 'Z';
    bool kept = (character >= 'a' && character <= 'z') || (character >= '0' && character <= '9') || character == '.' ||
                character == '_' || character == '-';
    slug += upper ? static_cast<char>(character - 'A' + 'a') : kept ? static_cast<char>(character) : '-';
  }
  // These name other folders.
  if (slug == "." || slug == "..") slug.assign(slug.size(), '-');
  if (slug.size() > k_slug_limit) slug.resize(k_slug_limit);
  if (slug != job || slug.empty()) slug += "-" + base::sha256_hex(job).substr(0, 8);
  return slug;
}

}  // namespace covey::shard
