// Locks on files, which the kernel lets go of however their holder ends.
#pragma once

#include <covey/base/file.hpp>
#include <covey/base/result.hpp>
#include <string>

namespace covey::base {

// Makes the file `path`, which must not be there, and takes an exclusive flock on it, for as long as the descriptor or
// a copy of it is open. On a file system that has no locks the file is made all the same. Fails where it cannot be
// made.
Result<UniqueFd> make_locked(const std::string& path);

// Keeps the lock for the rest of this process's life, without a descriptor: a mapping holds the open file, and with it
// the lock. Forked children do not have it. Fails where the file system has no mappings: the lock is gone then.
Result<void> keep_locked(UniqueFd fd);

}  // namespace covey::base
