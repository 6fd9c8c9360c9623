// libcurl's multi interface, driven by the calling thread. curl's own measure of stalls counts whole seconds, so the
// time of the last byte is kept here.
#include "history/http.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <string_view>
#include <utility>

#include <curl/curl.h>
#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"

namespace dagsim::history {
namespace {

using Steady = std::chrono::steady_clock;

double seconds_since(Steady::time_point time) {
  return std::chrono::duration<double>(Steady::now() - time).count();
}

long milliseconds(double seconds) {
  return std::max(1L, static_cast<long>(seconds * 1000));
}

struct ListFree {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
struct EasyFree {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
struct MultiFree {
  void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};
struct UrlFree {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};

/// One request under way.
struct Transfer {
  HttpRequest request;
  HttpAnswer answer;
  std::unique_ptr<curl_slist, ListFree> headers;
  std::array<char, CURL_ERROR_SIZE> error{};
  Steady::time_point last_byte = Steady::now();
  bool is_too_large = false;
  std::unique_ptr<CURL, EasyFree> easy;  // last: it refers to the others
};

size_t take_body(const char* data, size_t one, size_t count, void* user) {
  Transfer& transfer = *static_cast<Transfer*>(user);
  const size_t size = one * count;
  transfer.last_byte = Steady::now();
  transfer.is_too_large = transfer.answer.body.size() + size > transfer.request.most_bytes;
  if (transfer.is_too_large) return 0;
  transfer.answer.body.append(data, size);
  return size;
}

size_t take_header(const char* data, size_t one, size_t count, void* user) {
  Transfer& transfer = *static_cast<Transfer*>(user);
  const size_t size = one * count;
  const std::string_view line(data, size);
  transfer.last_byte = Steady::now();
  if (line.starts_with("HTTP/")) transfer.answer.headers.clear();  // an interim answer came before
  const size_t colon = line.find(':');
  if (colon != std::string_view::npos) {
    transfer.answer.headers[to_lower(line.substr(0, colon))] = trim(line.substr(colon + 1));
  }
  return size;
}

bool is_hopeless(CURLcode code) {
  return code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CACERT_BADFILE || code == CURLE_URL_MALFORMAT ||
         code == CURLE_UNSUPPORTED_PROTOCOL;
}

void set_up_once() {
  static const CURLcode result = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (result != CURLE_OK) throw Error(fmt::format("libcurl can't be used: {}", curl_easy_strerror(result)));
}

template <typename Value>
void set(CURL* easy, CURLoption option, Value value) {
  const CURLcode result = curl_easy_setopt(easy, option, value);
  if (result != CURLE_OK) throw Error(fmt::format("libcurl refuses an option: {}", curl_easy_strerror(result)));
}

void restrict_protocols(CURL* easy) {
#if LIBCURL_VERSION_NUM >= 0x075500
  set(easy, CURLOPT_PROTOCOLS_STR, "http,https");
#else
  set(easy, CURLOPT_PROTOCOLS, static_cast<long>(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
}

}  // namespace

class HttpClient::Transfers {
 public:
  explicit Transfers(HttpOptions options) : options_(std::move(options)) {
    set_up_once();
    multi_.reset(curl_multi_init());
    if (!multi_) throw Error("libcurl can't be used: no memory");
  }

  ~Transfers() {
    for (const auto& transfer : running_) curl_multi_remove_handle(multi_.get(), transfer->easy.get());
  }
  Transfers(const Transfers&) = delete;
  Transfers& operator=(const Transfers&) = delete;

  void start(HttpRequest request) {
    auto transfer = std::make_unique<Transfer>();
    transfer->request = std::move(request);
    transfer->answer.id = transfer->request.id;
    transfer->easy.reset(curl_easy_init());
    CURL* easy = transfer->easy.get();
    if (easy == nullptr) throw Error("libcurl can't be used: no memory");
    set_options(easy, *transfer);
    check(curl_multi_add_handle(multi_.get(), easy));
    running_.push_back(std::move(transfer));
  }

  size_t running() const { return running_.size(); }

  std::vector<HttpAnswer> wait(double seconds) {
    const Steady::time_point begin = Steady::now();
    std::vector<HttpAnswer> answers;
    while (true) {
      int still = 0;
      check(curl_multi_perform(multi_.get(), &still));
      collect(answers);
      drop_stalled(answers);
      const double left = seconds - seconds_since(begin);
      if (!answers.empty() || left <= 0) return answers;
      const long most = milliseconds(std::min(left, until_stall()));
      check(curl_multi_poll(multi_.get(), nullptr, 0, static_cast<int>(most), nullptr));
    }
  }

 private:
  static void check(CURLMcode code) {
    if (code != CURLM_OK) throw Error(fmt::format("libcurl fails: {}", curl_multi_strerror(code)));
  }

  void set_options(CURL* easy, Transfer& transfer) const {
    for (const std::string& header : transfer.request.headers) {
      curl_slist* longer = curl_slist_append(transfer.headers.get(), header.c_str());
      if (longer == nullptr) throw Error("libcurl can't be used: no memory");
      static_cast<void>(transfer.headers.release());
      transfer.headers.reset(longer);
    }
    restrict_protocols(easy);
    set(easy, CURLOPT_URL, transfer.request.url.c_str());
    set(easy, CURLOPT_HTTPHEADER, transfer.headers.get());
    set(easy, CURLOPT_USERAGENT, options_.user_agent.c_str());
    set(easy, CURLOPT_ACCEPT_ENCODING, "gzip");
    set(easy, CURLOPT_FOLLOWLOCATION, 0L);
    set(easy, CURLOPT_SSL_VERIFYPEER, 1L);
    set(easy, CURLOPT_SSL_VERIFYHOST, 2L);
    set(easy, CURLOPT_NOSIGNAL, 1L);
    set(easy, CURLOPT_CONNECTTIMEOUT_MS, milliseconds(options_.connect_seconds));
    set(easy, CURLOPT_TIMEOUT_MS, milliseconds(options_.total_seconds));
    set(easy, CURLOPT_ERRORBUFFER, transfer.error.data());
    set(easy, CURLOPT_WRITEFUNCTION, &take_body);
    set(easy, CURLOPT_WRITEDATA, &transfer);
    set(easy, CURLOPT_HEADERFUNCTION, &take_header);
    set(easy, CURLOPT_HEADERDATA, &transfer);
  }

  void collect(std::vector<HttpAnswer>& answers) {
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      const CURLcode code = message->data.result;
      const std::unique_ptr<Transfer> transfer = removed(message->easy_handle);
      finish(*transfer, code);
      answers.push_back(std::move(transfer->answer));
    }
  }

  static void finish(Transfer& transfer, CURLcode code) {
    HttpAnswer& answer = transfer.answer;
    long status = 0;
    curl_easy_getinfo(transfer.easy.get(), CURLINFO_RESPONSE_CODE, &status);
    answer.status = static_cast<int>(status);
    const char* redirect = nullptr;
    curl_easy_getinfo(transfer.easy.get(), CURLINFO_REDIRECT_URL, &redirect);
    if (redirect != nullptr) answer.redirect = redirect;
    if (code == CURLE_OK) return;
    answer.is_hopeless = is_hopeless(code) || transfer.is_too_large;
    if (transfer.is_too_large) {
      answer.failure = fmt::format("the answer is larger than {} bytes", transfer.request.most_bytes);
    } else if (transfer.error[0] != '\0') {
      answer.failure = transfer.error.data();
    } else {
      answer.failure = curl_easy_strerror(code);
    }
  }

  void drop_stalled(std::vector<HttpAnswer>& answers) {
    for (size_t i = running_.size(); i-- > 0;) {
      const Transfer& transfer = *running_[i];
      const double most = allowed(transfer);
      if (seconds_since(transfer.last_byte) < most) continue;
      const std::unique_ptr<Transfer> dropped = removed(transfer.easy.get());
      dropped->answer.failure = fmt::format("no byte came for {:g} s", most);
      answers.push_back(std::move(dropped->answer));
    }
  }

  /// Seconds without a byte. curl itself watches over the connecting.
  double allowed(const Transfer& transfer) const {
    curl_off_t connected = 0;
    curl_easy_getinfo(transfer.easy.get(), CURLINFO_PRETRANSFER_TIME_T, &connected);
    return options_.stall_seconds + (connected > 0 ? 0 : options_.connect_seconds);
  }

  double until_stall() const {
    double least = options_.stall_seconds;
    for (const auto& transfer : running_) {
      least = std::min(least, allowed(*transfer) - seconds_since(transfer->last_byte));
    }
    return std::max(0.001, least);
  }

  std::unique_ptr<Transfer> removed(CURL* easy) {
    const auto found = std::ranges::find_if(running_, [&](const auto& one) { return one->easy.get() == easy; });
    DAGSIM_ASSERT(found != running_.end(), "curl only speaks of handles that were added");
    std::unique_ptr<Transfer> transfer = std::move(*found);
    running_.erase(found);
    curl_multi_remove_handle(multi_.get(), easy);
    return transfer;
  }

  HttpOptions options_;
  std::unique_ptr<CURLM, MultiFree> multi_;
  std::vector<std::unique_ptr<Transfer>> running_;
};

const std::string& HttpAnswer::header(const std::string& name) const {
  static const std::string kNone;
  const auto found = headers.find(name);
  return found == headers.end() ? kNone : found->second;
}

HttpClient::HttpClient(HttpOptions options) : transfers_(std::make_unique<Transfers>(std::move(options))) {}
HttpClient::~HttpClient() = default;

void HttpClient::start(HttpRequest request) {
  transfers_->start(std::move(request));
}

size_t HttpClient::running() const {
  return transfers_->running();
}

std::vector<HttpAnswer> HttpClient::wait(double seconds) {
  return transfers_->wait(seconds);
}

std::string origin_of(const std::string& url) {
  const std::unique_ptr<CURLU, UrlFree> parsed(curl_url());
  if (!parsed || curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), 0) != CURLUE_OK) return "";
  std::array<std::string, 3> parts;
  constexpr std::array kParts = {CURLUPART_SCHEME, CURLUPART_HOST, CURLUPART_PORT};
  for (size_t i = 0; i < kParts.size(); ++i) {
    char* text = nullptr;
    if (curl_url_get(parsed.get(), kParts[i], &text, CURLU_DEFAULT_PORT) != CURLUE_OK) return "";
    parts[i] = to_lower(text);
    curl_free(text);
  }
  if (parts[0] != "http" && parts[0] != "https") return "";
  return fmt::format("{}://{}:{}", parts[0], parts[1], parts[2]);
}

}  // namespace dagsim::history
