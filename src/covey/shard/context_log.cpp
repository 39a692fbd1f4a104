#include <atomic>
#include <covey/shard/context_log.hpp>

namespace covey::shard {

namespace {

constexpr std::size_t k_block = 2040;       // with its header a multiple of 8
constexpr std::size_t k_longest_call = 24;  // bytes of the entries that one call writes: three of at most 8

}  // namespace

base::Result<void> ContextLog::ran(const Place& place, int line, int above) {
  if (auto entered = enter(place); !entered) return entered;
  const auto step = step_to(line);
  if (above == 0)
    append(LogEntry::ran, step);
  else
    append(LogEntry::after, step * k_after_bits + static_cast<std::uint64_t>(above - 1));
  return {};
}

base::Result<void> ContextLog::returned(const Place& place, int line) {
  if (auto entered = enter(place); !entered) return entered;
  append(LogEntry::returned, step_to(line));
  return {};
}

base::Result<void> ContextLog::add(const Place& place, std::span<const std::uint8_t> points) {
  for (std::size_t i = 0; i < points.size(); ++i) {
    const int line = place.first_line + static_cast<int>(i);
    int n_above = 0;
    for (int above = 1; above <= k_after_bits; ++above) {
      if ((points[i] & k_line_after << (above - 1)) == 0) continue;
      ++n_above;
      if (auto logged = ran(place, line, above); !logged) return logged;
    }
    if ((points[i] & k_line_ran) != 0 && n_above == 0)
      if (auto logged = ran(place, line, 0); !logged) return logged;
    if ((points[i] & k_line_returned) != 0)
      if (auto logged = returned(place, line); !logged) return logged;
  }
  return {};
}

base::Result<void> ContextLog::went(std::uint32_t context, std::uint32_t trail) {
  if (auto room = make_room(); !room) return room;
  enter_context(context);
  append(LogEntry::trail, trail);
  return {};
}

base::Result<void> ContextLog::make_room() {
  if (m_left.size() >= k_longest_call) return {};
  auto block = m_writer->add_context_log(k_block);
  if (!block) return tl::unexpected(block.error());
  m_left = *block;
  m_is_mapped = m_writer->is_mapped();
  m_context = m_code = -1;
  return {};
}

base::Result<void> ContextLog::enter(const Place& place) {
  if (auto room = make_room(); !room) return room;
  enter_context(place.context);
  if (m_code == place.code) return {};
  append(LogEntry::code, place.code);
  m_code = place.code;
  m_line = place.first_line;
  return {};
}

void ContextLog::enter_context(std::uint32_t context) {
  if (m_context == context) return;
  append(LogEntry::context, context);
  m_context = context;
}

// The zigzag difference from the line named before, which this one becomes.
std::uint64_t ContextLog::step_to(int line) {
  const std::int64_t difference = std::int64_t{line} - m_line;
  m_line = line;
  return static_cast<std::uint64_t>(difference < 0 ? -2 * difference - 1 : 2 * difference);
}

void ContextLog::append(LogEntry entry, std::uint64_t payload) {
  const std::uint64_t value = payload << k_log_kind_bits | static_cast<std::uint64_t>(entry);
  std::size_t size = 1;
  for (auto rest = value >> 7; rest != 0; rest >>= 7)
    m_left[size++] = static_cast<std::uint8_t>((rest & 127) | (rest > 127 ? 128 : 0));
  if (!m_is_mapped && size > 1) m_writer->keep(&m_left[1], size - 1);
  std::atomic_ref<std::uint8_t>(m_left[0]).store(static_cast<std::uint8_t>((value & 127) | (value > 127 ? 128 : 0)),
                                                 std::memory_order_release);
  if (!m_is_mapped) m_writer->keep(&m_left[0], 1);
  m_left = m_left.subspan(size);
}

}  // namespace covey::shard
