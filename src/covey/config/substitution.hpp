// What configuration values take from the environment: variables, and home directories.
#pragma once

#include <covey/base/environment.hpp>
#include <covey/base/result.hpp>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace covey::config {

// The home directory of a user, of who runs the process where `user` is empty; nothing where there is none.
using HomeLookup = std::function<std::optional<std::string>(const std::string& user)>;

// As the system's user database has it.
std::optional<std::string> system_home(const std::string& user);

// Replaces $NAME and ${NAME} by the variable's value, or nothing where it is not set; ${NAME-text} by `text` there; $$
// by a dollar sign. Fails where ${NAME?} is not set. What else follows a dollar sign stays as it is.
base::Result<std::string> substitute_variables(std::string_view text, const base::Environment& environment);

// os.path.expanduser: "~" or "~user" at the start, up to a slash, becomes the home directory: $HOME for "~", where it
// is set, else what `home` says. A user that is not known leaves the path as it is.
std::string expand_user(const std::string& path, const base::Environment& environment, const HomeLookup& home);

}  // namespace covey::config
