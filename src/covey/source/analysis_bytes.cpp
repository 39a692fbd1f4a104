// ANALYSIS    n_lines LINES LINES (statements, excluded) RANGES REGIONS has_branches (0 or 1) [LINES BRANCHES]
// LINES       size, bits as model::LineSet has them
// RANGES      n, then for each: first - the last one's last, last - first
// REGIONS     n, then for each: kind, TEXT, start, RANGES of its lines
// BRANCHES    ARCS (possible) n, ARC ARC (with jumps: from, to) n, (ARC cause action name)… n, TEXT… (names)
// ARCS        n, ARC…
// ARC         from - that of the arc before in the list, to - from
// TEXT        size, bytes
//
// All numbers are varints, seven bits a byte and the low ones first; signed ones have their sign in the lowest bit.
#include <algorithm>
#include <climits>
#include <covey/base/cursor.hpp>
#include <covey/source/source_analysis.hpp>
#include <cstdint>

namespace covey::source {
namespace {

using model::Arc;
using model::LineSet;

class Writer {
 public:
  void number(std::uint64_t value) {
    for (; value >= 128; value >>= 7) m_bytes += static_cast<char>(value | 128);
    m_bytes += static_cast<char>(value);
  }
  void difference(std::int64_t value) {
    number(static_cast<std::uint64_t>(value) << 1 ^ static_cast<std::uint64_t>(value >> 63));
  }
  void text(std::string_view bytes) {
    number(bytes.size());
    m_bytes += bytes;
  }
  void range(int first, int last) {
    difference(std::int64_t{first} - m_last);
    number(static_cast<std::uint64_t>(last - first));
    m_last = last;
  }
  void arc(Arc arc) {
    difference(std::int64_t{arc.from} - m_last);
    difference(std::int64_t{arc.to} - arc.from);
    m_last = arc.from;
  }
  void begin_list(std::size_t size) {
    number(size);
    m_last = 0;
  }
  void ranges(const LineSet& lines);

  std::string take() { return std::move(m_bytes); }

 private:
  std::string m_bytes;
  int m_last = 0;  // what the next range or arc of a list is told from
};

void Writer::ranges(const LineSet& lines) {
  std::vector<MultilineMap::Range> found;
  lines.for_each([&](int line) {
    if (!found.empty() && found.back().last + 1 == line)
      found.back().last = line;
    else
      found.push_back({line, line});
  });
  begin_list(found.size());
  for (const auto& each : found) range(each.first, each.last);
}

void write_branches(const Branches::Facts& facts, Writer& out) {
  out.begin_list(static_cast<std::size_t>(facts.possible.size()));
  for (const auto& arc : facts.possible) out.arc(arc);
  out.begin_list(facts.with_jumps.size());
  for (const auto& jump : facts.with_jumps) {
    out.arc(jump.from);
    out.arc(jump.to);
  }
  out.begin_list(facts.described.size());
  for (const auto& described : facts.described) {
    out.arc(described.arc);
    out.number(static_cast<std::uint64_t>(described.cause));
    out.number(static_cast<std::uint64_t>(described.action));
    out.number(described.name);
  }
  out.begin_list(facts.names.size());
  for (const auto& name : facts.names) out.text(name);
}

// Reads what Writer writes. The first thing that is wrong is remembered, and all numbers are zero from then on.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : m_cursor(bytes) {}

  bool is_whole() const { return !m_failed && !m_cursor.failed() && m_cursor.at_end(); }
  bool failed() const { return m_failed || m_cursor.failed(); }
  void fail() { m_failed = true; }

  std::uint64_t number() {
    std::uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      const auto byte = m_cursor.read<std::uint8_t>();
      value |= std::uint64_t{byte & 127U} << shift;
      if (byte < 128) return value;
    }
    m_failed = true;
    return 0;
  }
  std::int64_t difference() {
    const auto value = number();
    return static_cast<std::int64_t>(value >> 1) ^ -static_cast<std::int64_t>(value & 1);
  }
  // A number that an int holds, of either sign: of lines there are no others.
  int checked(std::int64_t value) {
    const bool fits = !failed() && value > INT_MIN && value < INT_MAX;
    if (!fits) m_failed = true;
    return fits ? static_cast<int>(value) : 0;
  }
  int small() {
    const auto value = number();
    return checked(value < INT_MAX ? static_cast<std::int64_t>(value) : INT_MAX);
  }
  // One of an enumeration whose last value is `last`.
  template <class Enum>
  Enum choice(Enum last) {
    const auto value = number();
    if (value > static_cast<std::uint64_t>(last)) m_failed = true;
    return m_failed ? Enum() : static_cast<Enum>(value);
  }
  std::string_view text() { return m_cursor.string(number()); }
  // How many there are in a list: no more than there are bytes left, for each takes one at least.
  std::size_t begin_list() {
    m_last = 0;
    const auto size = number();
    if (size > m_cursor.remaining()) m_failed = true;
    return failed() ? 0 : static_cast<std::size_t>(size);
  }
  MultilineMap::Range range() {
    const int first = checked(std::int64_t{m_last} + bounded(difference()));
    const int last = checked(std::int64_t{first} + small());
    if (first <= m_last || last < first || last > k_most_lines) m_failed = true;
    m_last = last;
    return {first, last};
  }
  Arc arc() {
    const int from = checked(std::int64_t{m_last} + bounded(difference()));
    m_last = from;
    return {from, checked(std::int64_t{from} + bounded(difference()))};
  }
  LineSet lines() { return LineSet::of_bits(text()); }

