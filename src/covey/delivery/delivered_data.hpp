// DATA as the coverage job takes it: what each job's tests left, whatever it is kept in, and what was measured of all
// that counts.
#pragma once

#include <covey/base/archive.hpp>
#include <covey/base/environment.hpp>
#include <covey/base/result.hpp>
#include <covey/formats/report_data.hpp>
#include <covey/gate/completeness.hpp>
#include <covey/model/combine.hpp>
#include <covey/model/measurement.hpp>
#include <set>
#include <string>
#include <vector>

namespace covey::delivery {

struct DataRequest {
  std::vector<std::string> data;  // "[JOB=]PATH" as the user gave them; empty: the usual data directory
  base::Environment environment;
  std::string cwd;                       // canonical
  model::Combination::MapPath map_path;  // [paths]
  std::set<std::string> only_jobs = {};  // the only ones whose data is read; empty: all
};

// An archive's files, while they are needed.
struct UnpackedArchive {
  base::TemporaryDirectory directory;
  std::string shown;  // the archive, as the user knows it
};

struct DeliveredData {
  std::vector<gate::Delivery> deliveries;  // also those of earlier attempts, whose data is not read
  model::Measurement measurement;          // of those that count
  formats::ReportData reports;             // likewise; of files that other tools analysed
  bool has_reports = false;
  std::vector<std::size_t> without_statements;  // deliveries, by index, that do not say which lines are statements
  std::vector<std::string> table_directories;   // of tables that came along
  std::string tables;                           // the directory that has them all: see complete_tables()
  std::vector<UnpackedArchive> unpacked;
  std::vector<std::string> not_imported;  // packages that were to be measured, and of which nothing was imported
};

// PATH may be a data directory, a file of any readable format, an archive of one or more, or a directory with data
// directories and data files of coverage.py's below it. Of each part of a job the highest attempt is read, and of a
// job's runs in one directory those that count there (docs/data-directory.md). Files without a session record are of
// the job JOB, else of one that is called as the file, or, parallel files of one directory, as that. A measured path
// that is not there leads to where the same file lies below the current directory, as seen from where the run was
// started. Damaged data is told in the deliveries. Fails where a path is not there or holds no data.
base::Result<DeliveredData> read_delivered(const DataRequest& request);

}  // namespace covey::delivery
