// Leaves libgit2's network out of the binary: see libgit2_offline.cpp.
#pragma once

namespace covey::forge {

// To be called before libgit2 is. It does nothing; but whoever calls it has the linker take the definitions beside it
// before it looks for others in libgit2's archive.
void keep_libgit2_offline();

}  // namespace covey::forge
