#include <covey/collector/contexts.hpp>

namespace covey::collector {

bool Contexts::switch_to(std::string_view name) noexcept {
  if (name == m_name) return false;
  try {
    m_name = name;
  } catch (...) {
    out_of_memory();
    return false;
  }
  m_number = -1;
  ++m_period;
  return true;
}

ContextPoints* Contexts::begin(CodePoints& points) noexcept {
  try {
    if (points.context == nullptr) points.context = std::make_unique<ContextPoints>();
    ContextPoints& seen = *points.context;
    seen.seen.assign(static_cast<std::size_t>(points.n_lines), 0);
    seen.period = m_period;
    points.last_line = 0;  // it ran in another period
    if (seen.busy_for > 0)
      --seen.busy_for;
    else if (seen.n_events > k_patience)
      seen.busy_for = k_busy_periods;
    seen.n_events = 0;
    seen.armed_later = nullptr;
    return &seen;
  } catch (...) {
    out_of_memory();
    return nullptr;
  }
}

void Contexts::stepped(CodePoints& points, ContextPoints& seen, int line, int before) noexcept {
  std::uint8_t* bits = point(points, seen, line);
  if (bits == nullptr) return;
  const int delta = before == 0 ? 0 : line - before;
  const bool close = delta > 0 && delta <= shard::k_after_bits;
  const unsigned wanted = shard::k_line_ran | (close ? unsigned{shard::k_line_after} << (delta - 1) : 0);
  if ((*bits & wanted) != wanted) note(points, seen, line, wanted, close ? delta : 0);
  if (delta == 0 || close) return;
  went(points, seen, before, line, [line] { return OneLine{line}; });
}

bool Contexts::record(CodePoints& points, ContextPoints::Way& way, int from, std::span<const int> lines) {
  way.leads_nowhere = lines.empty();
  if (way.leads_nowhere) return false;
  auto& writer = m_recorder.writer();
  const bool in_base = m_name.empty();
  const auto type = in_base ? shard::RecordType::trail : shard::RecordType::context_trail;
  way.number = in_base ? way.number : writer.count(type);
  if (!m_recorder.announce(*points.file) ||
      !writer.add_trail(points.file->id, static_cast<std::uint32_t>(from), lines, type))
    return false;
  if (in_base)
    way.in_base = true;
  else
    way.shard = m_shard;
  return true;
}

bool Contexts::first_time(ContextPoints& seen, int a, int b) noexcept {
  try {
    auto& way = seen.ways[key_of(a, b)];
    if (way.period == m_period) return false;
    way.period = m_period;
    return true;
  } catch (...) {
    out_of_memory();
    return false;
  }
}

void Contexts::note(CodePoints& points, ContextPoints& seen, int line, unsigned bits, int above) noexcept {
  *point(points, seen, line) |= static_cast<std::uint8_t>(bits);
  if (m_name.empty()) {
    points.add_bits(line, bits);
    return;
  }
  try {
    if (!enter_shard(points, seen)) return;
    const shard::ContextLog::Place place{static_cast<std::uint32_t>(m_number), seen.number, points.first_line};
    static_cast<void>(bits == shard::k_line_returned ? m_log.returned(place, line) : m_log.ran(place, line, above));
  } catch (...) {
    out_of_memory();
  }
}

// Whether the shard that is open now has the records to speak of the code and the context.
bool Contexts::enter_shard(CodePoints& points, ContextPoints& seen) {
  if (m_recorder.open_shard() != m_shard || m_number < 0)
    if (!follow_shard()) return false;
  if (seen.shard == m_shard) return true;
  if (!m_recorder.announce(*points.file)) return false;
  auto& writer = m_recorder.writer();
  if (points.shard == m_shard) {
    seen.number = points.number;
  } else {  // a forked child sees what its parent has a record of
    seen.number = writer.count(shard::RecordType::code);
    if (!writer.add_code(points.file->id, static_cast<std::uint32_t>(points.first_line),
                         static_cast<std::uint32_t>(points.n_lines), points.def_line))
      return false;
  }
  seen.shard = m_shard;
  return true;
}

// The context's number in the shard that is open now.
bool Contexts::follow_shard() {
  if (m_shard != m_recorder.open_shard()) {
    m_shard = m_recorder.open_shard();
    m_log = shard::ContextLog(m_recorder.writer());
    m_numbers.clear();
  }
  if (m_name.empty()) return true;
  auto known = m_numbers.find(m_name);
  if (known == m_numbers.end()) {
    auto& writer = m_recorder.writer();
    const auto number = writer.count(shard::RecordType::context);
    if (!writer.add_context(m_name)) return false;
    known = m_numbers.emplace(m_name, number).first;
  }
  m_number = known->second;
  return true;
}

}  // namespace covey::collector
