#include <algorithm>
#include <covey/model/measurement.hpp>

namespace covey::model {

MeasuredFile& MeasuredFile::operator|=(const MeasuredFile& other) {
  ran |= other.ran;
  digests.insert(other.digests.begin(), other.digests.end());
  modules.insert(other.modules.begin(), other.modules.end());
  python = std::max(python, other.python);
  executed = executed || other.executed;
  return *this;
}

Measurement& Measurement::operator|=(const Measurement& other) {
  for (const auto& [path, file] : other.files) files[path] |= file;
  for (const auto& [python, executable] : other.interpreters) {
    auto [known, added] = interpreters.emplace(python, executable);
    if (!added) known->second = std::min(known->second, executable);
  }
  return *this;
}

}  // namespace covey::model
