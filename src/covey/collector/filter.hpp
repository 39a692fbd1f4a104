// Decides which files are measured, as coverage.py does (inorout.py), without Python's help.
#pragma once

#include <covey/base/glob.hpp>
#include <covey/base/result.hpp>
#include <covey/shard/settings.hpp>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace covey::collector {

// Where this interpreter keeps what is not the user's. All as sys and site have them, not canonical.
struct Interpreter {
  std::string prefix, exec_prefix, base_prefix, base_exec_prefix;
  std::string user_base;      // site.USER_BASE; empty where it is not known
  std::string platlibdir;     // "lib", or "lib64" on some systems
  std::string version;        // "3.14"
  std::string own_directory;  // where our extension lies, beside it our package
};

class Filter {
 public:
  // Fails where a pattern of the settings is no pattern.
  static base::Result<Filter> create(const shard::Settings& settings, const Interpreter& interpreter);

  // `path` is canonical; `module` the name of the module whose code runs, or empty.
  bool measures(std::string_view path, std::string_view module) const;

  // Whether measures() may say so for some module, which a file is not known to be before it runs. True of
  // what lies where modules of the packages that were named would.
  bool may_measure(std::string_view path) const;

  // sys.path as it is now: what of it lies in a virtual environment is installed, not the user's.
  void set_import_path(const std::vector<std::string>& import_path);

 private:
  Filter() = default;
  bool is_installed(std::string_view path) const;
  bool in_named_package(std::string_view module) const;

  shard::Settings m_settings;
  base::GlobSet m_include;
  base::GlobSet m_omit;
  std::vector<std::string> m_own;
  std::vector<std::string> m_library;
  std::vector<std::string> m_scheme_directories;  // installed packages by the interpreter's schemes
  std::vector<std::string> m_installed;           // these and what of sys.path lies in a virtual environment
  std::vector<std::string> m_installed_sources;   // source directories that lie in installed ones
  // Entries of sys.path looked at before: their canonical paths where they lie in a virtual environment, else empty.
  std::unordered_map<std::string, std::string> m_in_environment;
};

}  // namespace covey::collector
