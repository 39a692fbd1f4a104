// From what was measured of branches to arcs.
#pragma once

#include <covey/model/arc_set.hpp>
#include <covey/model/trail_set.hpp>
#include <covey/source/multiline.hpp>

namespace covey::source {

// The arc of each of the `trails` that leads to another statement, by the first lines of both statements.
// coverage.py's BranchArcResolver (bytecode.py), from where the collector has left it.
model::ArcSet resolve_trails(const model::TrailSet& trails, const MultilineMap& multiline);

}  // namespace covey::source
