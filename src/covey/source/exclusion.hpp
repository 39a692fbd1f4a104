// Which lines of a file count: statements, less what patterns exclude.
#pragma once

#include <covey/base/result.hpp>
#include <covey/model/line_set.hpp>
#include <covey/source/patterns.hpp>
#include <covey/source/structure.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace covey::source {

// coverage.py's default exclude_lines.
const std::vector<std::string>& default_exclude();

// Both by the first lines of multi-line statements, but for the bodies of excluded functions and classes, which are in
// `excluded` line by line, blank lines and all.
struct Statements {
  model::LineSet statements;
  model::LineSet excluded;
};

// The statements among `raw`, the lines that the interpreter's tables name, of the text whose structure this is. An
// excluded header takes its whole block with it; docstrings are neither statements nor excluded. Fails as
// Patterns::matching_lines does.
base::Result<Statements> analyse(std::string_view text, const Structure& structure, const model::LineSet& raw,
                                 const Patterns& exclude);

}  // namespace covey::source
