// INI files as Python's configparser reads them, without interpolation.
#pragma once

#include <covey/base/result.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace covey::config {

// Options by name, which is in lower case, in the file's order.
using IniOptions = std::vector<std::pair<std::string, std::string>>;

struct IniFile {
  std::vector<std::pair<std::string, IniOptions>> sections;  // by name, in the file's order
  IniOptions defaults;                                       // those of [DEFAULT], which every section has too
};

// Fails as configparser does, in its words, which name the file: without a section, on lines that are no options, and
// on what is there twice. A value of several lines has newlines in it, and no blanks around its lines.
base::Result<IniFile> parse_ini(std::string_view text, const std::string& file);

}  // namespace covey::config
