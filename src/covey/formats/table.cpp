#include <algorithm>
#include <covey/base/path.hpp>
#include <covey/formats/coverage_data.hpp>
#include <covey/formats/json_reader.hpp>
#include <covey/formats/json_writer.hpp>
#include <covey/formats/lcov_reader.hpp>
#include <covey/formats/lcov_writer.hpp>
#include <covey/formats/table.hpp>
#include <covey/formats/xml_reader.hpp>
#include <covey/formats/xml_writer.hpp>

namespace covey::formats {

namespace {

base::Result<void> write_data(const model::Measurement& measurement, const std::string& path,
                              const WriteOptions& options) {
  return write_coverage_data(measurement, path, {options.version, {}});
}

std::string write_json_report(const std::vector<model::FileReport>& files, const WriteOptions& options) {
  JsonOptions json;
  json.version = options.version;
  json.timestamp = options.timestamp;
  return write_json(files, json);
}

std::string write_xml_report(const std::vector<model::FileReport>& files, const WriteOptions& options) {
  XmlOptions xml;
  xml.version = options.version;
  xml.generator = options.generator;
  xml.timestamp = options.unix_time;
  xml.cwd = options.cwd;
  return write_xml(files, xml);
}

std::string write_lcov_report(const std::vector<model::FileReport>& files, const WriteOptions&) {
  return write_lcov(files);
}

constexpr Format k_formats[] = {
    {"coverage", "coverage.py's data file, SQLite", ".coverage .sqlite .db", is_coverage_data, read_coverage_data,
     write_data, nullptr, nullptr},
    {"json", "coverage.py's JSON report", ".json", is_coverage_json, nullptr, nullptr, read_coverage_json,
     write_json_report},
    {"slipcover", "Slipcover's JSON report, to be read", "", is_slipcover_json, nullptr, nullptr, read_slipcover_json,
     nullptr},
    {"xml", "Cobertura XML", ".xml", is_cobertura, nullptr, nullptr, read_cobertura, write_xml_report},
    {"lcov", "LCOV tracefile", ".lcov .info", is_lcov, nullptr, nullptr, read_lcov, write_lcov_report},
};

}  // namespace

std::span<const Format> formats() { return k_formats; }

const Format* find_format(std::string_view name) {
  auto row = std::find_if(std::begin(k_formats), std::end(k_formats), [&](const auto& f) { return name == f.name; });
  return row == std::end(k_formats) ? nullptr : row;
}

const Format* format_of_name(std::string_view path) {
  const auto name = base::basename(path);
  if (name.starts_with(".coverage")) return find_format("coverage");  // .coverage.HOST.pid1.… too
  for (const auto& format : k_formats)
    for (std::string_view rest = format.endings; !rest.empty();) {
      const auto ending = rest.substr(0, rest.find(' '));
      if (name.ends_with(ending)) return &format;
      rest.remove_prefix(std::min(rest.size(), ending.size() + 1));
    }
  return nullptr;
}

const Format* sniff_format(std::string_view head) {
  for (const auto& format : k_formats)
    if (format.sniff(head)) return &format;
  return nullptr;
}

}  // namespace covey::formats
