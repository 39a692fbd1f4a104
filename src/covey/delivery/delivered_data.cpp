#include <algorithm>
#include <covey/base/archive.hpp>
#include <covey/base/file.hpp>
#include <covey/base/path.hpp>
#include <covey/delivery/delivered_data.hpp>
#include <covey/formats/coverage_data.hpp>
#include <covey/formats/table.hpp>
#include <covey/inputs/run_data.hpp>
#include <covey/runs/data_directory.hpp>
#include <covey/runs/session.hpp>
#include <covey/runs/unexecuted.hpp>
#include <map>
#include <optional>
#include <set>
#include <tuple>

namespace covey::delivery {

namespace {

using base::ErrorKind;
using Identity = std::tuple<std::string, std::string, int, int>;  // project, job, part, attempt
using Part = std::tuple<std::string, std::string, int>;           // project, job, part

constexpr int k_deepest = 5;  // directories below one that is named: what downloads of artifacts make

// Those that count, and of jobs that only ever measured nothing all: whoever expects such a job is to be told.
std::vector<runs::RunFolder> folders_that_count(const runs::DataDirectory& data) {
  auto all = data.run_folders();
  auto folders = runs::current_runs(all);
  std::set<std::string> slugs;
  for (const auto& folder : folders) slugs.insert(folder.slug);
  for (const auto& folder : all)
    if (folder.no_data && !slugs.contains(folder.slug)) folders.push_back(folder);
  return folders;
}

gate::RunnerFacts runner_facts(const runs::PytestRecord& record) {
  gate::RunnerFacts facts;
  facts.exit_status = record.exit_status;
  if (!record.counts) return facts;
  facts.counts.emplace();
  for (const auto& [word, count] : *record.counts) facts.counts->add(word, std::max(count, 0));
  return facts;
}

gate::SessionFacts session_facts(const runs::Session& session, const std::string& path, const runs::RunFolder& folder) {
  gate::SessionFacts facts;
  facts.path = path;
  facts.has_ended = session.end.has_value();
  facts.status = session.status;
  facts.signal = session.signal;
  facts.has_no_data = session.no_data;
  facts.incomplete = session.incomplete.empty() ? folder.incomplete : session.incomplete;
  facts.commit = session.commit;
  facts.seconds = session.end ? std::max(0.0, *session.end - session.start) : 0;
  for (const auto& pytest : session.pytests) facts.runners.push_back(runner_facts(pytest));
  return facts;
}

// "JOB=PATH" apart; a path that is there as it is wins.
std::pair<std::string, std::string> job_and_path(const std::string& text, const std::string& cwd) {
  const auto equals = text.find('=');
  if (equals == text.npos || equals == 0 || base::exists(base::absolute(text, cwd))) return {"", text};
  return {text.substr(0, equals), text.substr(equals + 1)};
}

bool is_coverage_file(const std::string& name) { return name == ".coverage" || name.starts_with(".coverage."); }

// As the user knows it: what was unpacked lies in its archive.
std::string shown_path(const std::string& path, const std::string& cwd, const std::vector<UnpackedArchive>& unpacked) {
  for (const auto& archive : unpacked)
    if (path.starts_with(archive.directory.path())) return archive.shown + path.substr(archive.directory.path().size());
  return base::relative_to(path, cwd);
}

// A delivery, and where its data lies.
struct Found {
  gate::Delivery delivery;
  std::vector<std::pair<runs::DataDirectory, runs::RunFolder>> folders;
  std::vector<std::string> files;  // of other tools
};

// Finds out what was delivered, by names and records alone.
class Finder {
 public:
  explicit Finder(const DataRequest& request) : m_request(request) {}

  std::vector<UnpackedArchive> take_unpacked() { return std::move(m_unpacked); }

  base::Result<std::vector<Found>> find() {
    auto data = m_request.data;
    if (data.empty()) {
      const auto usual = runs::data_directory_path({}, m_request.environment, m_request.cwd);
      if (base::exists(usual)) data.push_back(usual);
    }
    for (const auto& text : data) {
      const auto [job, path] = job_and_path(text, m_request.cwd);
      const auto n_before = m_found.size();
      if (auto added = add(job, base::absolute(path, m_request.cwd), 0); !added) return tl::unexpected(added.error());
      if (m_found.size() == n_before)
        return base::fail(ErrorKind::no_data, path, "holds no data (covey run collects it, in .covey)");
    }
    return std::move(m_found);
  }

 private:
  base::Result<void> add(const std::string& job, const std::string& path, int depth) {
    if (!base::exists(path)) return base::fail(ErrorKind::not_found, shown(path), "no such file or directory");
    if (!base::is_directory(path)) return add_file(job, path);
    if (runs::is_data_directory(path)) return add_data_directory(job, path);
    if (depth == k_deepest) return {};
    std::vector<std::string> parallel;
    for (const auto& name : base::names_in(path)) {
      const auto below = path + "/" + name;
      if (base::is_directory(below)) {
        if (auto added = add(job, below, depth + 1); !added) return added;
      } else if (is_coverage_file(name)) {
        parallel.push_back(below);
      }
    }
    if (!parallel.empty())
      add_foreign(job.empty() ? std::string(base::basename(path)) : job, path, std::move(parallel));
    return {};
  }

