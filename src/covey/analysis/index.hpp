// What makes a measurement ready to be analysed: a CPython to each file, and its tables.
#pragma once

#include <covey/analysis/sources.hpp>
#include <covey/base/environment.hpp>
#include <covey/base/result.hpp>
#include <covey/model/measurement.hpp>
#include <string>

namespace covey::analysis {

// Lets the CPython on the path answer for the files whose CPython is not known, before they are analysed: it must be
// started to be asked. Fails where there is none, which is worth a warning: what must be compiled will fail for want of
// it.
base::Result<void> name_interpreter(model::Measurement& measurement, const base::Environment& environment,
                                    const std::string& cwd);

// Compiles what the measured files have no table for; those whose sources as they ran have tables are not looked at. A
// source that changed since is compiled by the reports. Sources that are gone or unreadable are left to the reports.
interpreters::CompileOutcome index_measurement(const model::Measurement& measurement, const CompileSettings& settings);

}  // namespace covey::analysis
