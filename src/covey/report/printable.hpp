// base's printable text, under the name that reports call it by.
#pragma once

#include <covey/base/printable.hpp>

namespace covey::report {

using base::length_of;
using base::printable;

}  // namespace covey::report
