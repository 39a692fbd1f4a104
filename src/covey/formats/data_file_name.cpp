#include <algorithm>
#include <covey/formats/data_file_name.hpp>

namespace covey::formats {

namespace {

constexpr std::string_view k_letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
constexpr std::string_view k_base64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz012345678901";
constexpr int k_random_size = 6;
constexpr std::size_t k_hash_size = 10;

bool is_word(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Takes "<marker><words><end>" off the path's end, the words being `size` characters; what is between, or nothing.
std::optional<std::string_view> take_word(std::string_view& path, std::string_view marker, std::size_t size, char end) {
  const auto total = marker.size() + size + 1;
  if (path.size() < total) return std::nullopt;
  auto part = path.substr(path.size() - total);
  auto word = part.substr(marker.size(), size);
  if (!part.starts_with(marker) || part.back() != end || !std::all_of(word.begin(), word.end(), is_word))
    return std::nullopt;
  path.remove_suffix(total);
  return part.substr(marker.size());
}

bool ends_in_host_and_pid(std::string_view path) {
  auto pid = path.rfind(".pid");
  if (pid == std::string_view::npos) return false;
  auto digits = path.substr(pid + 4);
  if (digits.empty() || !std::all_of(digits.begin(), digits.end(), is_digit)) return false;
  auto dot = path.substr(0, pid).rfind('.');
  return dot != std::string_view::npos && dot + 1 < pid;
}

}  // namespace

std::string data_file_suffix(const DataFileOrigin& origin) {
  auto suffix = origin.host;
  std::replace(suffix.begin(), suffix.end(), '.', '_');
  suffix += ".pid" + std::to_string(origin.pid) + ".X";
  auto random = origin.random;
  for (int i = 0; i < k_random_size; ++i, random /= k_letters.size()) suffix += k_letters[random % k_letters.size()];
  return suffix += 'x';
}

std::string data_file_suffix(const DataFileOrigin& origin, const base::Digest128& data) {
  auto suffix = data_file_suffix(origin) + ".H";
  for (std::size_t i = 0; i < k_hash_size; ++i) {
    const auto bit = 6 * i;
    const unsigned two = static_cast<unsigned>(data.bytes[bit / 8]) << 8 | data.bytes[bit / 8 + 1];
    suffix += k_base64[two >> (10 - bit % 8) & 63U];
  }
  return suffix += 'h';
}

std::optional<std::string> data_hash_in_name(std::string_view path) {
  auto hash = take_word(path, ".H", k_hash_size, 'h');
  if (!hash || !take_word(path, ".X", k_random_size, 'x') || !ends_in_host_and_pid(path)) return std::nullopt;
  return std::string(*hash);
}

}  // namespace covey::formats