 private:
  // A line set of a few bytes must not cost as many bits as its last line says.
  static constexpr int k_most_lines = 1 << 27;

  std::int64_t bounded(std::int64_t value) {
    if (value < -(std::int64_t{1} << 33) || value > (std::int64_t{1} << 33)) m_failed = true;
    return m_failed ? 0 : value;
  }

  base::Cursor m_cursor;
  bool m_failed = false;
  int m_last = 0;
};

Branches::Facts read_branches(Reader& in) {
  Branches::Facts facts;
  std::vector<Arc> arcs(in.begin_list());
  for (auto& arc : arcs) arc = in.arc();
  facts.possible = model::ArcSet(std::move(arcs));
  facts.with_jumps.resize(in.begin_list());
  for (auto& jump : facts.with_jumps) {
    jump.from = in.arc();
    jump.to = in.arc();
  }
  std::uint64_t n_names = 0;  // that arcs refer to
  facts.described.resize(in.begin_list());
  for (auto& described : facts.described) {
    described.arc = in.arc();
    described.cause = in.choice(Cause::return_);
    described.action = in.choice(ArcAction::raise_from);
    described.name = static_cast<std::uint32_t>(in.small());
    const bool is_named = described.action != ArcAction::next_line && described.action != ArcAction::exit_module;
    if (is_named) n_names = std::max<std::uint64_t>(n_names, std::uint64_t{described.name} + 1);
  }
  facts.names.resize(in.begin_list());
  for (auto& name : facts.names) name = in.text();
  if (facts.names.size() < n_names) in.fail();
  return facts;
}

}  // namespace

std::string serialize(const SourceAnalysis& analysis) {
  Writer out;
  out.number(static_cast<std::uint64_t>(analysis.n_lines));
  out.text(analysis.statements.bits());
  out.text(analysis.excluded.bits());
  out.begin_list(analysis.multiline.ranges().size());
  for (const auto& range : analysis.multiline.ranges()) out.range(range.first, range.last);
  out.number(analysis.regions.size());
  for (const auto& region : analysis.regions) {
    out.number(static_cast<std::uint64_t>(region.kind));
    out.text(region.name);
    out.number(static_cast<std::uint64_t>(region.start));
    out.ranges(region.lines);
  }
  out.number(analysis.branches ? 1 : 0);
  if (analysis.branches) {
    out.text(analysis.no_branch.bits());
    write_branches(analysis.branches->facts(), out);
  }
  return out.take();
}

std::optional<SourceAnalysis> parse_source_analysis(std::string_view bytes) {
  Reader in(bytes);
  SourceAnalysis analysis;
  analysis.n_lines = in.small();
  analysis.statements = in.lines();
  analysis.excluded = in.lines();
  std::vector<MultilineMap::Range> multiline(in.begin_list());
  for (auto& range : multiline) range = in.range();
  analysis.multiline = MultilineMap(std::move(multiline));
  analysis.regions.resize(in.begin_list());
  for (auto& region : analysis.regions) {
    region.kind = in.choice(model::Region::Kind::class_);
    region.name = in.text();
    region.start = in.small();
    for (auto left = in.begin_list(); left > 0 && !in.failed(); --left) {
      const auto range = in.range();
      if (!in.failed()) region.lines.insert_range(range.first, range.last);
    }
    if (in.failed()) return std::nullopt;
  }
  if (in.number() == 1) {
    analysis.no_branch = in.lines();
    auto facts = read_branches(in);
    facts.multiline = analysis.multiline;
    analysis.branches.emplace(std::move(facts));
  }
  if (!in.is_whole()) return std::nullopt;
  return analysis;
}

}  // namespace covey::source
