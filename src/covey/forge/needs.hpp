// What a forge says of the jobs that this one needs.
#pragma once

#include <covey/base/result.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace covey::forge {

enum class JobResult { success, failure, cancelled, skipped };

struct NeededJob {
  std::string name;  // its key in the workflow
  JobResult result = JobResult::success;
};

// The jobs in the text of `${{ toJSON(needs) }}`, by name. Fails where it is no such text; the error names --needs.
base::Result<std::vector<NeededJob>> parse_needs(std::string_view text);

}  // namespace covey::forge
