// Names for files about sources, where those of all directories lie side by side.
#pragma once

#include <string>
#include <string_view>

namespace covey::report {

// "a/b/c.py" gives "z_86bbcbe134d28fd2_c_py": a part of the directory's SHA3-256, and the name with its dots replaced;
// "c.py" gives "c_py". A backslash separates, too, and "c:" is a drive, as coverage.py takes names apart as Windows
// does.
std::string flat_name(std::string_view name);

}  // namespace covey::report
