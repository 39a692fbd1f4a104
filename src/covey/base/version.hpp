// The version that `covey --version` prints, and that data and reports name.
#pragma once

namespace covey::base {

// The project's in CMakeLists.txt, which passes it to version.cpp.
extern const char* const k_version;

}  // namespace covey::base
