// The coverage job from its options to analysed files.
#pragma once

#include <covey/base/result.hpp>
#include <covey/cli/ci_options.hpp>
#include <covey/cli/reporting.hpp>
#include <covey/console/invocation.hpp>
#include <covey/delivery/checked_data.hpp>
#include <covey/delivery/delivered_data.hpp>

namespace covey::cli {

// delivery::check_data() of what the options and [paths] say.
base::Result<delivery::CheckedData> checked_data(const CiOptions& options, const config::Configuration& configuration,
                                                 const console::Invocation& invocation);

// Analyses what was measured, with the tables that came along, and unites it with what other tools analysed. Fails
// where there is no file, or one cannot be analysed.
base::Result<Reporting> files_of_job(delivery::DeliveredData data, const ReportingOptions& options,
                                     const console::Invocation& invocation);

}  // namespace covey::cli
