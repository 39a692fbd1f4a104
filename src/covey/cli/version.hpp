// The version that `covey --version` prints and session records name: the project's in CMakeLists.txt, which passes it.
#pragma once

namespace covey::cli {

inline constexpr const char* k_version = COVEY_VERSION;

}  // namespace covey::cli
