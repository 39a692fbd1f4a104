#include <algorithm>
#include <covey/model/measurement.hpp>

namespace covey::model {

namespace {

// What a file without contexts ran, it ran outside any.
void name_context(MeasuredFile& file) {
  const bool ran = !file.ran.empty() || !file.arcs.empty() || !file.trails.empty();
  if (file.contexts.empty() && ran) file.contexts[""] = {file.ran, file.arcs, file.trails};
}

}  // namespace

ContextData& ContextData::operator|=(const ContextData& other) {
  ran |= other.ran;
  arcs |= other.arcs;
  trails |= other.trails;
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
  trails |= other.trails;
  digests.insert(other.digests.begin(), other.digests.end());
  modules.insert(other.modules.begin(), other.modules.end());
  python = std::max(python, other.python);
  tracer = std::max(tracer, other.tracer);
  executed = executed || other.executed;
  return *this;
}

bool Measurement::ran_anything() const {
  return std::any_of(files.begin(), files.end(), [](const auto& file) { return file.second.executed; });
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

void Measurement::keep_contexts(const std::function<bool(const std::string&)>& kept) {
  std::map<std::string, bool> verdicts;  // a name stands in many files
  auto is_kept = [&](const std::string& name) {
    auto [verdict, is_new] = verdicts.try_emplace(name, false);
    if (is_new) verdict->second = kept(name);
    return verdict->second;
  };
  for (auto& [path, file] : files) {
    if (file.contexts.empty() && is_kept("")) continue;
    std::erase_if(file.contexts, [&](const auto& context) { return !is_kept(context.first); });
    file.ran = {};
    file.arcs = {};
    file.trails = {};
    for (const auto& [name, data] : file.contexts) {
      file.ran |= data.ran;
      file.arcs |= data.arcs;
      file.trails |= data.trails;
    }
  }
}

}  // namespace covey::model
