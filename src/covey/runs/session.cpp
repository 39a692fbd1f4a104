#include <unistd.h>
#include <covey/base/file.hpp>
#include <covey/base/path.hpp>
#include <covey/base/time_text.hpp>
#include <covey/runs/session.hpp>
#include <nlohmann/json.hpp>

namespace covey::runs {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t k_session_limit = 16 * 1024 * 1024;  // bytes; a command line may be long
constexpr std::size_t k_block = 4096;                      // that file systems give, at least

template <class T>
Json or_null(const std::optional<T>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Json text_or_null(const std::string& value) { return value.empty() ? Json(nullptr) : Json(value); }

Json utc_or_null(const std::optional<double>& time) { return time ? Json(base::utc_text(*time)) : Json(nullptr); }

Json to_json(const Session& session) {
  Json json = {
      {"format", k_session_format},
      {"project", session.project},
      {"job", session.job},
      {"slug", session.slug},
      {"part", session.part},
      {"attempt", session.attempt},
      {"forge_job", text_or_null(session.forge_job)},
      {"run_id", session.run_id},
      {"start", base::utc_text(session.start)},
      {"start_unix", session.start},
      {"end", utc_or_null(session.end)},
      {"end_unix", or_null(session.end)},
      {"status", or_null(session.status)},
      {"signal", or_null(session.signal)},
      {"closed_by_run", session.closed_by_run},
      {"no_data", session.no_data},
      {"incomplete", text_or_null(session.incomplete)},
      {"bare_pythons", session.n_bare_pythons},
      {"commit", text_or_null(session.commit)},
      {"python", {{"version", text_or_null(session.python_version)}, {"executable", text_or_null(session.python)}}},
      {"command", session.command},
      {"host", session.host},
      {"pid", session.pid},
      {"covey", session.covey_version},
      {"append", session.append},
      {"branch", session.branch},
      {"index_seconds", or_null(session.index_seconds)}};
  if (!session.combined.empty()) json["combined"] = session.combined;
  return json;
}

// Reads one object's fields without trusting their types; a field of another type counts as absent.
class Fields {
 public:
  explicit Fields(const Json& object) : m_object(object) {}

  void read(const char* key, std::string& value) const {
    if (const auto* field = find(key); field != nullptr && field->is_string()) value = field->get<std::string>();
  }
  void read(const char* key, bool& value) const {
    if (const auto* field = find(key); field != nullptr && field->is_boolean()) value = field->get<bool>();
  }
  void read(const char* key, int& value) const {
    if (auto number = integer(key)) value = *number;
  }
  void read(const char* key, std::optional<int>& value) const { value = integer(key); }
  void read(const char* key, std::optional<double>& value) const {
    if (const auto* field = find(key); field != nullptr && field->is_number()) value = field->get<double>();
  }
  void read(const char* key, std::vector<std::string>& value) const {
    const auto* field = find(key);
    if (field == nullptr || !field->is_array()) return;
    for (const auto& item : *field)
      if (item.is_string()) value.push_back(item.get<std::string>());
  }
  void read(const char* key, std::optional<std::map<std::string, int>>& value) const {
    const auto* field = find(key);
    if (field == nullptr || !field->is_object()) return;
    value.emplace();
    const Fields numbers(*field);
    for (const auto& [name, number] : field->items())
      if (auto count = numbers.integer(name.c_str())) value->emplace(name, *count);
  }
  // Of each object in the list.
  template <class Function>
  void each(const char* key, const Function& function) const {
    const auto* field = find(key);
    if (field == nullptr || !field->is_array()) return;
    for (const auto& item : *field)
      if (item.is_object()) function(Fields(item));
  }
  Fields object(const char* key) const {
    static const Json k_nothing = Json::object();
    const auto* field = find(key);
    return Fields(field != nullptr && field->is_object() ? *field : k_nothing);
  }

 private:
  const Json* find(const char* key) const {
    auto field = m_object.find(key);
    return field == m_object.end() ? nullptr : &*field;
  }
  std::optional<int> integer(const char* key) const {
    const auto* field = find(key);
    if (field == nullptr || !field->is_number_integer()) return std::nullopt;
    auto number = field->get<std::int64_t>();
    if (number < INT32_MIN || number > INT32_MAX) return std::nullopt;
    return static_cast<int>(number);
  }

  const Json& m_object;
};

constexpr const char* k_pytest = "pytest";
constexpr std::size_t k_most_pytests = 1000;  // in a record

bool is_pytest_record(const std::string& name) { return name.starts_with("pytest-") && name.ends_with(".json"); }

PytestRecord pytest_record(const Fields& fields) {
  PytestRecord record;
  fields.read("counts", record.counts);
  fields.read("exit_status", record.exit_status);
  return record;
}

Session from_json(const Json& json) {
  Session session;
  Fields fields(json);
  fields.read("project", session.project);
  fields.read("job", session.job);
  fields.read("slug", session.slug);
  fields.read("part", session.part);
  fields.read("attempt", session.attempt);
  fields.read("forge_job", session.forge_job);
  fields.read("run_id", session.run_id);
  std::optional<double> start;
  fields.read("start_unix", start);
  session.start = start.value_or(0);
  fields.read("end_unix", session.end);
  fields.read("status", session.status);
  fields.read("signal", session.signal);
  fields.read("closed_by_run", session.closed_by_run);
  fields.read("no_data", session.no_data);
  fields.read("incomplete", session.incomplete);
  fields.read("bare_pythons", session.n_bare_pythons);
  fields.read("commit", session.commit);
  fields.object("python").read("version", session.python_version);
  fields.object("python").read("executable", session.python);
  fields.read("command", session.command);
  fields.read("host", session.host);
  fields.read("pid", session.pid);
  fields.read("covey", session.covey_version);
  fields.read("append", session.append);
  fields.read("branch", session.branch);
  fields.read("combined", session.combined);
  fields.read("index_seconds", session.index_seconds);
  fields.each(k_pytest, [&](const Fields& pytest) { session.pytests.push_back(pytest_record(pytest)); });
  return session;
}

base::Result<Json> read_json(const std::string& path) {
  auto text = base::read_file(path, k_session_limit);
  if (!text) return tl::unexpected(text.error());
  auto json = Json::parse(*text, nullptr, false);
  if (!json.is_object()) return base::fail(base::ErrorKind::format, path, "is no session record");
  return json;
}

}  // namespace

namespace {

base::Result<void> write_json(const std::string& path, const Json& json) {
  // A file name in the command need not be UTF-8; JSON must be.
  const auto text = json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
  auto written = base::write_file_atomic(path, text);
  // On a full disk, or in a directory that has turned read-only, the blocks of the old file are there still.
  if (!written)
    if (auto size = base::file_size(path); size && text.size() <= (*size + k_block - 1) / k_block * k_block)
      return base::overwrite_file(path, text);
  return written;
}

}  // namespace

base::Result<void> write_session(const std::string& path, const Session& session) {
  auto json = to_json(session);
  if (auto old = read_json(path))
    for (auto& [key, value] : old->items())
      if (!json.contains(key)) json[key] = value;
  return write_json(path, json);
}

base::Result<void> gather_pytest_records(const std::string& path, const std::string& settings_path) {
  const auto folder = std::string(base::dirname(path));
  std::vector<std::string> gathered;
  Json pytests = Json::array();
  for (const auto& name : base::names_in(folder)) {
    if (!is_pytest_record(name)) continue;
    auto record = read_json(folder + "/" + name);
    if (!record) continue;
    std::string settings;
    Fields(*record).read("settings", settings);
    if (!settings_path.empty() && settings != settings_path) continue;
    record->erase("settings");
    pytests.push_back(std::move(*record));
    gathered.push_back(folder + "/" + name);
  }
  if (gathered.empty()) return {};
  auto json = read_json(path);
  if (!json) return tl::unexpected(json.error());
  auto& all = (*json)[k_pytest];
  if (!all.is_array()) all = Json::array();
  for (auto& record : pytests)
    if (all.size() < k_most_pytests) all.push_back(std::move(record));
  if (auto written = write_json(path, *json); !written) return written;
  for (const auto& each : gathered) ::unlink(each.c_str());
  return {};
}

base::Result<Session> read_session(const std::string& path) {
  auto json = read_json(path);
  if (!json) return tl::unexpected(json.error());
  std::optional<double> format;
  Fields(*json).read("format", format);
  if (format != k_session_format) {
    return base::fail(base::ErrorKind::format, path,
                      "is no session record of format " + std::to_string(k_session_format));
  }
  return from_json(*json);
}

std::vector<PytestRecord> loose_pytest_records(const std::string& run_folder) {
  std::vector<PytestRecord> records;
  for (const auto& name : base::names_in(run_folder)) {
    if (!is_pytest_record(name)) continue;
    if (auto json = read_json(run_folder + "/" + name)) records.push_back(pytest_record(Fields(*json)));
  }
  return records;
}

std::vector<std::string> session_paths(const std::string& run_folder) {
  std::vector<std::string> paths;
  for (const auto& name : base::names_in(run_folder)) {
    bool first = name == "session.json";
    bool joined = name.starts_with("session-") && name.ends_with(".json");
    if (first) paths.insert(paths.begin(), run_folder + "/" + name);
    if (joined) paths.push_back(run_folder + "/" + name);
  }
  return paths;
}

}  // namespace covey::runs
