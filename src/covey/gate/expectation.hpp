// What a user writes to say which jobs must deliver.
#pragma once

#include <covey/base/result.hpp>
#include <covey/gate/completeness.hpp>

namespace covey::gate {

// The jobs in a text as `--expect` takes it: names separated by commas, each with "*N" behind it for N parts. A comma
// inside brackets or quotes does not separate: names of nox sessions have them, "tests(a=3, b='x,y')". Fails where a
// name is empty, brackets do not close, or a number of parts is none from 1 to 10,000; the error is a usage error that
// names `option`.
base::Result<std::vector<ExpectedJob>> parse_expectation(std::string_view text, const std::string& option);

}  // namespace covey::gate
