// What our writers make of analysed files, for report_writers.py to compare with coverage.py's.
//
// Standard input holds one job a line, a JSON object: {"kind": KIND, OPTIONS}. Standard output gets one JSON object a
// job: {"output": TEXT} or {"error": MESSAGE}. {"kind": "files", "files": [FILE, …]} sets the files of the jobs after
// it.
//
// FILE    {"name", "statements": LINES, "excluded": LINES, "executed": LINES, "n_lines", "text",
//          "regions": [[KIND, NAME, START, LINES], …], "contexts": {NAME: LINES, …},
//          "possible": ARCS, "ran": ARCS, "no_branch": LINES}, the last three where branches were measured
// KIND    "text", "markdown", "total", "json", "annotate", "annotated_name", "fail_under"
// OPTIONS those of the kind, named as in the code: show_missing, skip_covered, skip_empty, precision, sort, …
#include <covey/formats/json_writer.hpp>
#include <covey/model/fail_under.hpp>
#include <covey/report/annotate.hpp>
#include <covey/report/markdown.hpp>
#include <covey/report/terminal.hpp>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace {

using namespace covey;
using nlohmann::json;

model::LineSet lines_of(const json& numbers) {
  model::LineSet lines;
  for (int line : numbers) lines.insert(line);
  return lines;
}

model::ArcSet arcs_of(const json& pairs) {
  std::vector<model::Arc> arcs;
  for (const auto& pair : pairs) arcs.push_back({pair[0], pair[1]});
  return model::ArcSet(std::move(arcs));
}

model::FileReport file_of(const json& in) {
  model::FileReport file;
  file.name = in["name"];
  file.coverage =
      model::FileCoverage::of(lines_of(in["statements"]), lines_of(in["excluded"]), lines_of(in["executed"]));
  if (in.contains("possible"))
    file.coverage.set_branches(arcs_of(in["possible"]), arcs_of(in["ran"]), lines_of(in["no_branch"]));
  for (const auto& region : in["regions"]) {
    const auto kind = region[0] == "class" ? model::Region::Kind::class_ : model::Region::Kind::function;
    file.regions.push_back({kind, region[1], region[2], lines_of(region[3])});
  }
  file.n_lines = in["n_lines"];
  for (const auto& [context, lines] : in["contexts"].items()) file.contexts[context] = lines_of(lines);
  return file;
}

base::Result<std::string> table_of(const json& job, const std::vector<model::FileReport>& files) {
  report::TableOptions options;
  auto order = report::parse_sort_order(std::string(job["sort"]), has_branches(files));
  if (!order) return tl::unexpected(order.error());
  options.sort = *order;
  options.show_missing = job["show_missing"];
  options.skip_covered = job["skip_covered"];
  options.skip_empty = job["skip_empty"];
  options.precision = job["precision"];
  const auto table = report::make_table(files, options);
  return job["kind"] == "markdown" ? report::markdown_table(table) : report::text_table(table);
}

std::string json_of(const json& job, const std::vector<model::FileReport>& files) {
  formats::JsonOptions options;
  options.version = job["version"];
  options.timestamp = job["timestamp"];
  options.precision = job["precision"];
  options.pretty_print = job["pretty_print"];
  options.show_contexts = job["show_contexts"];
  return formats::write_json(files, options);
}

base::Result<std::string> judgement(double total, double fail_under, int precision) {
  auto failed = model::should_fail_under(total, fail_under, precision);
  if (!failed) return tl::unexpected(failed.error());
  return *failed ? model::format_fail_under_msg(total, fail_under, precision) : "";
}

struct Files {
  std::vector<model::FileReport> reports;
  std::vector<std::string> texts;
};

void set_files(Files& files, const json& list) {
  files = {};
  for (const auto& file : list) {
    files.reports.push_back(file_of(file));
    files.texts.push_back(file["text"]);
  }
}

base::Result<std::string> output_of(const json& job, Files& files) {
  const std::string kind = job["kind"];
  if (kind == "fail_under") return judgement(job["total"], job["fail_under"], job["precision"]);
  if (kind == "annotated_name") return report::annotated_name(std::string(job["name"]));
  if (kind == "files") {
    set_files(files, job["files"]);
    return "";
  }
  if (kind == "annotate")
    return report::annotated(files.texts.at(job["index"]), files.reports.at(job["index"]).coverage);
  if (kind == "total") return report::total_line(files.reports, job["precision"]);
  if (kind == "json") return json_of(job, files.reports);
  return table_of(job, files.reports);
}

}  // namespace

int main() {
  std::ios::sync_with_stdio(false);
  Files files;
  for (std::string line; std::getline(std::cin, line);) {
    auto output = output_of(json::parse(line), files);
    json out = output ? json{{"output", *output}} : json{{"error", output.error().message()}};
    std::cout << out.dump(-1, ' ', true, json::error_handler_t::replace) << std::endl;
  }
}
