// What Covey makes of recorded cases about paths and combining, as JSON lines, for path_cases.py to compare.
//
// Standard input holds one case a line, standard output gets one object a case: `result`, or `error` with the message.
#include <covey/base/glob.hpp>
#include <covey/base/path_aliases.hpp>
#include <covey/base/utf8.hpp>
#include <covey/formats/data_file_name.hpp>
#include <covey/model/combine.hpp>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

namespace {

using namespace covey;
using nlohmann::json;
using Strings = std::vector<std::string>;

base::Result<json> globs(const json& job) {
  const auto letters = job["ignore_case"] == true ? base::LetterCase::ignored : base::LetterCase::counts;
  auto set = base::GlobSet::compile(job["patterns"].get<Strings>(), letters);
  if (!set) return tl::unexpected(set.error());
  json ends = json::array();  // how many characters each subject's match has, or null
  for (const auto& subject : job["subjects"].get<Strings>()) {
    std::optional<std::size_t> bytes;
    if (job["partial"] == true) {
      bytes = set->prefix(subject);
    } else if (set->matches(subject)) {
      bytes = subject.size();
    }
    ends.push_back(bytes ? json(base::decode_utf8(subject.substr(0, *bytes)).size()) : json());
  }
  return ends;
}

base::Result<base::PathAliases> aliases_of(const json& job) {
  base::PathAliases aliases({job["cwd"], job["relative"] == true});
  for (const auto& rule : job["rules"])
    if (auto added = aliases.add(rule[0], rule[1]); !added) return tl::unexpected(added.error());
  return aliases;
}

base::Result<json> map_path(const json& job) {
  auto aliases = aliases_of(job);
  if (!aliases) return tl::unexpected(aliases.error());
  auto exists = [&](const std::string& path) { return job["exists"].value(path, false); };
  return aliases->map(job["path"], exists);
}

model::Measurement measurement_of(const json& rows) {
  model::Measurement data;
  for (const auto& [path, contexts] : rows["files"].items()) {
    auto& file = data.files[path];
    file.tracer = rows["tracers"].value(path, "");
    for (const auto& [name, numbers] : contexts.items()) {
      auto& context = file.contexts[name];
      for (const auto& number : numbers) {
        if (number.is_array()) {
          context.arcs.insert({number[0], number[1]});
        } else {
          context.ran.insert(number);
        }
      }
      file.ran |= context.ran;
      file.arcs |= context.arcs;
    }
  }
  if (!data.files.empty()) data.modes = rows["has_arcs"] == true ? model::k_measured_branches : model::k_measured_lines;
  return data;
}

json rows_of(const model::Measurement& data) {
  json rows = {{"files", json::object()}, {"tracers", json::object()}, {"has_arcs", data.has_branches()}};
  std::set<std::string> names;
  for (const auto& [path, file] : data.files) {
    auto& contexts = rows["files"][path] = json::object();
    if (!file.tracer.empty()) rows["tracers"][path] = file.tracer;
    for (const auto& [name, context] : file.contexts) {
      names.insert(name);
      contexts[name] = json::array();
      for (int line : context.ran.lines()) contexts[name].push_back(line);
      for (auto arc : context.arcs) contexts[name].push_back({arc.from, arc.to});
    }
  }
  rows["contexts"] = names;
  return rows;
}

base::Result<json> combine(const json& job) {
  auto aliases = aliases_of(job);
  if (!aliases) return tl::unexpected(aliases.error());
  auto exists = [&](const std::string& path) { return job["exists"].contains(path); };
  auto map = [&](const std::string& path) { return job["rules"].is_null() ? path : aliases->map(path, exists); };
  model::Combination combination(job["name"], map, measurement_of(job["before"]));
  for (const auto& [name, rows] : job["inputs"].items()) {
    if (combination.is_duplicate(formats::data_hash_in_name(name).value_or(rows.dump()))) continue;
    if (rows.contains("unreadable")) {
      combination.count_unreadable();
    } else if (auto added = combination.add(name, measurement_of(rows)); !added) {
      return tl::unexpected(added.error());
    }
  }
  if (auto any = combination.require_data(); job["strict"] == true && !any) return tl::unexpected(any.error());
  auto result = rows_of(combination.data());
  result["message"] = combination.counts().message();
  return result;
}

}  // namespace

int main() {
  const std::map<std::string, base::Result<json> (*)(const json&)> kinds = {
      {"globs", globs}, {"path_alias_map", map_path}, {"combine", combine}};
  for (std::string line; std::getline(std::cin, line);) {
    const auto job = json::parse(line);
    auto result = kinds.at(job["kind"])(job);
    auto answer = result ? json{{"result", *result}} : json{{"error", result.error().message()}};
    std::cout << answer.dump(-1, ' ', true, json::error_handler_t::replace) << '\n';
  }
}
