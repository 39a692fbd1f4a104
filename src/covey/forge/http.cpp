#include <curl/curl.h>
#include <dlfcn.h>
#include <algorithm>
#include <covey/base/printable.hpp>
#include <covey/forge/http.hpp>
#include <covey/forge/url.hpp>
#include <utility>

namespace covey::forge {

namespace {

constexpr std::size_t k_header_limit = std::size_t{256} << 10;  // bytes of an answer's headers
// CURLOPT_PROTOCOLS, which is deprecated but all that libcurl before 7.85 has; 1 is http, 2 is https.
constexpr auto k_old_protocols = static_cast<CURLoption>(CURLOPTTYPE_LONG + 181);
constexpr long k_http_and_https = 3;

// libcurl's functions, found at run time.
struct Curl {
  decltype(&curl_global_init) global_init = nullptr;
  decltype(&curl_easy_init) init = nullptr;
  decltype(&curl_easy_setopt) set = nullptr;
  decltype(&curl_easy_perform) perform = nullptr;
  decltype(&curl_easy_getinfo) get = nullptr;
  decltype(&curl_easy_reset) reset = nullptr;
  decltype(&curl_easy_cleanup) cleanup = nullptr;
  decltype(&curl_easy_strerror) describe = nullptr;
  decltype(&curl_slist_append) append = nullptr;
  decltype(&curl_slist_free_all) free_list = nullptr;
};

template <class Function>
bool find(void* library, const char* name, Function& function) {
  function = reinterpret_cast<Function>(::dlsym(library, name));
  return function != nullptr;
}

bool find_all(void* library, Curl& curl) {
  return find(library, "curl_global_init", curl.global_init) && find(library, "curl_easy_init", curl.init) &&
         find(library, "curl_easy_setopt", curl.set) && find(library, "curl_easy_perform", curl.perform) &&
         find(library, "curl_easy_getinfo", curl.get) && find(library, "curl_easy_reset", curl.reset) &&
         find(library, "curl_easy_cleanup", curl.cleanup) && find(library, "curl_easy_strerror", curl.describe) &&
         find(library, "curl_slist_append", curl.append) && find(library, "curl_slist_free_all", curl.free_list);
}

// The library is never unloaded: what it loaded itself (OpenSSL) runs code at the process's end.
base::Result<Curl> load_curl() {
  // The second is what Debian's git uses: the same functions over GnuTLS.
  for (const char* name : {"libcurl.so.4", "libcurl-gnutls.so.4"}) {
    void* library = ::dlopen(name, RTLD_LAZY | RTLD_LOCAL);
    Curl curl;
    if (library != nullptr && find_all(library, curl) && curl.global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK) return curl;
  }
  return base::fail(
      base::ErrorKind::not_found, "libcurl.so.4",
      "not found: the forge cannot be reached without it (on Debian and Ubuntu: apt-get install libcurl4)");
}

// What an answer's callbacks fill.
struct Answer {
  Response response;
  std::size_t limit = 0;
  std::size_t header_bytes = 0;
  bool too_large = false;
};

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view k_blank = " \t\r\n";
  const auto first = text.find_first_not_of(k_blank);
  return first == text.npos ? "" : text.substr(first, text.find_last_not_of(k_blank) - first + 1);
}

std::size_t take_body(char* data, std::size_t, std::size_t size, void* to) {
  auto& answer = *static_cast<Answer*>(to);
  if (size > answer.limit - answer.response.body.size()) {
    answer.too_large = true;
    return 0;
  }
  answer.response.body.append(data, size);
  return size;
}

std::size_t take_header(char* data, std::size_t, std::size_t size, void* to) {
  auto& answer = *static_cast<Answer*>(to);
  answer.header_bytes += size;
  if (answer.header_bytes > k_header_limit) {
    answer.too_large = true;
    return 0;
  }
  const std::string_view line(data, size);
  if (line.starts_with("HTTP/")) answer.response.headers.clear();  // of what came before: 100 Continue
  const auto colon = line.find(':');
  if (colon == line.npos || line.starts_with("HTTP/")) return size;
  std::string name(line.substr(0, colon));
  for (char& c : name)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  answer.response.headers.push_back({std::move(name), std::string(trimmed(line.substr(colon + 1)))});
  return size;
}

// A header's value must not become another header.
bool is_one_line(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) >= ' ' && c != '\x7f'; });
}

std::string seconds(std::chrono::milliseconds time) {
  return time.count() % 1000 == 0 ? std::to_string(time.count() / 1000) + " s" : std::to_string(time.count()) + " ms";
}

base::ErrorKind kind_of(CURLcode code) {
  switch (code) {
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_UNSUPPORTED_PROTOCOL:
      return base::ErrorKind::format;
    case CURLE_URL_MALFORMAT:
    case CURLE_OUT_OF_MEMORY:
    case CURLE_BAD_FUNCTION_ARGUMENT:
      return base::ErrorKind::usage;
    default:
      return base::ErrorKind::io;
  }
}

class CurlTransport : public Transport {
 public:
  CurlTransport(const Curl& curl, CURL* handle) : m_curl(curl), m_handle(handle) {}
  CurlTransport(const CurlTransport&) = delete;
  CurlTransport& operator=(const CurlTransport&) = delete;
  ~CurlTransport() override { m_curl.cleanup(m_handle); }

  base::Result<Response> send(const Request& request, std::chrono::milliseconds timeout) override;

