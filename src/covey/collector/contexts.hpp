// Which dynamic context is on, and what was seen while it is.
#pragma once

#include <covey/collector/recorder.hpp>
#include <covey/shard/context_log.hpp>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace covey::collector {

// So many events of a code object are taken in a period before they are turned off one by one: arming a code object
// again costs as much as some dozens of events, and most code runs but a few times in a context. Code that went beyond
// that is taken to do so in the next periods as well, and its events are turned off at once.
inline constexpr int k_patience = 48;
inline constexpr int k_busy_periods = 8;

// What the context that is on has seen of the code objects that share a CodePoints. Made once a context has seen any.
struct ContextPoints {
  // A way out of a line, by what tells it from the line's others.
  struct Way {
    std::uint32_t period = 0;  // in which it was gone last
    std::uint32_t shard = 0;   // in which it has a record for contexts; `number` is its number there
    std::uint32_t number = 0;
    bool in_base = false;        // it has one for what runs outside contexts
    bool leads_nowhere = false;  // that is known
  };

  std::uint32_t period = 0;  // that the members below are about
  int n_events = 0;          // but for those of code that is taken to be busy
  int busy_for = 0;  // periods, this one included, that the code is taken to have more than k_patience events in
  PyObject* armed_later = nullptr;  // the code object that was listed last to be armed again; borrowed from that list
  std::vector<std::uint8_t> seen;   // PointBits, by line
  std::uint32_t shard = 0;          // in which the code's record is `number`
  std::uint32_t number = 0;
  std::unordered_map<std::uint64_t, Way> ways;
  std::unordered_map<std::uint64_t, bool> facts;  // that an engine has worked out about the code
};

// Where control went, where that is one line.
struct OneLine {
  int line = 0;
  std::span<const int> all() const { return {&line, 1}; }
};

// Used under the interpreter's lock. No member throws or leaves an exception set: what goes wrong marks the shard. What
// runs outside any context goes into the points of the code objects, what runs in one into the shard's context log; a
// period is the time between two switches.
class Contexts {
 public:
  explicit Contexts(Recorder& recorder) : m_recorder(recorder), m_log(recorder.writer()) {}

  // Switches, for all threads, to a context, or to none where the name is empty. Whether that changed anything.
  bool switch_to(std::string_view name) noexcept;

  // That a frame of the code goes on in this period from the line. Nothing where the period has seen the code already.
  void goes_on(CodePoints& points, int line) noexcept {
    const bool is_seen = points.context != nullptr && points.context->period == m_period;
    if (!is_seen && begin(points) != nullptr) points.last_line = line;
  }

  // What the period has seen of the code so far; nullptr where there is no memory.
  ContextPoints* seen(CodePoints& points) noexcept {
    ContextPoints* seen = points.context.get();
    return seen != nullptr && seen->period == m_period ? seen : begin(points);
  }

  // That the line ran, in measured code; whether for the first time in the period.
  bool ran(CodePoints& points, ContextPoints& seen, int line) noexcept {
    std::uint8_t* bits = point(points, seen, line);
    if (bits == nullptr || (*bits & shard::k_line_ran) != 0) return false;
    note(points, seen, line, shard::k_line_ran, 0);
    return true;
  }

  // Whether it did in this period.
  static bool has_run(const CodePoints& points, ContextPoints& seen, int line) noexcept {
    const std::uint8_t* bits = point(points, seen, line);
    return bits != nullptr && (*bits & shard::k_line_ran) != 0;
  }

  // As ran(), with branches: right before it ran `before` (0: unknown) in the same frame.
  void stepped(CodePoints& points, ContextPoints& seen, int line, int before) noexcept;

  // That the code object was left at the line.
  void returned(CodePoints& points, ContextPoints& seen, int line) noexcept {
    std::uint8_t* bits = point(points, seen, line);
    if (bits != nullptr && (*bits & shard::k_line_returned) == 0) note(points, seen, line, shard::k_line_returned, 0);
  }

  // That control went from line `from` to the first of the lines `follow().all()` that is another statement; `key`
  // tells that way from others out of that line. Asks where only if the shard does not have it yet.
  template <class Follow>
  void went(CodePoints& points, ContextPoints& seen, int from, int key, Follow follow) noexcept {
    if (from < 1) return;
    try {
      auto& way = seen.ways[key_of(from, key)];
      if (way.period == m_period) return;
      way.period = m_period;
      if (way.leads_nowhere || !enter_shard(points, seen)) return;
      if (is_recorded(way) || record(points, way, from, follow().all())) log(way);
    } catch (...) {
      out_of_memory();
    }
  }

  // Whether `fact()` holds, which is asked once for each pair.
  template <class Fact>
  bool holds(ContextPoints& seen, int a, int b, Fact fact) noexcept {
    try {
      const auto known = seen.facts.find(key_of(a, b));
      if (known != seen.facts.end()) return known->second;
      return seen.facts.emplace(key_of(a, b), fact()).first->second;
    } catch (...) {
      out_of_memory();
      return false;
    }
  }

  // Whether the pair, of which `a` is below 0, is new in the period.
  bool first_time(ContextPoints& seen, int a, int b) noexcept;
  // Whether first_time() was asked about the pair in this period.
  bool was_there(const ContextPoints& seen, int a, int b) const noexcept {
    const auto known = seen.ways.find(key_of(a, b));
    return known != seen.ways.end() && known->second.period == m_period;
  }

 private:
  static std::uint64_t key_of(int a, int b) {
    return static_cast<std::uint64_t>(static_cast<std::uint32_t>(a)) << 32 | static_cast<std::uint32_t>(b);
  }
  static std::uint8_t* point(const CodePoints& points, ContextPoints& seen, int line) {
    const int at = line - points.first_line;
    return static_cast<unsigned>(at) < static_cast<unsigned>(points.n_lines) ? &seen.seen[static_cast<std::size_t>(at)]
                                                                             : nullptr;
  }

  ContextPoints* begin(CodePoints& points) noexcept;
  void note(CodePoints& points, ContextPoints& seen, int line, unsigned bits, int above) noexcept;
  bool is_recorded(const ContextPoints::Way& way) const { return m_name.empty() ? way.in_base : way.shard == m_shard; }
  bool record(CodePoints& points, ContextPoints::Way& way, int from, std::span<const int> lines);
  void log(const ContextPoints::Way& way) {
    if (!m_name.empty()) static_cast<void>(m_log.went(static_cast<std::uint32_t>(m_number), way.number));
  }
  bool enter_shard(CodePoints& points, ContextPoints& seen);
  bool follow_shard();
  void out_of_memory() noexcept { m_recorder.writer().mark_incomplete("out of memory"); }

  Recorder& m_recorder;
  shard::ContextLog m_log;
  std::uint32_t m_period = 1;
  std::string m_name;          // of the context that is on; empty for none
  std::uint32_t m_shard = 0;   // that the members below are about
  std::int64_t m_number = -1;  // of the context that is on; -1: the shard does not have it yet
  std::map<std::string, std::uint32_t, std::less<>> m_numbers;
};

}  // namespace covey::collector
