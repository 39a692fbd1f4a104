// A source with a margin that tells what became of each line: coverage.py's `annotate`.
#pragma once

#include <covey/model/coverage.hpp>
#include <string>
#include <string_view>

namespace covey::report {

// `text`, as source::decode gives it, with two characters before each line: "> " where it ran, "! " where it did not,
// "- " where it is excluded, "  " where there is nothing but a comment. A line that is no statement goes with the
// statement before it.
std::string annotated(std::string_view text, const model::FileCoverage& coverage);

// The name of the annotated file in a directory where files of any directories lie side by side. `name` is the
// source's as shown: "pkg/mod.py" gives "z_30f4…_mod.py,cover".
std::string annotated_name(std::string_view name);

}  // namespace covey::report