 private:
  bool set_limits(long milliseconds);
  bool set_request(const Request& request, const Url& url, curl_slist* headers);
  bool set_answer(Answer& answer, char* message);
  curl_slist* header_list(const Request& request);
  base::Result<Response> perform(const Request& request, const Url& url, long milliseconds);

  // libcurl takes an option's value as a variadic argument, of exactly the type it has in its documentation.
  template <class Value>
  bool set(CURLoption option, Value value) {
    return m_curl.set(m_handle, option, value) == CURLE_OK;
  }

  Curl m_curl;
  CURL* m_handle;
};

// With NOSIGNAL libcurl would leave SIGPIPE as it is, of which a server that hangs up in the middle of TLS ends the
// program.
bool CurlTransport::set_limits(long milliseconds) {
  const bool limited = set(CURLOPT_PROTOCOLS_STR, "http,https") || set(k_old_protocols, k_http_and_https);
  return limited && set(CURLOPT_FOLLOWLOCATION, 0L) && set(CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED)) &&
         set(CURLOPT_NOSIGNAL, 0L) && set(CURLOPT_TIMEOUT_MS, milliseconds) &&
         set(CURLOPT_CONNECTTIMEOUT_MS, milliseconds) && set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
}

bool CurlTransport::set_request(const Request& request, const Url& url, curl_slist* headers) {
  const bool has_body = !request.body.empty() && request.method != "GET";
  return set(CURLOPT_URL, url.text().c_str()) && set(CURLOPT_USERAGENT, "covey") &&
         (!has_body || (set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size())) &&
                        set(CURLOPT_POSTFIELDS, request.body.data()))) &&
         set(CURLOPT_CUSTOMREQUEST, request.method.c_str()) && set(CURLOPT_HTTPHEADER, headers);
}

bool CurlTransport::set_answer(Answer& answer, char* message) {
  return set(CURLOPT_WRITEFUNCTION, &take_body) && set(CURLOPT_WRITEDATA, static_cast<void*>(&answer)) &&
         set(CURLOPT_HEADERFUNCTION, &take_header) && set(CURLOPT_HEADERDATA, static_cast<void*>(&answer)) &&
         set(CURLOPT_ERRORBUFFER, message);
}

curl_slist* CurlTransport::header_list(const Request& request) {
  // Without "Expect" a body is sent at once, and not a second later where the server does not know of it.
  curl_slist* list = m_curl.append(nullptr, "Expect:");
  for (const auto& header : request.headers) list = m_curl.append(list, (header.name + ": " + header.value).c_str());
  if (!request.authorization.empty()) list = m_curl.append(list, ("Authorization: " + request.authorization).c_str());
  return list;
}

base::Result<Response> CurlTransport::perform(const Request& request, const Url& url, long milliseconds) {
  m_curl.reset(m_handle);
  char message[CURL_ERROR_SIZE] = "";
  Answer answer{{}, request.answer_limit};
  const std::unique_ptr<curl_slist, decltype(m_curl.free_list)> headers(header_list(request), m_curl.free_list);
  if (headers == nullptr || !set_limits(milliseconds) || !set_request(request, url, headers.get()) ||
      !set_answer(answer, message))
    return base::fail(base::ErrorKind::usage, "libcurl", "does not take a request's options");

  const auto code = m_curl.perform(m_handle);
  if (answer.too_large)
    return base::fail(base::ErrorKind::too_large, "",
                      "the answer is larger than " + std::to_string(request.answer_limit) + " bytes");
  if (code == CURLE_OPERATION_TIMEDOUT)
    return base::fail(base::ErrorKind::io, "", "no answer within " + seconds(std::chrono::milliseconds(milliseconds)));
  if (code != CURLE_OK)
    return base::fail(kind_of(code), "", base::printable(message[0] != '\0' ? message : m_curl.describe(code)));
  long status = 0;
  m_curl.get(m_handle, CURLINFO_RESPONSE_CODE, &status);
  answer.response.status = static_cast<int>(status);
  return std::move(answer.response);
}

base::Result<Response> CurlTransport::send(const Request& request, std::chrono::milliseconds timeout) {
  const auto url = parse_url(request.url);
  if (!url) return base::fail(base::ErrorKind::usage, "", "not an address of http or https");
  for (const auto& header : request.headers)
    if (!is_one_line(header.name) || !is_one_line(header.value))
      return base::fail(base::ErrorKind::usage, "", "a header holds a control character");
  if (!is_one_line(request.authorization))
    return base::fail(base::ErrorKind::usage, "", "the token holds a control character, perhaps the end of a line");
  // 0 would be as long as it takes.
  return perform(request, *url, static_cast<long>(std::max<std::chrono::milliseconds::rep>(timeout.count(), 1)));
}

}  // namespace

std::string_view Response::header(std::string_view name) const {
  const auto found =
      std::find_if(headers.begin(), headers.end(), [&](const Header& header) { return header.name == name; });
  return found == headers.end() ? std::string_view() : std::string_view(found->value);
}

base::Result<std::unique_ptr<Transport>> open_transport() {
  const auto curl = load_curl();
  if (!curl) return tl::unexpected(curl.error());
  CURL* handle = curl->init();
  if (handle == nullptr) return base::fail(base::ErrorKind::io, "libcurl", "cannot be started");
  return std::make_unique<CurlTransport>(*curl, handle);
}

}  // namespace covey::forge
