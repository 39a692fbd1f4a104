// What a run's processes lost and could not say in a shard: one small file in the run's folder, made as it starts.
#pragma once

#include <covey/base/result.hpp>
#include <cstdint>
#include <string>
#include <string_view>

namespace covey::shard {

struct Losses {
  std::uint32_t n_processes = 0;  // that noted something
  std::string reason;             // the first one's; empty where there is none
  // Pythons that were started with -S, and so are not measured: nothing that ran in a process of ours is missing.
  std::uint32_t n_bare_pythons = 0;
};

// Where the losses of the run lie that has its settings there.
std::string losses_path(std::string_view settings_path);

// Makes the file, with all the space that it will ever need: noting takes none, and so it works on a full disk. Other
// users may write to it. Fails where it cannot be made.
base::Result<void> create_losses(const std::string& path);

// Notes that something which this process ran is missing, and why. Where the file cannot be written to it is removed,
// which says as much; nothing where that cannot be either, or there is no such file. Keeps errno.
void note_loss(const std::string& path, std::string_view reason) noexcept;

// Notes that a Python is about to be started with -S. Nothing where that cannot be written. Keeps errno.
void note_bare_python(const std::string& path) noexcept;

// Fails where there is no such file, or it is none.
base::Result<Losses> read_losses(const std::string& path);

}  // namespace covey::shard
