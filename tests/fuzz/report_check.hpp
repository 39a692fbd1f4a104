// What must hold of every report that a reader accepts, whatever its bytes were.
#pragma once

#include <covey/formats/json_writer.hpp>
#include <covey/formats/lcov_writer.hpp>
#include <covey/formats/report_data.hpp>
#include <covey/formats/xml_writer.hpp>
#include "require.hpp"

// Its files are in order, their lines add up, and it can be united with itself and written in every format.
inline void check_report(const covey::base::Result<covey::formats::ReportData>& read) {
  using namespace covey;
  if (!read) return require(!read.error().what.empty());
  const std::string* before = nullptr;
  for (const auto& file : read->files) {
    require(before == nullptr || *before < file.name);
    before = &file.name;
    const auto& coverage = file.coverage;
    require((coverage.executed | coverage.missing) == coverage.statements);
    require(!coverage.executed.intersects(coverage.missing));
    for (const auto& branch : coverage.branches) require(branch.n_exits >= static_cast<int>(branch.missing.size()));
  }
  auto united = *read;
  united |= *read;
  require(united.files.size() == read->files.size());
  formats::write_lcov(read->files);
  formats::write_json(read->files, {});
  formats::XmlOptions xml;
  xml.cwd = "/src";
  formats::write_xml(read->files, xml);
  formats::measurement_of(*read, "/src");
}
