#include <algorithm>
#include <covey/analysis/analysis.hpp>
#include <covey/base/file.hpp>
#include <covey/base/parallel.hpp>
#include <covey/base/path.hpp>
#include <covey/interpreters/interpreter.hpp>
#include <covey/source/source_analysis.hpp>
#include <covey/source/trails.hpp>
#include <map>
#include <optional>

namespace covey::analysis {

namespace {

// The lines at which an arc begins or ends ran, too: where coverage.py measures branches it has no others.
model::LineSet lines_of(const model::LineSet& ran, const model::ArcSet& arcs) {
  auto lines = ran;
  for (const auto& arc : arcs)
    for (int line : {arc.from, arc.to}) lines.insert(line);
  return lines;
}

// `arcs` are those of the file.
std::map<std::string, model::LineSet> lines_by_context(const model::MeasuredFile& measured, const model::ArcSet& arcs) {
  std::map<std::string, model::LineSet> by_context;
  for (const auto& [name, data] : measured.contexts) by_context[name] = lines_of(data.ran, data.arcs);
  if (measured.contexts.empty()) by_context[""] = lines_of(measured.ran, arcs);
  return by_context;
}

const model::LineSet& to_themselves(const model::MeasuredFile& measured) {
  static const model::LineSet k_none;
  return measured.steps_to_itself() ? measured.ran : k_none;
}

void add_branches(const source::SourceAnalysis& analysed, const model::MeasuredFile& measured,
                  const model::ArcSet& arcs, bool describe, model::FileReport& report) {
  const auto& branches = *analysed.branches;
  report.coverage.set_branches(branches.possible(), branches.executed(arcs, to_themselves(measured)),
                               analysed.no_branch);
  if (!describe) return;
  for (const auto& branch : report.coverage.branches) {
    model::ArcSet exits;
    for (int to : branch.executed) exits.insert({branch.line, to});
    for (int to : branch.missing) exits.insert({branch.line, to});
    for (const auto& arc : exits)
      report.descriptions.push_back({arc, branches.description(arc), branches.missing_description(arc)});
  }
}

model::FileReport report_of(source::SourceAnalysis analysed, const std::string& path,
                            const model::MeasuredFile& measured, const AnalysisOptions& options) {
  const auto arcs =
      measured.arcs | source::resolve_trails(measured.trails, measured.ran, measured.arcs, analysed.multiline);
  model::FileReport report;
  report.path = path;
  report.coverage = model::FileCoverage::of(std::move(analysed.statements), std::move(analysed.excluded),
                                            analysed.multiline.first_lines(lines_of(measured.ran, arcs)));
  if (analysed.branches) add_branches(analysed, measured, arcs, options.describe_arcs, report);
  report.regions = std::move(analysed.regions);
  report.n_lines = analysed.n_lines;
  for (const auto& range : analysed.multiline.ranges()) report.continuations.insert_range(range.first + 1, range.last);
  if (options.show_contexts) report.contexts = lines_by_context(measured, arcs);
  return report;
}

const model::MeasuredFile& measured_file(const model::Measurement& measurement, const std::string& path) {
  static const model::MeasuredFile k_unmeasured;
  auto found = measurement.files.find(path);
  return found != measurement.files.end() ? found->second : k_unmeasured;
}

// The files that are reported on, by path: what they were called where they are named, and where they were measured.
std::map<std::string, std::string> wanted_files(const model::Measurement& measurement, const AnalysisOptions& options) {
  std::map<std::string, std::string> files;
  for (const auto& file : options.files) files.emplace(reported_path(file, options.names), file);
  if (files.empty())
    for (const auto& [path, file] : measurement.files) files.emplace(path, path);
  return files;
}

// One file on its way from its path to its report.
struct Work {
  Source source;
  std::string name;  // as reports show it
  const model::MeasuredFile* measured = nullptr;
  std::optional<base::Result<model::FileReport>> report;  // nothing: its source must be compiled first
  bool was_cached = false;
  std::string to_cache;  // the analysis as bytes, where it was made anew
};

std::vector<Work> chosen_files(const model::Measurement& measurement, const AnalysisOptions& options) {
  const auto newest = measurement.interpreters.empty() ? 0 : measurement.interpreters.rbegin()->first;
  std::vector<Work> works;
  for (const auto& [path, called] : wanted_files(measurement, options)) {
    if (!options.include.empty() && !options.include.matches(path)) continue;
    if (options.omit.matches(path)) continue;
    Work work;
    work.name = base::relative_to(called, options.names.cwd);
    work.measured = &measured_file(measurement, measured_name(path, options.names));
    work.source.python = work.measured->python != 0 ? work.measured->python : newest;
    work.source.path = path;
    works.push_back(std::move(work));
  }
  return works;
}

// The analyses of all files, one after the other in each of several threads.
class Analyser {
 public:
  Analyser(const AnalysisOptions& options, const source::AnalysisPatterns& patterns, const AnalysisCache& cache)
      : m_options(options), m_patterns(patterns), m_cache(cache) {}

