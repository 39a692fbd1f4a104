#include <fmt/format.h>
#include <algorithm>
#include <covey/base/printable.hpp>
#include <covey/config/ini_file.hpp>
#include <covey/config/python_text.hpp>
#include <optional>
#include <set>

namespace covey::config {

namespace {

// Lines with their newlines, as Python's text files give them: whatever ends a line is one "\n".
std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  std::string line;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c != '\n' && c != '\r') {
      line += c;
      continue;
    }
    if (c == '\r' && at + 1 < text.size() && text[at + 1] == '\n') ++at;
    lines.push_back(line + "\n");
    line.clear();
  }
  if (!line.empty()) lines.push_back(line);
  return lines;
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return out;
}

// What stands between the brackets, up to the last closing one; nothing where this is no section's header.
std::optional<std::string> header_in(std::string_view clean) {
  const auto close = clean.rfind(']');
  if (!clean.starts_with('[') || close == clean.npos || close < 2) return std::nullopt;
  return std::string(clean.substr(1, close - 1));
}

class Reader {
 public:
  Reader(IniFile& file, const std::string& name) : m_file(file), m_name(name) {}

  base::Result<void> read(std::string_view text);

 private:
  base::Result<void> take(const std::string& line);
  base::Result<void> take_header(const std::string& section);
  base::Result<void> take_option(const std::string& line, std::string_view clean);
  tl::unexpected<base::Error> fail(std::string what) const {
    return base::fail(base::ErrorKind::usage, "", std::move(what));
  }
  std::string place() const { return "While reading from " + base::quoted(m_name); }
  IniOptions& options() { return m_in_defaults ? m_file.defaults : m_file.sections[m_section].second; }
  std::string section_name() const { return m_in_defaults ? "DEFAULT" : m_file.sections[m_section].first; }

  IniFile& m_file;
  const std::string& m_name;
  int m_line = 0;
  std::size_t m_indent = 0;   // of the option or header last seen
  bool m_in_section = false;  // whether there was a header yet
  bool m_in_defaults = false;
  std::size_t m_section = 0;  // its index
  bool m_has_option = false;  // whether an indented line belongs to the section's option m_option
  std::size_t m_option = 0;
  std::set<std::pair<std::string, std::string>> m_seen;
  std::string m_bad_lines;
};

base::Result<void> Reader::read(std::string_view text) {
  for (const auto& line : lines_of(text)) {
    ++m_line;
    if (auto taken = take(line); !taken) return taken;
  }
  if (!m_bad_lines.empty()) return fail("Source contains parsing errors: " + base::quoted(m_name) + m_bad_lines);
  auto trim = [](IniOptions& options) {
    for (auto& [name, value] : options) value.resize(right_stripped(value).size());
  };
  trim(m_file.defaults);
  for (auto& [name, options] : m_file.sections) trim(options);
  return {};
}

base::Result<void> Reader::take(const std::string& line) {
  const auto clean = stripped(line);
  const bool comment = clean.starts_with('#') || clean.starts_with(';');
  if (clean.empty() || comment) {
    if (!comment && m_has_option) options()[m_option].second += '\n';
    return {};
  }
  const auto indent = line.size() - left_stripped(line).size();
  if (m_has_option && indent > m_indent) {
    options()[m_option].second.append("\n").append(clean);
    return {};
  }
  m_indent = indent;
  if (auto section = header_in(clean)) return take_header(*section);
  if (m_in_section) return take_option(line, clean);
  return fail(fmt::format("File contains no section headers.\nfile: {}, line: {}\n{}", base::quoted(m_name), m_line,
                          base::quoted(line)));
}

base::Result<void> Reader::take_header(const std::string& section) {
  m_in_section = true;
  m_has_option = false;
  m_in_defaults = section == "DEFAULT";
  if (m_in_defaults) return {};
  auto known = std::find_if(m_file.sections.begin(), m_file.sections.end(),
                            [&](const auto& other) { return other.first == section; });
  if (known != m_file.sections.end())
    return fail(fmt::format("{} [line {:2}]: section {} already exists", place(), m_line, base::quoted(section)));
  m_section = m_file.sections.size();
  m_file.sections.push_back({section, {}});
  return {};
}

base::Result<void> Reader::take_option(const std::string& line, std::string_view clean) {
  const auto delimiter = clean.find_first_of("=:");
  if (delimiter == clean.npos || delimiter == 0)
    m_bad_lines += fmt::format("\n\t[line {:2}]: {}", m_line, base::quoted(line));
  if (delimiter == clean.npos) return {};
  auto name = lower(stripped(clean.substr(0, delimiter)));
  if (!m_seen.insert({section_name(), name}).second)
    return fail(fmt::format("{} [line {:2}]: option {} in section {} already exists", place(), m_line,
                            base::quoted(name), base::quoted(section_name())));
  m_has_option = !name.empty();
  m_option = options().size();
  options().push_back({std::move(name), std::string(stripped(clean.substr(delimiter + 1)))});
  return {};
}

}  // namespace

base::Result<IniFile> parse_ini(std::string_view text, const std::string& name) {
  IniFile file;
  if (auto read = Reader(file, name).read(text); !read) return tl::unexpected(read.error());
  return file;
}

}  // namespace covey::config
