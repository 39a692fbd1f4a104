#include <algorithm>
#include <covey/base/hash.hpp>
#include <covey/base/printable.hpp>
#include <covey/base/utf8.hpp>
#include <covey/forge/marker.hpp>

namespace covey::forge {

namespace {

constexpr std::size_t k_longest_project = 200;  // bytes as encoded; a longer one is cut
constexpr std::size_t k_longest_context = 255;  // code points: GitHub's limit
constexpr std::size_t k_digest_digits = 16;

// "-" only where it stands alone: two of them end a comment in XML, and with ">" in HTML. Whatever is not ASCII is
// encoded too, for what looks alike need not be alike.
std::string encoded_project(std::string_view project) {
  constexpr std::string_view k_digits = "0123456789ABCDEF";
  constexpr std::string_view k_plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._/-";
  std::string result;
  for (const char c : project) {
    const bool follows = c == '-' && (result.empty() || result.ends_with('-'));
    if (k_plain.find(c) != k_plain.npos && !follows) {
      result += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      result += {'%', k_digits[byte >> 4], k_digits[byte & 15]};
    }
  }
  if (result.size() <= k_longest_project) return result;
  return result.substr(0, k_longest_project) + "%" + base::sha256_hex(project).substr(0, k_digest_digits);
}

std::size_t utf16_size(const base::CodePoint& point) { return point.character > 0xFFFF ? 2 : 1; }

// How many bytes of `text` are within the limit: whole lines, or with none of them whole characters.
std::size_t bytes_within(std::string_view text, std::size_t limit) {
  std::size_t at = 0, length = 0, lines_end = 0;
  while (at < text.size()) {
    const auto point = base::first_code_point(text.substr(at));
    length += utf16_size(point);
    if (length > limit) break;
    at += point.size;
    if (point.character == U'\n') lines_end = at;
  }
  return at == text.size() || lines_end == 0 ? at : lines_end;
}

}  // namespace

std::string marker(std::string_view project) { return "<!-- covey:" + encoded_project(project) + " -->"; }

bool has_marker(std::string_view comment, std::string_view project) { return comment.starts_with(marker(project)); }

std::string with_marker(std::string_view text, std::string_view project) {
  return has_marker(text, project) ? std::string(text) : marker(project) + "\n" + std::string(text);
}

std::string status_context(std::string_view project) {
  return shortened("covey/" + std::string(project), k_longest_context);
}

std::string shortened(std::string_view text, std::size_t limit) {
  std::string line(text);
  std::replace_if(
      line.begin(), line.end(), [](char c) { return c == '\n' || c == '\r' || c == '\t'; }, ' ');
  line = base::printable(line);
  if (base::length_of(line) <= limit) return line;
  std::size_t end = 0;
  for (std::size_t kept = 0; kept + 1 < limit; ++kept)
    end += base::first_code_point(std::string_view(line).substr(end)).size;
  return line.substr(0, end) + (limit > 0 ? "…" : "");
}

std::size_t comment_length(std::string_view text) {
  std::size_t length = 0;
  while (!text.empty()) {
    const auto point = base::first_code_point(text);
    length += utf16_size(point);
    text.remove_prefix(point.size);
  }
  return length;
}

std::string cut_comment(std::string_view text, std::size_t limit, std::string_view end) {
  if (comment_length(text) <= limit) return std::string(text);
  const auto taken = comment_length(end);
  const auto kept = bytes_within(text, taken < limit ? limit - taken : 0);
  return std::string(text.substr(0, kept)) + std::string(end);
}

}  // namespace covey::forge
