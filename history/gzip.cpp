#include "history/gzip.h"

#include <algorithm>
#include <limits>
#include <vector>

#include <fmt/format.h>
#include <zlib.h>

#include "base/error.h"

namespace dagsim::history {
namespace {

constexpr size_t kChunk = size_t{1} << 18U;
constexpr int kGzipWindow = 15 + 16;  // zlib's word for "gzip only"

/// zlib's state, ended with its scope.
class Inflater {
 public:
  explicit Inflater(std::string_view bytes, const std::string& name) : name_(name), rest_(bytes) {
    if (inflateInit2(&stream_, kGzipWindow) != Z_OK) throw Error(fmt::format("cannot unpack \"{}\": no memory", name));
  }
  ~Inflater() { inflateEnd(&stream_); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  void read(uint64_t most, const std::function<bool(std::string_view)>& sink) {
    uint64_t total = 0;
    std::vector<char> chunk(kChunk);
    while (true) {
      feed();
      stream_.next_out = reinterpret_cast<Bytef*>(chunk.data());  // NOLINT: zlib's type for bytes
      stream_.avail_out = static_cast<uInt>(chunk.size());
      const int status = inflate(&stream_, Z_NO_FLUSH);
      const size_t made = chunk.size() - stream_.avail_out;
      total += made;
      if (total > most) {
        throw Error(fmt::format("\"{}\" unpacks to more than the {} MB that are allowed", name_, most >> 20U));
      }
      if (made > 0 && !sink({chunk.data(), made})) return;
      if (status == Z_STREAM_END) {
        if (is_at_end()) return;
        if (inflateReset(&stream_) != Z_OK) damaged();
      } else if (status != Z_OK && status != Z_BUF_ERROR) {
        damaged();
      } else if (made == 0 && is_at_end()) {
        throw Error(fmt::format("\"{}\" is cut off: {} bytes of text, then the gzip data ends early", name_, total));
      }
    }
  }

 private:
  void feed() {
    if (stream_.avail_in > 0 || rest_.empty()) return;
    const size_t part = std::min<size_t>(rest_.size(), std::numeric_limits<uInt>::max() / 2);
    // zlib reads only; its type is older than const.
    stream_.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(rest_.data()));  // NOLINT
    stream_.avail_in = static_cast<uInt>(part);
    rest_.remove_prefix(part);
  }

  bool is_at_end() const { return stream_.avail_in == 0 && rest_.empty(); }

  [[noreturn]] void damaged() const {
    throw Error(
        fmt::format("\"{}\" is damaged gzip data: {}", name_, stream_.msg != nullptr ? stream_.msg : "unreadable"));
  }

  const std::string& name_;
  std::string_view rest_;
  z_stream stream_{};
};

}  // namespace

bool is_gzip(std::string_view bytes) {
  return bytes.starts_with("\x1f\x8b");
}

std::string gunzip(std::string_view bytes, const std::string& name, uint64_t most) {
  std::string text;
  gunzip(bytes, name, most, [&](std::string_view piece) {
    text += piece;
    return true;
  });
  return text;
}

void gunzip(std::string_view bytes, const std::string& name, uint64_t most,
            const std::function<bool(std::string_view)>& sink) {
  Inflater(bytes, name).read(most, sink);
}

}  // namespace dagsim::history
