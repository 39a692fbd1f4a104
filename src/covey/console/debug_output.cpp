#include <algorithm>
#include <covey/config/python_text.hpp>
#include <covey/console/debug_output.hpp>
#include <cstdio>

namespace covey::console {

DebugOutput::DebugOutput(const config::Configuration& configuration, const std::optional<std::string>& given,
                         const base::Environment& environment)
    : m_options(configuration.run.debug), m_place(environment.value("COVERAGE_DEBUG_FILE")) {
  if (m_place.empty()) m_place = configuration.run.debug_file.value_or("");
  if (!given) return;
  m_options.clear();
  for (const auto option : config::split(*given, ',')) m_options.emplace_back(option);
}

bool DebugOutput::shows(std::string_view option) const {
  return std::find(m_options.begin(), m_options.end(), option) != m_options.end();
}

void DebugOutput::write(std::string_view text) const {
  if (m_place.empty() || m_place == "stderr" || m_place == "stdout") {
    auto* stream = m_place == "stdout" ? stdout : stderr;
    std::fwrite(text.data(), 1, text.size(), stream);
    std::fflush(stream);
  } else if (auto* file = std::fopen(m_place.c_str(), "ae")) {
    std::fwrite(text.data(), 1, text.size(), file);
    std::fclose(file);
  }
}

}  // namespace covey::console