  base::Result<void> add_file(const std::string& job, const std::string& path) {
    auto head = base::read_head(path, base::k_archive_head);
    if (head && base::is_archive(*head, path)) return add_archive(job, path);
    add_foreign(job.empty() ? std::string(base::basename(path)) : job, path, {path});
    return {};
  }

  // What is in it is found as if it lay in a directory of the archive's name. One that cannot be unpacked is a delivery
  // that cannot be read.
  base::Result<void> add_archive(const std::string& job, const std::string& path) {
    const auto temporary = m_request.environment.value("TMPDIR");
    auto directory = base::TemporaryDirectory::make(temporary.empty() ? "/tmp" : temporary);
    if (!directory) return tl::unexpected(directory.error());
    const auto place = directory->path();
    m_unpacked.push_back({std::move(*directory), shown(path)});
    if (auto unpacked = base::unpack_archive(path, place); !unpacked) {
      add_foreign(job.empty() ? std::string(base::basename(path)) : job, path, {});
      m_found.back().delivery.unreadable.push_back(shown(path) + ": " + unpacked.error().what);
      return {};
    }
    return add(job, place, 0);
  }

  void add_foreign(const std::string& job, const std::string& path, std::vector<std::string> files) {
    Found found;
    found.delivery.job = job;
    found.delivery.path = shown(path);
    found.files = std::move(files);
    m_found.push_back(std::move(found));
  }

  base::Result<void> add_data_directory(const std::string& job, const std::string& path) {
    auto data = runs::DataDirectory::open(path);
    if (!data) return tl::unexpected(data.error());
    std::map<Identity, Found> found;
    for (const auto& folder : folders_that_count(*data)) add_folder(found, job, *data, folder);
    for (auto& [identity, one] : found) m_found.push_back(std::move(one));
    return {};
  }

  // A folder without a record is a session's that nobody saw end.
  void add_folder(std::map<Identity, Found>& found, const std::string& job, const runs::DataDirectory& data,
                  const runs::RunFolder& folder) {
    std::vector<gate::SessionFacts> sessions;
    std::vector<std::string> unreadable;
    runs::Session of_all;
    of_all.job = folder.slug;
    of_all.part = folder.part;
    for (const auto& path : runs::session_paths(folder.path)) {
      auto session = runs::read_session(path);
      if (!session) {
        unreadable.push_back(shown(path) + ": " + session.error().what);
        continue;
      }
      sessions.push_back(session_facts(*session, shown(path), folder));
      of_all = std::move(*session);
    }
    if (sessions.empty() && unreadable.empty()) {
      sessions.push_back({});
      sessions.back().path = shown(folder.path);
      sessions.back().has_ended = false;
    }
    if (!sessions.empty())
      for (const auto& pytest : runs::loose_pytest_records(folder.path))
        sessions.front().runners.push_back(runner_facts(pytest));

    if (!job.empty()) of_all.job = job;
    auto& one = found[{of_all.project, of_all.job, of_all.part, of_all.attempt}];
    auto& delivery = one.delivery;
    delivery.project = of_all.project;
    delivery.job = of_all.job;
    delivery.part = of_all.part;
    delivery.attempt = of_all.attempt;
    delivery.forge_job = of_all.forge_job;
    delivery.path = shown(data.path());
    delivery.sessions.insert(delivery.sessions.end(), sessions.begin(), sessions.end());
    delivery.unreadable.insert(delivery.unreadable.end(), unreadable.begin(), unreadable.end());
    one.folders.emplace_back(data, folder);
  }

  std::string shown(const std::string& path) const { return shown_path(path, m_request.cwd, m_unpacked); }

  const DataRequest& m_request;
  std::vector<Found> m_found;
  std::vector<UnpackedArchive> m_unpacked;
};

// Reads the data of what counts.
class Reader {
 public:
  Reader(const DataRequest& request, std::vector<UnpackedArchive> unpacked) : m_request(request) {
    m_data.unpacked = std::move(unpacked);
  }

  DeliveredData read(std::vector<Found> all) {
    std::map<Part, int> attempts;
    for (const auto& [delivery, folders, files] : all) {
      auto& highest = attempts[{delivery.project, delivery.job, delivery.part}];
      highest = std::max(highest, delivery.attempt);
    }
    for (auto& found : all) {
      const auto& delivery = found.delivery;
      const bool is_asked_for = m_request.only_jobs.empty() || m_request.only_jobs.contains(delivery.job);
      bool counts = is_asked_for && attempts[{delivery.project, delivery.job, delivery.part}] == delivery.attempt;
      if (counts) {
        for (const auto& [data, folder] : found.folders) read_folder(found.delivery, data, folder);
        for (const auto& path : found.files) read_file(found.delivery, path);
      }
      m_data.deliveries.push_back(std::move(found.delivery));
    }
    shard::Settings settings;
    settings.source_packages.assign(m_packages.begin(), m_packages.end());
    m_data.not_imported = runs::unimported_packages(settings, m_data.measurement);
    m_data.table_directories.assign(m_tables.begin(), m_tables.end());
    return std::move(m_data);
  }

