#include <algorithm>
#include <covey/base/path.hpp>
#include <covey/cli/analysis.hpp>
#include <covey/source/arcs.hpp>
#include <covey/source/exclusion.hpp>
#include <covey/source/regions.hpp>
#include <covey/source/text.hpp>
#include <covey/source/trails.hpp>
#include <map>

namespace covey::cli {

namespace {

// The lines at which an arc begins or ends ran, too: where coverage.py measures branches it has no others.
model::LineSet lines_of(const model::LineSet& ran, const model::ArcSet& arcs) {
  auto lines = ran;
  for (const auto& arc : arcs)
    for (int line : {arc.from, arc.to}) lines.insert(line);
  return lines;
}

std::map<std::string, model::LineSet> lines_by_context(const model::MeasuredFile& measured) {
  std::map<std::string, model::LineSet> by_context;
  for (const auto& [name, data] : measured.contexts) by_context[name] = lines_of(data.ran, data.arcs);
  if (measured.contexts.empty()) by_context[""] = lines_of(measured.ran, measured.arcs);
  return by_context;
}

// What a file's branches are made of, but for its coverage.
struct Analysed {
  const Source& source;
  const source::Structure& structure;
  const model::LineSet& lines;  // of the interpreter's tables
};

base::Result<void> add_branches(const Analysed& file, const model::ArcSet& arcs, const source::Patterns& partial,
                                model::FileReport& report) {
  auto no_branch = source::no_branch_lines(file.source.text, file.structure, partial);
  if (!no_branch) return tl::unexpected(no_branch.error());
  source::Branches branches(file.source.text, file.structure, file.lines);
  report.coverage.set_branches(branches.possible(), branches.executed(arcs), *no_branch);
  for (const auto& branch : report.coverage.branches) {
    model::ArcSet exits;
    for (int to : branch.executed) exits.insert({branch.line, to});
    for (int to : branch.missing) exits.insert({branch.line, to});
    for (const auto& arc : exits)
      report.descriptions.push_back({arc, branches.description(arc), branches.missing_description(arc)});
  }
  return {};
}

// `partial` is nothing where lines alone were measured.
base::Result<model::FileReport> report_file(const Source& source, const model::MeasuredFile& measured,
                                            const AnalysisOptions& options, const source::Patterns* partial) {
  if (source.error) return tl::unexpected(*source.error);
  auto lines = interpreter_lines(source, options.tables);
  if (!lines) return tl::unexpected(lines.error());
  auto in_this_file = [&](base::Error error) {
    error.where = source.path;
    return tl::unexpected(std::move(error));
  };
  auto structure = source::parse(source.text);
  if (!structure) return in_this_file(structure.error());
  auto statements = source::analyse(source.text, *structure, *lines, options.exclude);
  if (!statements) return in_this_file(statements.error());

  model::FileReport report;
  report.name = source.name;
  report.coverage = model::FileCoverage::of(std::move(statements->statements), std::move(statements->excluded),
                                            structure->multiline.first_lines(measured.ran));
  if (partial != nullptr) {
    const auto arcs = measured.arcs | source::resolve_trails(measured.trails, structure->multiline);
    auto added = add_branches({source, *structure, *lines}, arcs, *partial, report);
    if (!added) return in_this_file(added.error());
  }
  report.regions = source::regions(source.text, *structure);
  report.n_lines = source::count_lines(source.text);
  report.path = source.path;
  if (options.show_contexts) report.contexts = lines_by_context(measured);
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

std::vector<Source> chosen_sources(const model::Measurement& measurement, const AnalysisOptions& options) {
  const auto newest = measurement.interpreters.empty() ? 0 : measurement.interpreters.rbegin()->first;
  std::vector<Source> sources;
  for (const auto& [path, called] : wanted_files(measurement, options)) {
    if (!options.include.empty() && !options.include.matches(path)) continue;
    if (options.omit.matches(path)) continue;
    const auto python = measured_file(measurement, measured_name(path, options.names)).python;
    sources.push_back(read_source(path, python != 0 ? python : newest));
    sources.back().name = base::relative_to(called, options.names.cwd);
  }
  return sources;
}

bool changed_since(const model::MeasuredFile& measured, const Source& source) {
  if (source.error || measured.digests.empty()) return false;
  return measured.digests.size() > 1 || *measured.digests.begin() != source.digest;
}

}  // namespace

base::Result<Analysis> analyse(const model::Measurement& measurement, const AnalysisOptions& options,
                               const Environment& environment) {
  auto sources = chosen_sources(measurement, options);
  if (sources.empty()) return base::fail(base::ErrorKind::no_data, "", "no data to report");
  std::map<std::string, base::Error> not_compiled;
  for (auto& error : complete_tables(sources, measurement.interpreters, options.tables, environment).failed)
    not_compiled.emplace(error.where, error);

  const auto* partial = measurement.has_branches() ? &options.partial_branches : nullptr;
  Analysis analysis;
  for (auto& source : sources) {
    const auto& measured = measured_file(measurement, measured_name(source.path, options.names));
    if (auto failed = not_compiled.find(source.path); failed != not_compiled.end()) source.error = failed->second;
    auto report = report_file(source, measured, options, partial);
    if (report) {
      if (changed_since(measured, source))
        analysis.warnings.push_back({base::ErrorKind::format, source.path, "changed since it ran"});
      analysis.files.push_back(std::move(*report));
    } else if (report.error().kind == base::ErrorKind::format && !should_be_python(source.path)) {
      continue;
    } else if (options.ignore_errors) {
      analysis.warnings.push_back(report.error());
    } else {
      return tl::unexpected(report.error());
    }
    source.text.clear();
    source.text.shrink_to_fit();
  }
  return analysis;
}

}  // namespace covey::cli
