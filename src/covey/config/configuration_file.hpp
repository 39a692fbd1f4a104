// A configuration file of either kind, as sections of options. INI files and TOML give the same values from different
// texts, and refuse different things in different words: coverage.py's.
#pragma once

#include <covey/base/result.hpp>
#include <covey/config/ini_file.hpp>
#include <covey/config/substitution.hpp>
#include <covey/config/toml_file.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace covey::config {

// The value of an option is asked for only where has() says that it is there. A value that cannot be one of the wanted
// kind fails with ErrorKind::format, and is the file's fault as a whole; any other error says for itself what it is.
class ConfigurationFile {
 public:
  virtual ~ConfigurationFile() = default;

  // The name by which the file has the section, which may have a prefix there; nothing where it has none.
  virtual std::optional<std::string> real_section(const std::string& section) const = 0;
  virtual std::vector<std::string> options(const std::string& section) const = 0;  // in the file's order
  virtual bool has(const std::string& section, const std::string& option) const = 0;

  virtual base::Result<std::string> text(const std::string& section, const std::string& option) const = 0;
  virtual base::Result<std::string> file(const std::string& section, const std::string& option) const = 0;
  virtual base::Result<bool> boolean(const std::string& section, const std::string& option) const = 0;
  virtual base::Result<std::int64_t> integer(const std::string& section, const std::string& option) const = 0;
  virtual base::Result<double> number(const std::string& section, const std::string& option) const = 0;
  virtual base::Result<std::vector<std::string>> list(const std::string& section, const std::string& option) const = 0;
  // Regular expressions, each checked.
  virtual base::Result<std::vector<std::string>> regex_list(const std::string& section,
                                                            const std::string& option) const = 0;
};

// What both kinds of file take values from besides themselves.
struct ValueSources {
  base::Environment environment;
  HomeLookup home = system_home;
};

// `ours` is whether the file is for coverage alone, so that its sections need no prefix. `sources` must outlive the
// result.
std::unique_ptr<ConfigurationFile> ini_configuration(IniFile file, bool ours, const ValueSources& sources);
std::unique_ptr<ConfigurationFile> toml_configuration(TomlTable file, bool ours, const ValueSources& sources);

// The regular expressions of an option, without blanks around them and without empty ones. Fails on one that Python
// refuses, or that cannot be said for PCRE2, with coverage.py's message.
base::Result<std::vector<std::string>> checked_expressions(const std::string& section, const std::string& option,
                                                           const std::vector<std::string>& values);

}  // namespace covey::config
