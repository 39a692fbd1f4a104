// Floating-point numbers as Python writes and rounds them: reports are compared with its to the last digit.
#pragma once

#include <string>

namespace covey::base {

// repr(number): the shortest digits that read back as the same double; "1e-05", "0.0001", "100.0", "nan", "inf".
std::string float_repr(double number);

// f"{number:.{decimals}f}": the double's exact value, rounded half to even. `decimals` is 0 or more.
std::string float_fixed(double number, int decimals);

// round(number, decimals): the double nearest to what float_fixed writes.
double float_rounded(double number, int decimals);

}  // namespace covey::base
