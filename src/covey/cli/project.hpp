// Which project a run belongs to.
#pragma once

#include <covey/base/result.hpp>
#include <string>
#include <string_view>

namespace covey::cli {

// [tool.covey] project in the text of a pyproject.toml; empty where it is not set. Fails where the text is no TOML or
// the value no string. `path` is for messages.
base::Result<std::string> configured_project(std::string_view pyproject, const std::string& path);

}  // namespace covey::cli
