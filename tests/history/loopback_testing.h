// A small HTTP/1.1 server on 127.0.0.1 that misbehaves as it is told.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace dagsim::history {

struct Received {
  std::string target;                          ///< "/repos/o/r?page=2"
  std::map<std::string, std::string> headers;  ///< names in lower case
};

struct Reply {
  enum class Misbehaviour {
    None,
    DeclareMore,  ///< a Content-Length above what is sent, then the connection is closed
    CutChunks,    ///< chunked, and closed before the last chunk
    Stall,        ///< half of the body, and then nothing, while the client waits
    Drop          ///< closed without a byte
  };
  int status = 200;
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers = {{"Content-Type", "application/json; charset=utf-8"}};
  bool gzip = false;
  unsigned pieces = 1;  ///< the body comes in so many
  double pause = 0;     ///< seconds before each piece
  Misbehaviour misbehaviour = Misbehaviour::None;
};

/// Calls for one client may come side by side; `handler` is called by one of them at a time.
class Loopback {
 public:
  using Handler = std::function<Reply(const Received&)>;
  explicit Loopback(Handler handler);
  ~Loopback();
  Loopback(const Loopback&) = delete;
  Loopback& operator=(const Loopback&) = delete;

  /// "http://127.0.0.1:PORT"
  std::string url() const;
  unsigned port() const;
  std::vector<Received> received() const;
  /// How many connections were made.
  size_t connections() const;

 private:
  class Server;
  std::unique_ptr<Server> server_;
};

}  // namespace dagsim::history
