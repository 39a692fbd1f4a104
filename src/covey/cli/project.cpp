// toml++ is compiled into this file alone, and told to return its errors: its library throws them.
#undef TOML_HEADER_ONLY
#undef TOML_SHARED_LIB
#define TOML_HEADER_ONLY 1
#define TOML_EXCEPTIONS 0
#define TOML_ENABLE_FORMATTERS 0
#include <toml++/toml.h>
#include <covey/cli/project.hpp>

namespace covey::cli {

base::Result<std::string> configured_project(std::string_view pyproject, const std::string& path) {
  // Parsing takes a good part of a run's start-up, and few files have anything to say.
  if (pyproject.find("covey") == pyproject.npos) return "";
  auto parsed = toml::parse(pyproject, path);
  if (!parsed) {
    auto line = parsed.error().source().begin.line;
    auto what = "line " + std::to_string(line) + ": " + std::string(parsed.error().description());
    return base::fail(base::ErrorKind::format, path, what);
  }
  auto project = parsed.table()["tool"]["covey"]["project"];
  if (!project) return "";
  if (!project.is_string()) return base::fail(base::ErrorKind::format, path, "tool.covey.project is no string");
  return project.value_or(std::string());
}

}  // namespace covey::cli
