#include <doctest/doctest.h>
#include <covey/formats/json_reader.hpp>
#include <covey/formats/lcov_reader.hpp>
#include <covey/formats/table.hpp>
#include <covey/formats/xml_reader.hpp>
#include <string>
#include <vector>

using namespace covey;
using formats::ReportData;
using model::BranchLine;

namespace {

const formats::ReportPlace k_place{"in", "/src"};

// "a.py: ran 1 2, missing 3, excluded 7; 2 of 3: took -1 4, not 3", a line a file.
std::string shown(const base::Result<ReportData>& read) {
  if (!read) return read.error().message();
  std::string text;
  auto add = [&](const std::vector<int>& numbers) {
    for (int number : numbers) text += " " + std::to_string(number);
  };
  for (const auto& file : read->files) {
    text += file.name + ": ran";
    add(file.coverage.executed.lines());
    text += ", missing";
    add(file.coverage.missing.lines());
    text += ", excluded";
    add(file.coverage.excluded.lines());
    for (const auto& branch : file.coverage.branches) {
      text += "; " + std::to_string(branch.line) + " of " + std::to_string(branch.n_exits) + ": took";
      add(branch.executed);
      text += ", not";
      add(branch.missing);
    }
    for (const auto& region : file.regions) {
      text += "; " + region.name + "@" + std::to_string(region.start) + ":";
      add(region.lines.lines());
    }
    text += "\n";
  }
  return text;
}

std::string lcov(const std::string& text) { return shown(formats::read_lcov(text, k_place)); }
std::string xml(const std::string& text) { return shown(formats::read_cobertura(text, k_place)); }
std::string json(const std::string& text) { return shown(formats::read_coverage_json(text, k_place)); }
std::string slipcover(const std::string& text) { return shown(formats::read_slipcover_json(text, k_place)); }

}  // namespace

TEST_CASE("LCOV tracefiles") {
  CHECK(lcov("TN:\nSF:/src/a.py\nDA:1,2,checksum\r\nDA:3,0\n\nend_of_record\n") ==
        "a.py: ran 1, missing 3, excluded\n");
  CHECK(lcov("SF:../"
             "b.py\nDA:1,0\nend_of_record\nSF:a.py\nDA:1,0\nend_of_record\nSF:a.py\nDA:1,1\nDA:2,0\nend_of_record\n") ==
        "/b.py: ran, missing 1, excluded\na.py: ran 1, missing 2, excluded\n");
  CHECK(
      lcov(
          "SF:a.py\nBRDA:3,0,jump to line 4,1\nBRDA:3,0,return from function 'f', or so,0\nBRDA:5,0,0,-\nBRDA:5,0,1,-\n"
          "end_of_record\n") == "a.py: ran, missing, excluded; 3 of 2: took 4, not -1; 5 of 2: took, not 0 0\n");
  CHECK(lcov("SF:a.py\nFN:1,6,f\nFN:2,4,f.g\nFN:8,old\nFNL:0,9,9\nFNA:0,1,new, it is\nend_of_record\n") ==
        "a.py: ran, missing, excluded; f@1: 1 5 6; f.g@2: 2 3 4; old@8: 8; new, it is@9: 9\n");
}

TEST_CASE("what is no LCOV tracefile is refused with its line") {
  const std::vector<std::pair<std::string, std::string>> rows = {
      {"SF:a\nDA:x,1\n", "in: line 2: names no line"},
      {"SF:a\nDA:1\n", "in: line 2: does not say how often the line ran"},
      {"SF:a\nBRDA:1,0,a\n", "in: line 2: does not say how often the branch was taken"},
      {"SF:a\nwords\n", "in: line 2: is no record"},
      {"DA:1,1\n", "in: line 1: belongs to no file"},
      {"SF:a\nSF:b\n", "in: line 2: begins a file within another"},
      {"end_of_record\n", "in: line 1: ends no file"},
      {"SF:a\nDA:1,1\n", "in: line 2: the last file has no end_of_record"},
      {"SF:a\nDA:99999999999999999999,1\nend_of_record\n", "in: line 2: line 9223372036854775807 is beyond any source"},
  };
  for (const auto& [text, error] : rows) CHECK(lcov(text) == error);
}

TEST_CASE("many sets of far lines are refused before they fill the memory") {
  std::string text;
  for (int file = 0; file < 100; ++file) text += "SF:" + std::to_string(file) + "\nDA:16777215,1\nend_of_record\n";
  CHECK(lcov(text) == "in: its line numbers would take more memory than such a file can need");
}

