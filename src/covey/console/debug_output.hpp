// What coverage.py's debug options print while a command works: of them, those that say something here.
#pragma once

#include <covey/base/environment.hpp>
#include <covey/config/configuration.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace covey::console {

class DebugOutput {
 public:
  // `given` is --debug's value. The text goes where COVERAGE_DEBUG_FILE or [run] debug_file says, else to stderr.
  DebugOutput(const config::Configuration& configuration, const std::optional<std::string>& given,
              const base::Environment& environment);

  // Whether the option, such as "combine", is on.
  bool shows(std::string_view option) const;

  // The text as it is, of an option that is on. What cannot be written is lost.
  void write(std::string_view text) const;

 private:
  config::Strings m_options;
  std::string m_place;
};

}  // namespace covey::console
