// Which project a run belongs to.
#pragma once

#include <covey/base/result.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace covey::launch {

// What [tool.covey] says: the settings that are Covey's alone.
struct CoveySettings {
  std::string project;               // empty where it is not set
  std::vector<std::string> unknown;  // options that there are not
};

// The settings in the text of a pyproject.toml. Fails where the text is no TOML or a value of the wrong kind. `path` is
// for messages.
base::Result<CoveySettings> covey_settings(std::string_view pyproject, const std::string& path);

}  // namespace covey::launch
