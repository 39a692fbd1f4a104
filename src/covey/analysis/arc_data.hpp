// Measurements as coverage.py's data file holds them.
#pragma once

#include <covey/base/result.hpp>
#include <covey/model/measurement.hpp>
#include <vector>

namespace covey::analysis {

// Where branches were measured, leaves arcs alone, made with the sources as they are now (source::make_arcs),
// `jobs` files at a time. Nothing where lines were. Returns, by path, why sources could not be read: of
// these each line is taken for a statement of its own.
std::vector<base::Error> make_arcs(model::Measurement& measurement, int jobs);

}  // namespace covey::analysis
