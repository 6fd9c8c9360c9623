// Several HTTP requests at once over one pool of connections; an answer is whole, or it is a failure that says why.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace dagsim::history {

struct HttpOptions {
  double connect_seconds = 15;  ///< to resolve the host's name, connect and agree on TLS
  double stall_seconds = 30;    ///< longest time without a byte
  double total_seconds = 900;   ///< of one answer
  std::string user_agent = "dagsim";
};

/// A GET request.
struct HttpRequest {
  uint64_t id = 0;  ///< the caller's; the answer has it too
  std::string url;
  std::vector<std::string> headers;  ///< "Name: value"
  uint64_t most_bytes = uint64_t{64} << 20U;
};

struct HttpAnswer {
  uint64_t id = 0;
  int status = 0;
  std::map<std::string, std::string> headers;  ///< names in lower case; the last one of equal names
  std::string body;                            ///< decompressed
  std::string redirect;                        ///< where a 3xx points, as a whole URL
  std::string failure;                         ///< why there is no whole answer, "" if there is one
  bool is_hopeless = false;  ///< a failure that asking again won't change, such as a refused certificate

  /// The value of a header, "" if there is none. \param name in lower case
  const std::string& header(const std::string& name) const;
};

/// Requests that run side by side in the calling thread. Redirects are reported, not followed: the caller decides what
/// another host may see. Certificates are verified; proxies are taken from the environment as curl takes them.
class HttpClient {
 public:
  explicit HttpClient(HttpOptions options);
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  void start(HttpRequest request);
  /// How many requests are under way.
  size_t running() const;
  /// Works for at most `seconds`, less when an answer comes earlier. Returns what has come, often nothing.
  std::vector<HttpAnswer> wait(double seconds);

 private:
  class Transfers;
  std::unique_ptr<Transfers> transfers_;
};

/// Scheme, host and port of a URL, "https://api.github.com:443", in lower case; "" if it is no URL of HTTP.
std::string origin_of(const std::string& url);

}  // namespace dagsim::history
