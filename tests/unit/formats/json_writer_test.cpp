#include <doctest/doctest.h>
#include <covey/formats/json_writer.hpp>

using namespace covey::formats;
using covey::model::FileCoverage;
using covey::model::FileReport;
using covey::model::LineSet;
using covey::model::Region;

namespace {

const JsonOptions k_options{"1.2", "2026-01-02T03:04:05.678901"};

Region function(const std::string& name, int start, const LineSet& lines) {
  return {Region::Kind::function, name, start, lines};
}

// The part of a report that tells of functions: "name:start,name:start".
std::string functions_of(const FileReport& file) {
  auto json = write_json({file}, k_options);
  auto end = json.find("\"classes\"");
  std::string names;
  static constexpr std::string_view k_end = "\"start_line\": ";
  for (auto at = json.find("\"functions\": {") + 13; at < end;) {
    auto open = json.find('"', at) + 1;
    auto start = json.find(k_end, open);
    names += json.substr(open, json.find('"', open) - open) + ":";
    names += json.substr(start + k_end.size(), json.find('}', start) - start - k_end.size()) + ",";
    at = json.find('}', start) + 1;
    if (json[at] == '}') break;
  }
  return names;
}

std::string name_in_json(const std::string& name) {
  auto json = write_json({{name, {}, {}, 0}}, k_options);
  auto open = json.find("\"files\": {\"") + 10;
  return json.substr(open, json.find("\": {\"executed", open) - open + 1);
}

std::string percent_in_json(int executed, int statements) {
  LineSet all, ran;
  all.insert_range(1, statements);
  ran.insert_range(1, executed);
  auto json = write_json({{"a.py", FileCoverage::of(all, {}, ran), {}, statements}}, k_options);
  auto totals = json.find("\"percent_covered\": ", json.find("\"totals\"")) + 19;
  return json.substr(totals, json.find(',', totals) - totals);
}

}  // namespace

TEST_CASE("the report on one line") {
  FileReport file{"a.py", FileCoverage::of({1, 2, 5}, {7, 8}, {1, 5}), {function("f", 1, {2, 3})}, 8};
  const std::string summary =
      R"("summary": {"covered_lines": 2, "num_statements": 3, "percent_covered": 66.66666666666667, )"
      R"("percent_covered_display": "67", "missing_lines": 1, "excluded_lines": 2, )"
      R"("percent_statements_covered": 66.66666666666667, "percent_statements_covered_display": "67"})";
  const std::string all_of_it =
      R"("executed_lines": [1, 5], )" + summary + R"(, "missing_lines": [2], "excluded_lines": [7, 8])";
  const std::string in_f =
      R"("f": {"executed_lines": [], "summary": {"covered_lines": 0, "num_statements": 1, "percent_covered": 0.0, )"
      R"("percent_covered_display": "0", "missing_lines": 1, "excluded_lines": 0, "percent_statements_covered": 0.0, )"
      R"("percent_statements_covered_display": "0"}, "missing_lines": [2], "excluded_lines": [], "start_line": 1})";
  const std::string outside_f =
      R"("": {"executed_lines": [1, 5], "summary": {"covered_lines": 2, "num_statements": 2, "percent_covered": 100.0, )"
      R"("percent_covered_display": "100", "missing_lines": 0, "excluded_lines": 2, )"
      R"("percent_statements_covered": 100.0, "percent_statements_covered_display": "100"}, "missing_lines": [], )"
      R"("excluded_lines": [7, 8], "start_line": 1})";
  CHECK(write_json({file}, k_options) ==
        R"({"meta": {"format": 3, "version": "1.2", "timestamp": "2026-01-02T03:04:05.678901", )"
        R"("branch_coverage": false, "show_contexts": false}, "files": {"a.py": {)" +
            all_of_it + R"(, "functions": {)" + in_f + ", " + outside_f + R"(}, "classes": {"": {)" + all_of_it +
            R"(, "start_line": 1}}}}, "totals": )" + summary.substr(11) + "}");
}

TEST_CASE("the report for people") {
  JsonOptions options = k_options;
  options.pretty_print = true;
  CHECK(write_json({}, options) == R"({
    "meta": {
        "format": 3,
        "version": "1.2",
        "timestamp": "2026-01-02T03:04:05.678901",
        "branch_coverage": false,
        "show_contexts": false
    },
    "files": {},
    "totals": {
        "covered_lines": 0,
        "num_statements": 0,
        "percent_covered": 100.0,
        "percent_covered_display": "100",
        "missing_lines": 0,
        "excluded_lines": 0,
        "percent_statements_covered": 100.0,
        "percent_statements_covered_display": "100"
    }
})");
  FileReport file{"a.py", FileCoverage::of({1, 2}, {}, {1, 2}), {}, 2};
  CHECK(write_json({file}, options)
            .find("            \"executed_lines\": [\n"
                  "                1,\n"
                  "                2\n"
                  "            ],\n") != std::string::npos);
}

