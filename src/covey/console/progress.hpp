// Says on a terminal how far long work is.
#pragma once

#include <covey/base/progress.hpp>

namespace covey::console {

// A base::Progress: one line on standard error, "covey: analysing 120 of 4500", from when the work has taken a second;
// nothing at all where that is no terminal. The line is gone before anything else is printed, for then the work is
// over. More than there are count for no more.
base::OneDone show_progress(const std::string& what, std::size_t total);

}  // namespace covey::console