  // As far as it goes without compiling.
  void begin(Work& work) const {
    auto& source = work.source;
    const auto bytes = read_source_bytes(source.path);
    if (!bytes) return fail(work, bytes.error());
    source.digest = base::digest128(*bytes);
    if (auto known = m_cache.find({source.digest, source.python})) {
      if (auto analysed = source::parse_source_analysis(*known); analysed && is_wanted(*analysed)) {
        work.was_cached = true;
        work.report = report_of(std::move(*analysed), source.path, *work.measured, m_options);
        return;
      }
    }
    source = decode_source(source.path, source.python, source.digest, *bytes);
    if (source.error) return fail(work, *source.error);
    finish(work);
  }

  // The rest, where there is a table: else nothing.
  void finish(Work& work) const {
    auto& source = work.source;
    auto lines = interpreter_lines(source, m_options.tables);
    if (!lines) return fail(work, lines.error());
    if (!*lines) return;
    auto analysed = source::analyse_source(source.text, **lines, m_patterns);
    if (!analysed) return fail(work, {analysed.error().kind, source.path, analysed.error().what});
    work.to_cache = source::serialize(*analysed);
    work.report = report_of(std::move(*analysed), source.path, *work.measured, m_options);
    source.text = {};
  }

 private:
  static void fail(Work& work, base::Error error) { work.report = tl::unexpected(std::move(error)); }
  bool is_wanted(const source::SourceAnalysis& analysed) const {
    return analysed.branches.has_value() == m_patterns.partial.has_value();
  }

  const AnalysisOptions& m_options;
  const source::AnalysisPatterns& m_patterns;
  const AnalysisCache& m_cache;
};

// Has those compiled that need it, and finishes them.
void compile_rest(std::vector<Work>& works, const Analyser& analyser, CompileSettings settings,
                  const std::string& cwd) {
  std::vector<Work*> left;
  std::vector<Source> sources;
  for (auto& work : works) {
    if (work.report) continue;
    left.push_back(&work);
    sources.push_back(std::move(work.source));
  }
  if (left.empty()) return;
  settings.interpreters = interpreters::startable(settings.interpreters, settings.environment, cwd);
  std::map<std::string, base::Error> not_compiled;
  for (auto& error : complete_tables(sources, settings).failed) not_compiled.emplace(error.where, error);
  base::for_each_index(left.size(), settings.jobs, [&](auto i, auto) {
    left[i]->source = std::move(sources[i]);
    const auto failed = not_compiled.find(left[i]->source.path);
    if (failed != not_compiled.end())
      left[i]->report = tl::unexpected(failed->second);
    else
      analyser.finish(*left[i]);
    // Someone else may have removed what was just written.
    if (!left[i]->report)
      left[i]->report = base::fail(base::ErrorKind::io, left[i]->source.path, "its table could not be read");
  });
}

void keep(std::vector<Work>& works, AnalysisCache& cache) {
  for (auto& work : works) {
    const AnalysisCache::Key key{work.source.digest, work.source.python};
    if (work.was_cached) cache.use(key);
    if (!work.to_cache.empty()) cache.add(key, std::move(work.to_cache));
  }
  cache.save();
}

bool changed_since(const model::MeasuredFile& measured, const Source& source) {
  if (measured.digests.empty()) return false;
  return measured.digests.size() > 1 || *measured.digests.begin() != source.digest;
}

base::Result<Analysis> collect(std::vector<Work>& works, const AnalysisOptions& options) {
  Analysis analysis;
  for (auto& work : works) {
    auto& report = *work.report;
    if (report) {
      if (changed_since(*work.measured, work.source))
        analysis.warnings.push_back({base::ErrorKind::format, work.source.path, "changed since it ran"});
      report->name = work.name;
      analysis.files.push_back(std::move(*report));
    } else if (report.error().kind == base::ErrorKind::format && !should_be_python(work.source.path)) {
      continue;
    } else if (options.ignore_errors) {
      analysis.warnings.push_back(report.error());
    } else {
      auto error = report.error();
      // coverage.py repeats what Python says of its encoding where errors are ignored; else it breaks off.
      if (work.source.error) error.as_coverage_says.clear();
      return tl::unexpected(std::move(error));
    }
  }
  return analysis;
}

}  // namespace

base::Error nothing_to_report() {
  return {base::ErrorKind::no_data, "", "no data to report", "", "No data to report."};
}

base::Result<Analysis> analyse(const model::Measurement& measurement, const AnalysisOptions& options,
                               const base::Environment& environment, AnalysisCache& cache) {
  auto works = chosen_files(measurement, options);
  if (works.empty()) return tl::unexpected(nothing_to_report());
  source::AnalysisPatterns patterns{options.exclude, std::nullopt};
  if (measurement.has_branches()) patterns.partial = options.partial_branches;
  const Analyser analyser(options, patterns, cache);
  {
    const auto one_done = options.progress("analysing sources,", works.size());
    base::for_each_index(works.size(), options.jobs, [&](auto i, auto) {
      analyser.begin(works[i]);
      one_done();
    });
  }
  compile_rest(works, analyser, {measurement.interpreters, options.tables, environment, options.jobs, options.progress},
               options.names.cwd);
  keep(works, cache);
  return collect(works, options);
}

}  // namespace covey::analysis
