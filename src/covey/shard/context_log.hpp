// What ran while contexts were on, as it is written: entries at the end of a block of a shard.
#pragma once

#include <covey/shard/writer.hpp>
#include <cstdint>
#include <span>

namespace covey::shard {

// Valid after every store, as the shard is: the first byte of an entry, which is what makes it one, is stored last. Not
// for use by two threads, or processes, at once.
class ContextLog {
 public:
  // Where something is said to have happened: the numbers of the context and the code in the shard, and the line of the
  // code's first point.
  struct Place {
    std::uint32_t context = 0;
    std::uint32_t code = 0;
    int first_line = 0;
  };

  explicit ContextLog(Writer& writer) : m_writer(&writer) {}

  // That the line ran; right after the line `above` lines above it, from 1 to k_after_bits, or 0: that is not known.
  // Each fails, with the shard marked, where there is no room.
  base::Result<void> ran(const Place& place, int line, int above);
  // That the code object was left at the line.
  base::Result<void> returned(const Place& place, int line);
  // All that `points`, the PointBits of the code's lines, hold.
  base::Result<void> add(const Place& place, std::span<const std::uint8_t> points);
  // That control went the trail of that number.
  base::Result<void> went(std::uint32_t context, std::uint32_t trail);

 private:
  base::Result<void> make_room();
  base::Result<void> enter(const Place& place);
  void enter_context(std::uint32_t context);
  std::uint64_t step_to(int line);
  void append(LogEntry entry, std::uint64_t payload);

  Writer* m_writer;
  std::span<std::uint8_t> m_left;  // of the block
  bool m_is_mapped = true;
  std::int64_t m_context = -1;  // as the entries say; -1: they do not yet
  std::int64_t m_code = -1;
  int m_line = 0;
};

}  // namespace covey::shard
