// Writes a report of an analysis, for report_files.py to compare with coverage.py's of the same.
//
// Standard input holds one job, JSON: "format" (xml or lcov), the writer's options, and "files", each with its name,
// lines, branches [line, exits, executed, missing], regions [kind, name, start, lines], descriptions [from, to, text]
// and, for checksums, its source. Standard output gets the report.
#include <covey/formats/lcov_writer.hpp>
#include <covey/formats/xml_writer.hpp>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>

namespace {

using namespace covey;
using nlohmann::json;

model::LineSet lines_of(const json& numbers) {
  model::LineSet lines;
  for (int line : numbers) lines.insert(line);
  return lines;
}

model::FileReport file_of(const json& given) {
  model::FileReport file;
  file.name = given["name"];
  file.coverage =
      model::FileCoverage::of(lines_of(given["statements"]), lines_of(given["excluded"]), lines_of(given["executed"]));
  file.coverage.has_branches = given["has_arcs"];
  for (const auto& row : given["branches"]) {
    model::BranchLine branch;
    branch.line = row[0];
    branch.n_exits = row[1];
    branch.executed = row[2].get<std::vector<int>>();
    branch.missing = row[3].get<std::vector<int>>();
    file.coverage.branches.push_back(std::move(branch));
  }
  for (const auto& row : given["regions"]) {
    const auto kind = row[0] == "function" ? model::Region::Kind::function : model::Region::Kind::class_;
    file.regions.push_back({kind, row[1], row[2], lines_of(row[3])});
  }
  for (const auto& row : given["descriptions"]) file.descriptions.push_back({{row[0], row[1]}, row[2], ""});
  return file;
}

std::string xml_report(const json& job, const std::vector<model::FileReport>& files) {
  formats::XmlOptions options;
  options.version = job["version"];
  options.generator = job["generator"];
  options.timestamp = job["timestamp"];
  options.cwd = job["cwd"];
  options.sources = job["sources"].get<std::vector<std::string>>();
  options.relative_files = job["relative_files"];
  options.package_depth = job["package_depth"];
  options.skip_empty = job["skip_empty"];
  return formats::write_xml(files, options);
}

std::string lcov_report(const json& job, const std::vector<model::FileReport>& files) {
  formats::LcovOptions options;
  options.skip_empty = job["skip_empty"];
  std::map<std::string, std::string> sources;
  for (const auto& file : job["files"]) sources[file["name"]] = file["source"];
  if (job["checksums"])
    options.source_text = [sources](const model::FileReport& file) { return sources.at(file.name); };
  return formats::write_lcov(files, options);
}

}  // namespace

int main() {
  const auto job = json::parse(std::cin);
  std::vector<model::FileReport> files;
  for (const auto& given : job["files"]) files.push_back(file_of(given));
  std::cout << (job["format"] == "xml" ? xml_report(job, files) : lcov_report(job, files));
}