 private:
  void read_folder(gate::Delivery& delivery, const runs::DataDirectory& data, const runs::RunFolder& folder) {
    auto read = inputs::read_folders({folder});
    for (const auto& damaged : read.damaged) delivery.unreadable.push_back(shown(damaged.where) + ": " + damaged.what);
    if (!delivery.sessions.empty() && delivery.sessions.back().incomplete.empty() && !read.incomplete.empty())
      delivery.sessions.back().incomplete = read.incomplete.front().what;
    // Shards have random names: the same ones with the same sizes are a copy.
    for (const auto& path : runs::shard_paths(folder)) add_digest(delivery, path);
    m_tables.insert(data.tables());
    auto settings = settings_of(data, folder);
    if (settings) m_packages.insert(settings->source_packages.begin(), settings->source_packages.end());
    add(delivery, std::move(read.measurement), settings ? settings->root : m_request.cwd);
  }

  static std::optional<shard::Settings> settings_of(const runs::DataDirectory& data, const runs::RunFolder& folder) {
    const auto path = data.run(folder.run_id) + "/settings";
    auto text = base::read_file(path);
    if (!text) return std::nullopt;
    auto settings = shard::parse_settings(*text, path);
    return settings ? std::optional(std::move(*settings)) : std::nullopt;
  }

  void read_file(gate::Delivery& delivery, const std::string& path) {
    auto bytes = base::read_file(path);
    if (!bytes) return add_unreadable(delivery, path, bytes.error().what);
    delivery.digest += base::digest128(*bytes).hex() + " ";
    const auto* format = formats::sniff_format(std::string_view(*bytes).substr(0, formats::k_head_size));
    if (format == nullptr) return add_unreadable(delivery, path, "in no format that is known");
    if (format->read_report != nullptr) return read_report(delivery, *format, path, *bytes);
    auto measurement = formats::read_coverage_data(path);
    if (!measurement) return add_unreadable(delivery, path, measurement.error().what);
    for (const auto& tables :
         {base::join(base::dirname(path), ".covey/tables"), base::join(base::dirname(path), "tables")})
      if (base::is_directory(tables)) m_tables.insert(tables);
    m_data.without_statements.push_back(m_data.deliveries.size());  // its index, once it is read
    add(delivery, std::move(*measurement), m_request.cwd);
  }

  void read_report(gate::Delivery& delivery, const formats::Format& format, const std::string& path,
                   std::string_view bytes) {
    auto report = format.read_report(bytes, {path, m_request.cwd});
    if (!report) return add_unreadable(delivery, path, report.error().what);
    (report->has_branches ? delivery.has_branches : delivery.has_lines) = true;
    formats::ReportData mapped = *report;
    for (auto& file : mapped.files)
      file.name = base::relative_to(m_request.map_path(base::absolute(file.name, m_request.cwd)), m_request.cwd);
    m_data.reports |= mapped;
    m_data.has_reports = true;
  }

  // `root` is where the run was started.
  void add(gate::Delivery& delivery, model::Measurement measurement, const std::string& root) {
    delivery.has_branches |= measurement.has_branches();
    delivery.has_lines |= (measurement.modes & model::k_measured_lines) != 0;
    model::Combination mapped(
        "the data", [&](const std::string& path) { return place_of(path, root); }, std::move(m_data.measurement));
    auto modes = measurement.modes;
    auto added = mapped.add(delivery.path, std::move(measurement));
    m_data.measurement = mapped.take();
    // Lines and branches in one: the gate tells of that.
    if (!added && (m_data.measurement.modes | modes) != (model::k_measured_lines | model::k_measured_branches))
      delivery.unreadable.push_back(delivery.path + ": " + added.error().what);
  }

  std::string place_of(const std::string& measured, const std::string& root) const {
    auto path = m_request.map_path(base::absolute(measured, m_request.cwd));
    if (root == m_request.cwd || !path.starts_with(root + "/") || base::exists(path)) return path;
    auto here = m_request.cwd + path.substr(root.size());
    return base::exists(here) ? here : path;
  }

  static void add_digest(gate::Delivery& delivery, const std::string& path) {
    delivery.digest +=
        std::string(base::basename(path)) + ":" + std::to_string(base::file_size(path).value_or(0)) + " ";
  }

  void add_unreadable(gate::Delivery& delivery, const std::string& path, const std::string& what) {
    // The job's name comes before it: once is enough.
    delivery.unreadable.push_back((delivery.job == shown(path) ? "" : shown(path) + ": ") + what);
  }

  std::string shown(const std::string& path) const { return shown_path(path, m_request.cwd, m_data.unpacked); }

  const DataRequest& m_request;
  DeliveredData m_data;
  std::set<std::string> m_packages;
  std::set<std::string> m_tables;
};

}  // namespace

base::Result<DeliveredData> read_delivered(const DataRequest& request) {
  Finder finder(request);
  auto found = finder.find();
  if (!found) return tl::unexpected(found.error());
  return Reader(request, finder.take_unpacked()).read(std::move(*found));
}

}  // namespace covey::delivery