TEST_CASE("Cobertura XML") {
  auto document = [](const std::string& lines) {
    return "<?xml version=\"1.0\"?><!DOCTYPE coverage SYSTEM \"http://x/c.dtd\"><coverage line-rate=\"1\" "
           "branches-valid=\"2\"><sources><source>/nowhere</source></sources><packages><package><classes><class "
           "filename=\"a.py\"><methods><method><lines><line number=\"8\" "
           "hits=\"1\"/></lines></method></methods><lines>" +
           lines + "</lines></class></classes></package></packages></coverage>";
  };
  CHECK(xml(document(R"x(<line number="1" hits="12"/><line number="2" hits="0"/>)x")) ==
        "a.py: ran 1, missing 2, excluded\n");
  CHECK(
      xml(document(
          R"x(<line number="3" hits="1" branch="true" condition-coverage="33% (1/3)" missing-branches="exit,5"/>)x")) ==
      "a.py: ran 3, missing, excluded; 3 of 3: took 0, not -1 5\n");
  CHECK(xml(document(R"x(<line number="3" hits="1" branch="true" condition-coverage="50% (1/2)"/>)x")) ==
        "a.py: ran 3, missing, excluded; 3 of 2: took 0, not 0\n");
  CHECK(xml(document(R"x(<line number="3" hits="1" condition-coverage="x (5/2)"/>)x")) ==
        "a.py: ran 3, missing, excluded\n");
  CHECK(xml(document(R"x(<line number="99999999" hits="1"/>)x")) == "in: line 99999999 is beyond any source");
  CHECK(xml("<coverage") == "in: byte 9: not XML: Error parsing start element tag");
  CHECK(xml("<html/>") == "in: XML, but no Cobertura report");
}

TEST_CASE("entities of the document's own are refused, and others are text") {
  const std::string report =
      "<coverage line-rate=\"1\"><packages><package><classes><class "
      "filename=\"&a;&b;.py\"/></classes></package></packages></coverage>";
  CHECK(xml("<!DOCTYPE c [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]>" + report) ==
        "in: byte 11: declares entities of its own");
  CHECK(xml("<!DOCTYPE c [<!ENTITY b SYSTEM \"file:///etc/passwd\">]>" + report) ==
        "in: byte 11: declares entities of its own");
  CHECK(xml("<!DOCTYPE c [<!ELEMENT coverage ANY>]>" + report) == "&a;&b;.py: ran, missing, excluded\n");
  CHECK(xml(report) == "&a;&b;.py: ran, missing, excluded\n");
}

TEST_CASE("coverage.py's JSON") {
  CHECK(json(R"({"meta": {"format": 3}, "files": {"a.py": {"executed_lines": [1, 2], "summary": {"x": 1.5},
    "missing_lines": [3], "excluded_lines": [7], "contexts": {"1": ["", "t"]}, "executed_branches": [[2, 4], [2, -1]],
    "missing_branches": [[2, 3]], "functions": {"f": {"executed_lines": [2], "missing_lines": [3], "start_line": 1},
    "": {"executed_lines": [1]}}, "classes": {"C": {"excluded_lines": [7], "start_line": 6}}}}, "totals": {}})") ==
        "a.py: ran 1 2, missing 3, excluded 7; 2 of 3: took -1 4, not 3; f@1: 2 3; C@6: 7\n");
  CHECK(json(R"({"files": {"a.py": {"executed_lines": [], "missing_lines": [1]}}})") ==
        "a.py: ran, missing 1, excluded\n");
  CHECK(json(R"({"meta": {}})") == "in: a JSON file, but no coverage report");
  CHECK(json(R"({"files": [)") == "in: byte 12: not JSON");
  CHECK(json(R"({"files": {"a": {"missing_branches": [[1, 99999999]]}}})") == "in: line 99999999 is beyond any source");
  CHECK(json(std::string(1000, '[')) == "in: nested deeper than any report");
}

TEST_CASE("Slipcover's JSON") {
  auto read = formats::read_slipcover_json(
      R"({"meta": {"software": "slipcover"}, "files": {"a.py": {"executed_lines": [1], "missing_lines": [2],
      "executed_branches": [[1, 0]], "missing_branches": [[1, 2]]}}, "summary": {}})",
      k_place);
  CHECK(shown(read) == "a.py: ran 1, missing 2, excluded; 1 of 2: took -1, not 2\n");
  CHECK(!read->knows_destinations);
  CHECK(!read->knows_excluded);
  CHECK(slipcover("[]") == "in: a JSON file, but no coverage report");
}

TEST_CASE("reports of the same files are united") {
  auto a = formats::read_lcov(
      "SF:a\nDA:1,1\nDA:2,0\nBRDA:1,0,jump to line 2,1\nBRDA:1,0,jump to line 3,0\nend_of_record\n", k_place);
  auto b = formats::read_lcov(
      "SF:a\nDA:2,1\nDA:3,0\nBRDA:1,0,jump to line 2,0\nBRDA:1,0,jump to line 3,1\nend_of_record\n", k_place);
  auto united = *a;
  united |= *b;
  CHECK(shown(united) == "a: ran 1 2, missing 3, excluded; 1 of 2: took 2 3, not\n");
}

