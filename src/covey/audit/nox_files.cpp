#include <algorithm>
#include <covey/audit/nox_files.hpp>
#include <nlohmann/json.hpp>

namespace covey::audit {

namespace {

using Json = nlohmann::json;

// Empty where the field is no text.
std::string text_of(const Json& object, const char* key) {
  auto field = object.find(key);
  return field != object.end() && field->is_string() ? field->get<std::string>() : std::string();
}

// A session's name with its Python and parameters: its first signature. "name" is the function's alone.
std::string full_name(const Json& session) {
  auto signatures = session.find("signatures");
  if (signatures != session.end() && signatures->is_array() && !signatures->empty() && signatures->front().is_string())
    return signatures->front().get<std::string>();
  return text_of(session, "name");
}

std::optional<SessionEnd> end_of(std::string_view result) {
  if (result == "success") return SessionEnd::success;
  if (result == "failed") return SessionEnd::failed;
  if (result == "skipped") return SessionEnd::skipped;
  if (result == "aborted") return SessionEnd::aborted;
  return std::nullopt;
}

}  // namespace

base::Result<std::vector<NoxResult>> parse_nox_report(std::string_view text, const std::string& path) {
  auto no_report = base::fail(base::ErrorKind::format, path, "is no report of nox (nox --report writes them)");
  auto json = Json::parse(text, nullptr, false);
  if (!json.is_object() || !json.contains("sessions") || !json["sessions"].is_array()) return no_report;
  std::vector<NoxResult> results;
  for (const auto& session : json["sessions"]) {
    if (!session.is_object()) return no_report;
    auto end = end_of(text_of(session, "result"));
    auto name = full_name(session);
    if (!end || name.empty()) return no_report;
    NoxResult result{name, *end, text_of(session, "reason"), std::nullopt};
    if (auto duration = session.find("duration"); duration != session.end() && duration->is_number())
      result.seconds = duration->get<double>();
    results.push_back(std::move(result));
  }
  return results;
}

base::Result<std::vector<std::string>> parse_nox_list(std::string_view text, const std::string& path) {
  auto no_list = base::fail(base::ErrorKind::format, path, "is no list of nox (nox --list --json prints them)");
  auto json = Json::parse(text, nullptr, false);
  if (!json.is_array()) return no_list;
  std::vector<std::string> names;
  for (const auto& session : json) {
    auto name = session.is_object() ? text_of(session, "session") : std::string();
    if (name.empty()) return no_list;
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(std::move(name));
  }
  return names;
}

}  // namespace covey::audit
