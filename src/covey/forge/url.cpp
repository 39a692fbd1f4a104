#include <algorithm>
#include <charconv>
#include <covey/forge/url.hpp>

namespace covey::forge {

namespace {

constexpr std::size_t k_longest = 8192;  // bytes of an address: what servers take at most

bool is_alnum(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }
bool is_hex(char c) { return (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || (c >= '0' && c <= '9'); }

std::string lower(std::string_view text) {
  std::string lowered(text);
  for (char& c : lowered)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return lowered;
}

int default_port(std::string_view scheme) { return scheme == "https" ? 443 : 80; }

bool is_host(std::string_view host) {
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
    return std::all_of(host.begin(), host.end(), [](char c) { return is_hex(c) || c == ':' || c == '.'; });
  }
  return !host.empty() && is_alnum(host.front()) &&
         std::all_of(host.begin(), host.end(), [](char c) { return is_alnum(c) || c == '-' || c == '.' || c == '_'; });
}

std::optional<int> parse_port(std::string_view text) {
  int port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || end != text.data() + text.size() || port < 1 || port > 65535) return std::nullopt;
  return port;
}

// Backslashes, quotes and angle brackets have no place in an address, and some readers take "\" for "/".
bool is_target(std::string_view target) {
  return std::all_of(target.begin(), target.end(), [](char c) {
    return c > ' ' && c < '\x7f' && c != '\\' && c != '"' && c != '<' && c != '>' && c != '`' && c != '{' && c != '}';
  });
}

}  // namespace

std::string Url::text() const {
  return scheme + "://" + host + (port == default_port(scheme) ? "" : ":" + std::to_string(port)) + target;
}

std::string Url::shown() const {
  auto whole = text();
  return whole.substr(0, whole.find('?'));
}

std::optional<Url> parse_url(std::string_view text) {
  if (text.size() > k_longest) return std::nullopt;
  const auto colon = text.find("://");
  if (colon == text.npos) return std::nullopt;
  Url url;
  url.scheme = lower(text.substr(0, colon));
  if (url.scheme != "http" && url.scheme != "https") return std::nullopt;
  text.remove_prefix(colon + 3);
  text = text.substr(0, text.find('#'));

  auto authority = text.substr(0, text.find_first_of("/?"));
  url.target = text.substr(authority.size());
  if (!url.target.starts_with('/')) url.target.insert(0, "/");
  if (!is_target(url.target)) return std::nullopt;

  url.port = default_port(url.scheme);
  const auto port_colon = authority.rfind(':');
  if (port_colon != authority.npos && !authority.ends_with(']')) {
    const auto port = parse_port(authority.substr(port_colon + 1));
    if (!port) return std::nullopt;
    url.port = *port;
    authority = authority.substr(0, port_colon);
  }
  if (!is_host(authority)) return std::nullopt;
  url.host = lower(authority);
  return url;
}

std::optional<Url> redirect_target(const Url& from, std::string_view location) {
  if (location.starts_with("//")) return parse_url(from.scheme + ":" + std::string(location));
  if (!location.starts_with('/')) return parse_url(location);
  Url root = from;
  root.target = "";
  return parse_url(root.text() + std::string(location));
}

bool is_same_server(const Url& from, const Url& to) {
  if (from.host != to.host) return false;
  if (from.scheme == to.scheme) return from.port == to.port;
  return to.scheme == "https" && to.port == 443 && from.port == 80;
}

std::string encoded(std::string_view text) {
  constexpr std::string_view k_digits = "0123456789ABCDEF";
  std::string result;
  for (const char c : text) {
    if (is_alnum(c) || c == '-' || c == '.' || c == '_' || c == '~') {
      result += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      result += {'%', k_digits[byte >> 4], k_digits[byte & 15]};
    }
  }
  return result;
}

}  // namespace covey::forge
