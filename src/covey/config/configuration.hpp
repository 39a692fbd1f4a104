// What configuration files say, with coverage.py's options, names and defaults. docs/configuration.md lists them.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace covey::config {

using Strings = std::vector<std::string>;

struct RunConfiguration {
  bool branch = false;
  std::optional<std::string> command_line;
  Strings concurrency;
  std::optional<std::string> context;
  std::optional<std::string> core;
  bool cover_pylib = false;
  std::string data_file = ".coverage";  // coverage.py's own file, never the data directory
  Strings debug;
  std::optional<std::string> debug_file;
  Strings disable_warnings;
  std::optional<std::string> dynamic_context;
  bool parallel = false;
  Strings patch;
  Strings plugins;
  bool relative_files = false;
  Strings include;
  Strings omit;
  bool sigterm = false;
  std::optional<Strings> source;  // directories, and packages where there is no such directory
  Strings source_pkgs;
  Strings source_dirs;
  bool timid = false;
  std::optional<std::string> crash;
};

struct ReportConfiguration {
  Strings exclude_list;  // exclude_lines, and exclude_also once everything is read
  Strings exclude_also;
  double fail_under = 0;              // percent
  std::optional<std::string> format;  // text, markdown or total; not checked
  bool ignore_errors = false;
  bool include_namespace_packages = false;
  Strings partial_always_list;
  Strings partial_list;  // partial_branches, and partial_also once everything is read
  Strings partial_also;
  int precision = 0;                // decimals of percentages; not checked
  std::optional<Strings> contexts;  // regular expressions; not checked
  std::optional<Strings> include;
  std::optional<Strings> omit;
  bool show_missing = false;
  bool skip_covered = false;
  bool skip_empty = false;
  std::optional<std::string> sort;  // not checked
  bool has_covdefaults = false;     // exclude_patterns() adds what depends on the interpreter
};

struct HtmlConfiguration {
  std::optional<std::string> extra_css;
  std::string directory = "htmlcov";
  std::optional<bool> skip_covered;  // that of [report] where it is not set
  std::optional<bool> skip_empty;
  std::string title = "Coverage report";
  bool show_contexts = false;
};

struct XmlConfiguration {
  std::string output = "coverage.xml";
  int package_depth = 99;
};

struct JsonConfiguration {
  std::string output = "coverage.json";
  bool pretty_print = false;
  bool show_contexts = false;
};

struct LcovConfiguration {
  std::string output = "coverage.lcov";
  bool line_checksums = false;
};

// A rule of [paths]: files below any of the places, of which the first is the one that reports name.
using PathRule = std::pair<std::string, Strings>;

struct Configuration {
  Configuration();  // coverage.py's defaults

  RunConfiguration run;
  ReportConfiguration report;
  HtmlConfiguration html;
  XmlConfiguration xml;
  JsonConfiguration json;
  LcovConfiguration lcov;
  std::vector<PathRule> paths;  // in the order of the file
  // The settings of each plugin's own section, by plugin and by name.
  std::vector<std::pair<std::string, std::vector<std::pair<std::string, std::string>>>> plugin_options;

  std::optional<std::string> file;  // what was read from, absolute; nothing where no file says anything
  Strings files_attempted;          // absolute, as all files read on the way to it
  Strings files_read;
};

// Where an option was set, for messages: "/p/setup.cfg: [report] omit".
std::string place_of(const Configuration& configuration, const std::string& option);

// How a value is read from a file.
enum class OptionKind { text, file, boolean, integer, number, list, regex_list };

// Where an option's value goes; optional ones are empty until it is set.
using OptionTarget = std::variant<bool*, std::optional<bool>*, int*, double*, std::string*, std::optional<std::string>*,
                                  Strings*, std::optional<Strings>*>;

// A row of the table of options: "[section] name" of a file sets `target`.
struct ConfigurationOption {
  const char* section;
  const char* name;
  const char* attribute;  // what coverage.py's own objects, and `coverage debug config`, call it
  OptionKind kind;
  OptionTarget (*target)(Configuration& configuration);
};

// Every option of coverage.py, in the order that it reads them in.
std::span<const ConfigurationOption> configuration_options();

}  // namespace covey::config
