// What is known of jobs beside their data (logs, nox's files, the forge), as the values that the completeness check
// judges.
#pragma once

#include <covey/base/result.hpp>
#include <covey/gate/completeness.hpp>
#include <covey/model/measurement.hpp>
#include <string>
#include <vector>

namespace covey::delivery {

// The sources that are not what ran, of those that are there: by path, as shown from `cwd`.
std::vector<std::string> changed_sources(const model::Measurement& measurement, const std::string& cwd);

// What the log at `path` says of its sessions. Fails where it cannot be read.
base::Result<std::vector<gate::Witness>> read_log(const std::string& path);

// What the file of `nox --report` says. Fails where it cannot be read or is none.
base::Result<std::vector<gate::Witness>> read_nox_report(const std::string& path);

// What `${{ toJSON(needs) }}` says. Fails where the text is none.
base::Result<std::vector<gate::Witness>> read_needs(const std::string& text);

}  // namespace covey::delivery
