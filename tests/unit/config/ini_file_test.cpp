#include <doctest/doctest.h>
#include <covey/config/ini_file.hpp>

using namespace covey;

namespace {

// The sections and options as "[section] name=value", a line each, with newlines in values as "|".
std::string shown(std::string_view text) {
  auto file = config::parse_ini(text, "f.ini");
  if (!file) return file.error().message();
  std::string out;
  auto add = [&](const std::string& section, const config::IniOptions& options) {
    for (auto [name, value] : options) {
      for (char& c : value)
        if (c == '\n') c = '|';
      out += "[" + section + "] " + name + "=" + value + "\n";
    }
  };
  add("DEFAULT", file->defaults);
  for (const auto& [section, options] : file->sections) add(section, options);
  return out;
}

}  // namespace

TEST_CASE("INI files as configparser reads them") {
  struct Row {
    const char* text;
    const char* shown;
  };
  const Row rows[] = {
      {"", ""},
      {"# nothing\n; at all\n", ""},
      {"[run]\nbranch=1\n", "[run] branch=1\n"},
      {"[run]\r\nBranch : yes\r\n", "[run] branch=yes\n"},
      {"[run]\ntitle = a = b: c # d ; e\n", "[run] title=a = b: c # d ; e\n"},
      {"[run]\nomit =\n  a\n\n  b\n    c\nbranch = 1\n", "[run] omit=|a||b|c\n[run] branch=1\n"},
      {"[run]\nomit = a\n  # a comment\n  b\n\n\n", "[run] omit=a|b\n"},
      {"[run]\nomit = a\n  ; x = y\n[report]\nsort = name", "[run] omit=a\n[report] sort=name\n"},
      {"  [run]\n  a = 1\n  b = 2\n    more\n", "[run] a=1\n[run] b=2|more\n"},
      {"[coverage:run] ; tail\nx:\n", "[coverage:run] x=\n"},
      {"[DEFAULT]\na = 1\n[run]\nb = 2\n[DEFAULT]\nc = 3\n", "[DEFAULT] a=1\n[DEFAULT] c=3\n[run] b=2\n"},
      {"timid = 1\n", "File contains no section headers.\nfile: 'f.ini', line: 1\n'timid = 1\\n'"},
      {"[run]\nfoo\nx = 1\nbar", "Source contains parsing errors: 'f.ini'\n\t[line  2]: 'foo\\n'\n\t[line  4]: 'bar'"},
      {"[run]\n[run]\n", "While reading from 'f.ini' [line  2]: section 'run' already exists"},
      {"[run]\na = 1\nA = 2\n", "While reading from 'f.ini' [line  3]: option 'a' in section 'run' already exists"},
      {"[run]\n= 2\n", "Source contains parsing errors: 'f.ini'\n\t[line  2]: '= 2\\n'"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.text);
    CHECK(shown(row.text) == row.shown);
  }
}
