// Learning of code as it is created: what is not measured then stays as the interpreter made it, where a PY_START of
// all code has each code object of the process instrumented once.
#pragma once

#include <covey/collector/monitoring.hpp>

namespace covey::collector {

// From here on each new code object of this interpreter that may have to be measured is armed: it has PY_START, and no
// other code has. False, and nothing is watched, where that would miss code: where code of the program was created
// before, in a subinterpreter, or where the interpreter has no room for another watcher. `monitoring` has its tool and
// callbacks already, and must live until unwatch_code().
bool watch_new_code(Monitoring& monitoring);

// Nothing where nothing is watched.
void unwatch_code(Monitoring& monitoring);

// Arms what lies in the constants of code that is measured, at any depth, and has not started yet. For modules whose
// files are others than their code said as it was created: byte code that was moved.
void arm_constants(Monitoring& monitoring, PyCodeObject* code);

}  // namespace covey::collector
