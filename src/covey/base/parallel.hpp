// Work on many things at once, by a few threads that live no longer than the work.
#pragma once

#include <cstddef>
#include <functional>

namespace covey::base {

// No more threads than these are started, whatever is asked for.
inline constexpr int k_most_jobs = 256;

// As many threads as the process may use processors, 1 or more: what --jobs is where nobody says.
int default_jobs();

// The threads that `jobs` of them give for `n` things: 1 or more, and never more than there is to do.
std::size_t thread_count(std::size_t n, int jobs);

// Calls `work(index, thread)` once for each index below `n`, on thread_count(n, jobs) threads, of which this one is one
// and thread 0. In which order they begin is theirs; returns when all are done. `work` must not throw.
void for_each_index(std::size_t n, int jobs, const std::function<void(std::size_t index, std::size_t thread)>& work);

}  // namespace covey::base
