// From what was measured of branches to arcs.
#pragma once

#include <covey/model/arc_set.hpp>
#include <covey/model/measurement.hpp>
#include <covey/model/trail_set.hpp>
#include <covey/source/multiline.hpp>

namespace covey::source {

// The arc of each of the `trails` that leads to another statement, by the first lines of both statements: coverage.py's
// BranchArcResolver (bytecode.py), from where the collector has left it. `ran` and `arcs` are what is known besides of
// the same code, for trails that were gone only if they arrived.
model::ArcSet resolve_trails(const model::TrailSet& trails, const model::LineSet& ran, const model::ArcSet& arcs,
                             const MultilineMap& multiline);

// Says in arcs alone what is known of the file's branches, for what holds nothing else (coverage.py's data file):
// trails become arcs, and a line that ran and is the end of none gets one to itself; each line that ran does where
// sys.monitoring's own data has that. An analysis of these arcs is the one of what was there before.
void make_arcs(model::MeasuredFile& file, const MultilineMap& multiline);

}  // namespace covey::source
