// How far long work is, for whoever shows it: what works does not know who that is.
#pragma once

#include <cstddef>
#include <functional>
#include <string>

namespace covey::base {

// Says that one more of the things is done, on any thread. The work is over once this and its copies are gone.
using OneDone = std::function<void()>;

// Says that work begins: `what`, such as "analysing sources,", is done to `total` things, one or more.
using Progress = std::function<OneDone(const std::string& what, std::size_t total)>;

// Where nobody wants to know.
inline OneDone no_progress(const std::string& /*what*/, std::size_t /*total*/) {
  return [] {};
}

}  // namespace covey::base
