#include <algorithm>
#include <covey/base/sha3.hpp>
#include <covey/base/utf8.hpp>
#include <covey/report/flat_name.hpp>

namespace covey::report {

namespace {

constexpr std::string_view k_separators = "/\\";
constexpr std::size_t k_digits = 16;  // of the directory's digest

// The length of what Python's ntpath takes for a drive: "c:", or "//host/share" up to the slash that follows.
std::size_t drive_size(std::string_view name) {
  auto is_separator = [&](std::size_t at) { return at < name.size() && k_separators.find(name[at]) != name.npos; };
  if (is_separator(0) && is_separator(1)) {
    const auto host_end = name.find_first_of(k_separators, 2);
    const auto share_end = host_end == name.npos ? name.npos : name.find_first_of(k_separators, host_end + 1);
    return std::min(share_end, name.size());
  }
  const auto first = name.empty() ? 0 : base::first_code_point(name).size;
  return first < name.size() && name[first] == ':' ? first + 1 : 0;
}

}  // namespace

std::string flat_name(std::string_view name) {
  const auto drive = drive_size(name);
  const auto separator = name.find_last_of(k_separators);
  const auto last = separator == name.npos || separator < drive ? drive : separator + 1;  // where the last part begins
  const auto directory_end = name.substr(drive, last - drive).find_last_not_of(k_separators);
  const auto directory = name.substr(0, directory_end == name.npos ? last : drive + directory_end + 1);

  std::string flat(name.substr(last));
  std::replace(flat.begin(), flat.end(), '.', '_');
  return directory.empty() ? flat : "z_" + base::sha3_256_hex(directory).substr(0, k_digits) + "_" + flat;
}

}  // namespace covey::report
