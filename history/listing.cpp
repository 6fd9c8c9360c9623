// Pages are asked one after another by their numbers: by Link headers alone a listing could send the token anywhere,
// and by the count alone a wrong count would cut it short. It ends where neither header nor count promises more, and at
// an empty page.
#include "history/listing.h"

#include <algorithm>
#include <memory>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "history/github_pages.h"

namespace dagsim::history {
namespace {

constexpr size_t kPageSize = 100;
constexpr unsigned kMostPasses = 3;

class Listing : public std::enable_shared_from_this<Listing> {
 public:
  Listing(GitHub& github, ListingRequest request) : github_(github), request_(std::move(request)) {}

  void ask(unsigned page) {
    const char joint = request_.path.find('?') == std::string::npos ? '?' : '&';
    GitHubRequest one;
    one.path = fmt::format("{}{}per_page={}&page={}", request_.path, joint, kPageSize, page);
    one.accepted = request_.accepted;
    one.fault = [key = request_.key](const std::string& body) { return fault_of_page(body, key); };
    one.done = [self = shared_from_this(), page](GitHubAnswer answer) { self->take(page, std::move(answer)); };
    github_.ask(std::move(one));
  }

 private:
  void take(unsigned number, GitHubAnswer answer) {
    if (answer.status < 200 || answer.status >= 300) return finish(answer.status);
    const ListedPage page = read_page(answer.body, request_.key);
    if (number == 1 && passes_ == 0 && request_.begins && !request_.begins(page.total)) return;
    is_shifted_ = number > 1 && (is_shifted_ || page.total != total_);
    total_ = page.total;
    if (number == 1) ids_.clear();
    ids_.insert(page.ids.begin(), page.ids.end());
    listed_.bodies.push_back(std::move(answer.body));
    const bool is_full = page.ids.size() >= kPageSize;
    const bool has_more = !page.ids.empty() && (answer.has_next || (is_full && ids_.size() < total_));
    const bool is_at_end = number * kPageSize >= request_.most;
    if (has_more && !is_at_end) return ask(number + 1);
    const bool is_doubtful = is_shifted_ || ids_.size() < total_;
    if (is_doubtful && !is_at_end && ++passes_ < kMostPasses) return ask(1);
    finish(200);
  }

  void finish(int status) {
    listed_.status = status;
    listed_.count = ids_.size();
    listed_.missing = total_ - std::min<uint64_t>(total_, ids_.size());
    request_.done(std::move(listed_));
  }

  GitHub& github_;
  ListingRequest request_;
  Listed listed_;
  std::set<uint64_t> ids_;  ///< of this pass
  uint64_t total_ = 0;
  bool is_shifted_ = false;  ///< the count changed from page to page of this pass
  unsigned passes_ = 0;
};

}  // namespace

void ask_listing(GitHub& github, ListingRequest request) {
  std::make_shared<Listing>(github, std::move(request))->ask(1);
}

}  // namespace dagsim::history
