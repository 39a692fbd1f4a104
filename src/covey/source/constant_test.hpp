// Tests that are decided before a program runs: `while True:`, `if not 0:`.
#pragma once

#include <optional>
#include <string_view>

namespace covey::source {

// What the test of an if, elif or while always comes to, as far as coverage.py looks: literals, True, False, None and
// __debug__ (which is true), put together with `not`, `and` and `or`; nothing where any part of it is something else.
// `header` goes from the keyword to the colon, both included, and is one that `parse` accepted.
std::optional<bool> constant_test(std::string_view header);

}  // namespace covey::source