TEST_CASE("each format takes only its own") {
  const std::vector<std::pair<std::string, std::string>> rows = {
      {std::string("SQLite format 3\0more", 20), "coverage"},
      {R"({"meta": {"format": 3, "version": "7"}})", "json"},
      {" {\n \"meta\": {\"software\": \"slipcover\"", "slipcover"},
      {"<?xml version='1.0'?>\n<!-- c --><coverage version='1' line-rate='1'>", "xml"},
      {"\xef\xbb\xbf<coverage lines-valid='1'>", "xml"},
      {"# made by hand\nSF:a.py\n", "lcov"},
      {"TN:\n", "lcov"},
      {"<coverage generated='1' clover='4'><project>", ""},
      {"{\"version\": 1}", ""},
      {"[1]", ""},
      {"words", ""},
      {"", ""},
  };
  for (const auto& [head, name] : rows) {
    CAPTURE(head);
    const auto* format = formats::sniff_format(head);
    CHECK((format == nullptr ? "" : std::string(format->name)) == name);
  }
}

TEST_CASE("a file's name tells what is written to it") {
  const std::vector<std::pair<std::string, std::string>> rows = {
      {"a/.coverage", "coverage"},
      {".coverage.host.pid1.Xabcdefx", "coverage"},
      {"my.coverage", "coverage"},
      {"coverage.json", "json"},
      {"a.xml", "xml"},
      {"b.info", "lcov"},
      {"c.lcov", "lcov"},
      {"-", ""},
      {"a.txt", ""},
  };
  for (const auto& [path, name] : rows) {
    const auto* format = formats::format_of_name(path);
    CHECK((format == nullptr ? "" : std::string(format->name)) == name);
  }
}

TEST_CASE("JSON reports whose lists are not lists of lines are refused with the place") {
  const std::vector<std::pair<std::string, std::string>> rows = {
      {R"("executed_lines": ["a"])", "in: 'a.py', executed_lines: holds something that is no line"},
      {R"("executed_lines": [1, 2.5])", "in: 'a.py', executed_lines: holds something that is no line"},
      {R"("missing_lines": "no")", "in: 'a.py', missing_lines: holds something that is no line"},
      {R"("missing_lines": 7)", "in: 'a.py', missing_lines: is no list of lines"},
      {R"("excluded_lines": [[1]])", "in: 'a.py', excluded_lines: is no list of lines"},
      {R"("executed_lines": [-3])", "in: 'a.py', executed_lines: line -3"},
      {R"("executed_branches": [1])", "in: 'a.py', executed_branches: is no list of branches"},
      {R"("executed_branches": [[1]])", "in: 'a.py', executed_branches: a branch has two lines"},
      {R"("missing_branches": [[1, 2, 3]])", "in: 'a.py', missing_branches: a branch has two lines"},
      {R"("missing_branches": [[1, null]])", "in: 'a.py', missing_branches: holds something that is no line"},
      {R"("functions": {"f": {"missing_lines": [true]}})",
       "in: 'a.py', missing_lines: holds something that is no line"},
      {R"("executed_lines": [1, 0], "summary": {"x": "y"}, "classes": {"": {"executed_branches": [[1, 2]]}})",
       "a.py: ran 1, missing, excluded\n"},
  };
  for (const auto& [lists, said] : rows) {
    CAPTURE(lists);
    CHECK(json(R"({"meta": {"format": 3}, "files": {"a.py": {)" + lists + "}}}") == said);
  }
  CHECK(json(R"({"meta": {"format": 99}, "files": {}})") == "in: format 99, of which 3 is the newest known");
}

TEST_CASE("Cobertura reports whose lines have no numbers are refused with the place") {
  const std::vector<std::pair<std::string, std::string>> rows = {
      {"number='x' hits='1'", "in: byte 83: number of a line is 'x'"},
      {"hits='1'", "in: byte 83: number of a line is ''"},
      {"number='0' hits='1'", "in: byte 83: number of a line is '0'"},
      {"number='1' hits='abc'", "in: byte 83: hits of a line is 'abc'"},
      {"number='1'", "a.py: ran, missing 1, excluded\n"},
  };
  for (const auto& [attributes, said] : rows) {
    CAPTURE(attributes);
    CHECK(xml("<coverage line-rate='1'><packages><package><classes><class filename='a.py'><lines><line " + attributes +
              "/></lines></class></classes></package></packages></coverage>") == said);
  }
  CHECK(formats::is_cobertura("<?xml version='1.0'?><coverage><packages/></coverage>"));
  CHECK_FALSE(formats::is_cobertura("<coverage generated='1' clover='4'><project/></coverage>"));
}
