// Which processes the program starts that nothing of ours gets into.
#pragma once

#include <covey/collector/python.hpp>

namespace covey::collector {

// Whether the code object is subprocess.Popen's, with which the standard library starts a program.
bool starts_children(PyCodeObject* code);

// Of a frame of such code, at its start: whether what it is to start is a Python without `site` (-S), which runs no
// .pth file. False where that cannot be told: a shell's command line, a program of another name. No exception is set
// afterwards.
bool starts_bare_python(PyFrameObject* frame);

}  // namespace covey::collector
