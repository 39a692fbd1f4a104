// Which build of Covey this is.
#pragma once

#include <string>

namespace covey::cli {

// The version, and the identity that the linker gave the executable where it did: what one build wrote for itself, such
// as a cache, no other build takes for its own, though both say they are the same version.
std::string build_identity();

}  // namespace covey::cli
