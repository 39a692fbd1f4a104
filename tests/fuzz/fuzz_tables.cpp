#include <covey/base/hash.hpp>
#include <covey/shard/tables.hpp>
#include <cstdint>
#include <cstring>
#include "require.hpp"

// Tables with a hash that is right, or the fuzzer would never come past it. What is read is written as it was.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace covey;
  constexpr std::size_t k_header = 48;  // the hash of what follows it is its end
  std::string bytes(reinterpret_cast<const char*>(data), size);
  if (size >= k_header) {
    const auto hash = base::hash64(std::string_view(bytes).substr(k_header));
    std::memcpy(bytes.data() + k_header - sizeof hash, &hash, sizeof hash);
  }
  auto tables = shard::parse_tables(bytes, "input");
  if (!tables) return 0;
  shard::for_each_statement_line(*tables, [](int line) { require(line > 0); });
  auto again = shard::parse_tables(shard::serialize_tables(*tables), "again");
  require(again && again->codes.size() == tables->codes.size() &&
          again->error.has_value() == tables->error.has_value());
  return 0;
}
