// Addresses of http and https, read strictly: what decides whether a token may go there must not be read in two ways.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace covey::forge {

struct Url {
  std::string scheme;  // "http" or "https"
  std::string host;    // lower case; an IPv6 address keeps its brackets
  int port = 0;        // the scheme's own where the address names none
  std::string target;  // path and query, which begins with a slash

  // The address as text, without the scheme's own port.
  std::string text() const;
  // Scheme, host, port and path, without the query: what a message may show.
  std::string shown() const;
};

// The address; nothing where it is none of http or https, names a user, or holds anything but printable ASCII. What
// follows a "#" is dropped.
std::optional<Url> parse_url(std::string_view text);

// Where a redirect's "Location" leads from `from`: a whole address, one that begins with "//" or with "/". Nothing for
// any other.
std::optional<Url> redirect_target(const Url& from, std::string_view location);

// Whether what may be told to `from`'s server may be told to `to`'s: the same host and port, and not from https to
// http. Moving from http to https, each at its own port, is the same server too.
bool is_same_server(const Url& from, const Url& to);

// `text` as one part of a path: all but letters, digits and "-._~" as %XX.
std::string encoded(std::string_view text);

}  // namespace covey::forge
