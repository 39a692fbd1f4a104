// What makes a run's data whole once its program has ended: the files that did not run, and the tables of all.
#pragma once

#include <covey/base/environment.hpp>
#include <covey/base/result.hpp>
#include <covey/cli/sources.hpp>
#include <covey/formats/shards.hpp>
#include <covey/runs/data_directory.hpp>
#include <covey/shard/settings.hpp>
#include <vector>

namespace covey::cli {

// Reads the shards of `folders`. What their records know to be missing is told in `incomplete`, where no shard says so.
formats::ShardsRead read_folders(const std::vector<runs::RunFolder>& folders);

// Compiles what the measured files have no table for; those whose sources as they ran have tables are not looked at. A
// source that changed since is compiled by the reports. Sources that are gone or unreadable are left to the reports.
interpreters::CompileOutcome index_measurement(const model::Measurement& measurement, const CompileSettings& settings);

}  // namespace covey::cli
