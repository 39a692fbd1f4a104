#include <algorithm>
#include <covey/model/measurement.hpp>

namespace covey::model {

namespace {

// What a file without contexts ran, it ran outside any.
void name_context(MeasuredFile& file) {
  if (file.contexts.empty() && (!file.ran.empty() || !file.arcs.empty())) file.contexts[""] = {file.ran, file.arcs};
}

}  // namespace

ContextData& ContextData::operator|=(const ContextData& other) {
  ran |= other.ran;
  arcs |= other.arcs;
  return *this;
}

MeasuredFile& MeasuredFile::operator|=(const MeasuredFile& other) {
  if (!other.contexts.empty()) name_context(*this);
  if (!contexts.empty() && other.contexts.empty()) {
    auto named = other;
    name_context(named);
    for (const auto& [name, data] : named.contexts) contexts[name] |= data;
  }
  for (const auto& [name, data] : other.contexts) contexts[name] |= data;
  ran |= other.ran;
  arcs |= other.arcs;
  digests.insert(other.digests.begin(), other.digests.end());
  modules.insert(other.modules.begin(), other.modules.end());
  python = std::max(python, other.python);
  tracer = std::max(tracer, other.tracer);
  executed = executed || other.executed;
  return *this;
}

Measurement& Measurement::operator|=(const Measurement& other) {
  modes |= other.modes;
  for (const auto& [path, file] : other.files) files[path] |= file;
  for (const auto& [python, executable] : other.interpreters) {
    auto [known, added] = interpreters.emplace(python, executable);
    if (!added) known->second = std::min(known->second, executable);
  }
  return *this;
}

}  // namespace covey::model
