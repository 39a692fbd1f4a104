// One request over http or https, and its answer. libcurl does it; it is loaded when the first transport is opened, for
// linked in the ordinary way it would cost each start of `covey` milliseconds.
#pragma once

#include <chrono>
#include <covey/base/result.hpp>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace covey::forge {

// What a forge answers fits in this many bytes, or is not read.
inline constexpr std::size_t k_answer_limit = std::size_t{64} << 20;

struct Header {
  std::string name;
  std::string value;
};

struct Request {
  std::string method = "GET";
  std::string url;
  std::vector<Header> headers;                // but for Authorization
  std::string body = {};                      // sent with any method but GET where it is not empty
  std::string authorization = {};             // that header's value, as "token SECRET"; no message shows the secret
  std::size_t answer_limit = k_answer_limit;  // bytes of the answer's body
};

struct Response {
  int status = 0;               // 100 to 999
  std::vector<Header> headers;  // names in lower case; of the last answer where there were several
  std::string body;

  // The value of the first header of that name (lower case); empty where there is none.
  std::string_view header(std::string_view name) const;
};

class Transport {
 public:
  Transport() = default;
  Transport(const Transport&) = delete;
  Transport& operator=(const Transport&) = delete;
  virtual ~Transport() = default;

  // Sends the request and returns the answer, whatever its status; follows no redirect and tries nothing twice. Both
  // connecting and the whole of it take no longer than `timeout`. Fails with ErrorKind::io where there is no answer or
  // none in time, which another try may mend; with ErrorKind::format where the server's certificate is not good or what
  // it says is not HTTP; with ErrorKind::too_large where the answer is over the limit; with ErrorKind::usage where the
  // request cannot be sent as it is.
  virtual base::Result<Response> send(const Request& request, std::chrono::milliseconds timeout) = 0;
};

// A transport over libcurl, which keeps connections open from one request to the next. Uses the proxies that libcurl
// takes from the environment (https_proxy, no_proxy and the like), and no .netrc, cookies or other files but the
// system's certificates. Not to be used by two threads at once, nor beside other threads: SIGPIPE is ignored while it
// sends. Fails with ErrorKind::not_found where libcurl is not
// installed.
base::Result<std::unique_ptr<Transport>> open_transport();

}  // namespace covey::forge
