// Line numbers from files that nobody vouches for: a set of lines takes a bit for each line up to its last, so a few
// bytes of input could ask for gigabytes.
#pragma once

#include <covey/base/result.hpp>
#include <covey/model/line_set.hpp>
#include <cstdint>
#include <string>
#include <vector>

namespace covey::formats {

// The largest line number that is taken for one.
inline constexpr std::int64_t k_last_line = (1 << 24) - 1;

// How much memory the sets made from one input may take together: in proportion to its size, with a floor that no real
// file reaches.
class LineBudget {
 public:
  LineBudget(std::string path, std::size_t input_size) : m_path(std::move(path)), m_left(k_floor + 64 * input_size) {}

  // `lines` in any order, repeats allowed, as a set. Fails, naming the input, where a line is above k_last_line or the
  // budget is used up. Lines below 1 are ignored.
  base::Result<model::LineSet> set_of(const std::vector<std::int64_t>& lines) {
    std::int64_t last = 0;
    for (auto line : lines) last = std::max(last, line);
    if (auto taken = take(last); !taken) return tl::unexpected(taken.error());
    model::LineSet set;
    if (last > 0) set.insert(static_cast<int>(last));  // grows once
    for (auto line : lines)
      if (line > 0) set.insert(static_cast<int>(line));
    return set;
  }

  // Accounts for a set that reaches to `last`.
  base::Result<void> take(std::int64_t last) {
    if (last > k_last_line) return fail("line " + std::to_string(last) + " is beyond any source");
    const auto size = static_cast<std::size_t>(last < 0 ? 0 : last) / 8;
    if (size > m_left) return fail("its line numbers would take more memory than such a file can need");
    m_left -= size;
    return {};
  }

 private:
  static constexpr std::size_t k_floor = std::size_t{64} << 20;
  tl::unexpected<base::Error> fail(std::string what) const {
    return base::fail(base::ErrorKind::format, m_path, std::move(what));
  }

  std::string m_path;
  std::size_t m_left;
};

}  // namespace covey::formats