TEST_CASE("branches and contexts") {
  FileReport file{"a.py", FileCoverage::of({1, 2, 4}, {}, {1, 2}), {function("f", 3, {4})}, 4};
  file.coverage.set_branches({{1, 2}, {1, 4}, {4, 1}, {4, -3}}, {{1, 2}}, {});
  file.contexts = {{"", {1}}, {"test \"a\"", {1, 2}}};
  JsonOptions options = k_options;
  options.show_contexts = true;
  const auto json = write_json({file}, options);
  auto holds = [&](const std::string& part) { return json.find(part) != std::string::npos; };
  const std::string contexts = R"("contexts": {"1": ["", "test \"a\""], "2": ["test \"a\""]}, )";
  CHECK(holds(R"("branch_coverage": true, "show_contexts": true})"));
  CHECK(holds(R"("percent_statements_covered_display": "67", "num_branches": 4, "num_partial_branches": 1, )"
              R"("covered_branches": 1, "missing_branches": 3, "percent_branches_covered": 25.0, )"
              R"("percent_branches_covered_display": "25"})"));
  CHECK(holds(R"("excluded_lines": [], )" + contexts +
              R"("executed_branches": [[1, 2]], "missing_branches": [[1, 4], [4, -3], [4, 1]], "functions": {)"));
  // A region has its own branches, and the contexts of the whole file.
  CHECK(
      holds(R"("start_line": 3, )" + contexts + R"("executed_branches": [], "missing_branches": [[4, -3], [4, 1]]})"));
}

TEST_CASE("functions of one name") {
  auto coverage = FileCoverage::of({1, 2, 4, 5, 8}, {}, {});
  struct Row {
    std::vector<Region> regions;
    std::string names;
  };
  const std::vector<Row> rows = {
      {{}, ":1,"},
      {{function("f", 1, {2}), function("g", 4, {5})}, "f:1,g:4,:1,"},
      {{function("g", 4, {5}), function("f", 1, {2})}, "f:1,g:4,:1,"},
      {{function("f", 1, {2}), function("f", 4, {5})}, "f:1,f@4:4,:1,"},
      // One without statements leaves the name to another that has some, wherever that stands.
      {{function("f", 1, {3}), function("f", 4, {5})}, "f@1:1,f:4,:1,"},
      {{function("f", 1, {3}), function("f", 4, {6}), function("f", 7, {8})}, "f@1:1,f@4:4,f:7,:1,"},
      {{function("f", 1, {3}), function("f", 4, {6})}, "f:1,f@4:4,:1,"},
      {{function("f", 1, {1, 2, 3, 4}), {Region::Kind::class_, "C", 5, {5}}}, "f:1,:5,"},
      {{function("f", 1, {1, 2, 3, 4, 5, 6, 7, 8})}, "f:1,:1,"},
  };
  for (const auto& row : rows) CHECK(functions_of({"a.py", coverage, row.regions, 8}) == row.names);
}

TEST_CASE("names are written in ASCII") {
  struct Row {
    std::string name, json;
  };
  for (const auto& row :
       {Row{"src/a.py", R"("src/a.py")"}, Row{"\"\\/", R"("\"\\/")"},
        Row{"\b\f\n\r\t\x01\x7f", R"("\b\f\n\r\t\u0001\u007f")"}, Row{"caf\u00e9\u20ac", R"("caf\u00e9\u20ac")"},
        Row{"\U0001F600", R"("\ud83d\ude00")"}, Row{"a\xff\xe2\x82z", R"("a\udcff\udce2\udc82z")"}}) {
    CAPTURE(row.name);
    CHECK(name_in_json(row.name) == row.json);
  }
}

TEST_CASE("percentages are written as Python shows a float") {
  CHECK(percent_in_json(0, 3) == "0.0");
  CHECK(percent_in_json(3, 3) == "100.0");
  CHECK(percent_in_json(1, 2) == "50.0");
  CHECK(percent_in_json(1, 8) == "12.5");
  CHECK(percent_in_json(1, 3) == "33.333333333333336");
  CHECK(percent_in_json(1, 3000) == "0.03333333333333333");
  CHECK(percent_in_json(1, 1000000) == "0.0001");
  CHECK(percent_in_json(1, 1280000) == "7.8125e-05");
}

TEST_CASE("percentages as text have the asked decimals") {
  JsonOptions options = k_options;
  options.precision = 3;
  FileReport file{"a.py", FileCoverage::of({1, 2, 3}, {}, {1}), {}, 3};
  CHECK(write_json({file}, options).find(R"("percent_covered_display": "33.333")") != std::string::npos);
}
