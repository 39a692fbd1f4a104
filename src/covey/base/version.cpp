#include <covey/base/version.hpp>

namespace covey::base {

const char* const k_version = COVEY_VERSION;

}  // namespace covey::base
