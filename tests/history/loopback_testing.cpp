#include "tests/history/loopback_testing.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <mutex>
#include <stdexcept>
#include <string_view>
#include <thread>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>
#include <zlib.h>

#include "base/text.h"

namespace dagsim::history {
namespace {

std::string gzipped(const std::string& text) {
  z_stream stream{};
  if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK) return "";
  std::string input = text;
  std::string out(deflateBound(&stream, input.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(input.data());
  stream.avail_in = static_cast<uInt>(input.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

bool send_all(int socket, std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = ::send(socket, text.data(), text.size(), MSG_NOSIGNAL);
    if (count <= 0) return false;
    text.remove_prefix(static_cast<size_t>(count));
  }
  return true;
}

Received parse(std::string_view head) {
  Received received;
  const std::vector<std::string_view> lines = split(head, '\n');
  const std::vector<std::string_view> words = split(trim(lines.front()), ' ');
  if (words.size() > 1) received.target = words[1];
  for (size_t i = 1; i < lines.size(); ++i) {
    const size_t colon = lines[i].find(':');
    if (colon == std::string_view::npos) continue;
    received.headers[to_lower(trim(lines[i].substr(0, colon)))] = trim(lines[i].substr(colon + 1));
  }
  return received;
}

void pause(double seconds) {
  if (seconds > 0) std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
}

/// Sends the body in its pieces. Returns false when the connection is to be closed.
bool send_body(int socket, const Reply& reply, const std::string& body) {
  const size_t length = reply.misbehaviour == Reply::Misbehaviour::Stall ? body.size() / 2 : body.size();
  for (unsigned i = 0; i < reply.pieces; ++i) {
    pause(reply.pause);
    const size_t begin = length * i / reply.pieces;
    const size_t end = length * (i + 1) / reply.pieces;
    if (!send_all(socket, std::string_view(body).substr(begin, end - begin))) return false;
  }
  if (reply.misbehaviour != Reply::Misbehaviour::Stall) return true;
  char byte = 0;
  while (::recv(socket, &byte, 1, 0) > 0) continue;  // until the client goes away
  return false;
}

/// Returns false when the connection is to be closed.
bool send_reply(int socket, const Reply& reply) {
  using enum Reply::Misbehaviour;
  if (reply.misbehaviour == Drop) return false;
  const std::string body = reply.gzip ? gzipped(reply.body) : reply.body;
  std::string head = fmt::format("HTTP/1.1 {} Whatever\r\n", reply.status);
  for (const auto& [name, value] : reply.headers) head += fmt::format("{}: {}\r\n", name, value);
  if (reply.gzip) head += "Content-Encoding: gzip\r\n";
  if (reply.misbehaviour == CutChunks) {
    head += fmt::format("Transfer-Encoding: chunked\r\n\r\n{:x}\r\n", body.size());
    send_all(socket, head + body + "\r\n");
    return false;
  }
  const size_t declared = body.size() + (reply.misbehaviour == DeclareMore ? 7 : 0);
  head += fmt::format("Content-Length: {}\r\n\r\n", declared);
  return send_all(socket, head) && send_body(socket, reply, body) && reply.misbehaviour == None;
}

}  // namespace

class Loopback::Server {
 public:
  explicit Server(Handler handler) : handler_(std::move(handler)) {
    for (const char* proxy : {"http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"}) {
      ::unsetenv(proxy);
    }
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* any = reinterpret_cast<sockaddr*>(&address);
    if (::bind(listener_, any, size) != 0 || ::listen(listener_, 64) != 0 ||
        ::getsockname(listener_, any, &size) != 0) {
      throw std::runtime_error("no port on 127.0.0.1");
    }
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { accept_all(); });
  }

  ~Server() {
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    {
      const std::lock_guard lock(mutex_);
      for (const int socket : sockets_) ::shutdown(socket, SHUT_RDWR);
    }
    for (std::thread& thread : threads_) thread.join();
    for (const int socket : sockets_) ::close(socket);
    ::close(listener_);
  }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  unsigned port() const { return port_; }
  std::vector<Received> received() const {
    const std::lock_guard lock(mutex_);
    return received_;
  }
  size_t connections() const {
    const std::lock_guard lock(mutex_);
    return sockets_.size();
  }

 private:
  void accept_all() {
    while (true) {
      const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (socket < 0) return;
      const int now = 1;
      ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &now, sizeof now);
      const std::lock_guard lock(mutex_);
      sockets_.push_back(socket);
      threads_.emplace_back([this, socket] {
        serve(socket);
        ::shutdown(socket, SHUT_RDWR);
      });
    }
  }

  void serve(int socket) {
    std::string text;
    std::array<char, 4096> block{};
    while (true) {
      const size_t end = text.find("\r\n\r\n");
      if (end == std::string::npos) {
        const ssize_t count = ::recv(socket, block.data(), block.size(), 0);
        if (count <= 0) return;
        text.append(block.data(), static_cast<size_t>(count));
        continue;
      }
      const Received request = parse(std::string_view(text).substr(0, end));
      text.erase(0, end + 4);
      Reply reply;
      {
        const std::lock_guard lock(mutex_);
        received_.push_back(request);
        reply = handler_(request);
      }
      if (!send_reply(socket, reply)) return;
    }
  }

  Handler handler_;
  int listener_ = -1;
  unsigned port_ = 0;
  mutable std::mutex mutex_;
  std::vector<Received> received_;
  std::vector<int> sockets_;
  std::vector<std::thread> threads_;
  std::thread thread_;
};

Loopback::Loopback(Handler handler) : server_(std::make_unique<Server>(std::move(handler))) {}
Loopback::~Loopback() = default;

std::string Loopback::url() const {
  return fmt::format("http://127.0.0.1:{}", server_->port());
}

unsigned Loopback::port() const {
  return server_->port();
}

std::vector<Received> Loopback::received() const {
  return server_->received();
}

size_t Loopback::connections() const {
  return server_->connections();
}

}  // namespace dagsim::history
