#include <algorithm>
#include <compare>
#include <covey/base/human_order.hpp>

namespace covey::base {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// The run of digits, or of anything else, that `text` begins with; taken off it.
std::string_view take_run(std::string_view& text, bool digits) {
  auto end = std::find_if(text.begin(), text.end(), [&](char c) { return is_digit(c) != digits; });
  auto run = text.substr(0, static_cast<std::size_t>(end - text.begin()));
  text.remove_prefix(run.size());
  return run;
}

std::strong_ordering compare_numbers(std::string_view a, std::string_view b) {
  a.remove_prefix(std::min(a.find_first_not_of('0'), a.size()));
  b.remove_prefix(std::min(b.find_first_not_of('0'), b.size()));
  return a.size() != b.size() ? a.size() <=> b.size() : a <=> b;
}

}  // namespace

bool human_less(std::string_view a, std::string_view b) {
  auto rest_a = a;
  auto rest_b = b;
  // Runs alternate, text (perhaps none) first, so like meets like.
  for (bool digits = false; !rest_a.empty() || !rest_b.empty(); digits = !digits) {
    if (digits && (rest_a.empty() || rest_b.empty())) return rest_a.empty();
    auto run_a = take_run(rest_a, digits);
    auto run_b = take_run(rest_b, digits);
    auto order = digits ? compare_numbers(run_a, run_b) : run_a <=> run_b;
    if (std::is_neq(order)) return std::is_lt(order);
  }
  return a < b;
}

}  // namespace covey::base
