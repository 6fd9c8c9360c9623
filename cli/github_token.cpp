#include "cli/github_token.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <string_view>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/text.h"
#include "cli/usage.h"

extern char** environ;  // NOLINT(readability-redundant-declaration): POSIX asks programs to declare it

namespace dagsim::cli {
namespace {

constexpr double kPatience = 5;  // seconds for gh
constexpr size_t kLongestLine = 4096;

std::string host_of(const std::string& api) {
  const size_t scheme = api.find("://");
  const size_t begin = scheme == std::string::npos ? 0 : scheme + 3;
  const std::string host = api.substr(begin, api.find_first_of(":/", begin) - begin);
  return host == "api.github.com" ? "github.com" : host;
}

std::string token_in(const char* variable) {
  const char* value = std::getenv(variable);
  const std::string token(trim(value == nullptr ? "" : value));
  if (std::ranges::any_of(token, [](char c) { return c <= ' ' || c > '~'; })) {
    throw UsageError(fmt::format("{} holds a character that no token has", variable));
  }
  return token;
}

/// A program under way, whose output can be read. Gone with the object.
class Child {
 public:
  explicit Child(const std::vector<std::string>& command) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return;
    output_ = ends[0];
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    std::vector<std::string> words = command;
    std::vector<char*> arguments;
    arguments.reserve(words.size() + 1);
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    if (::posix_spawnp(&id_, arguments[0], &actions, nullptr, arguments.data(), environ) != 0) id_ = -1;
    posix_spawn_file_actions_destroy(&actions);
    ::close(ends[1]);
  }
  ~Child() {
    if (output_ >= 0) ::close(output_);
    if (id_ > 0) ::kill(id_, SIGKILL);
    if (id_ > 0) ::waitpid(id_, nullptr, 0);
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  /// Whether more output came before `milliseconds` were over.
  bool read(std::string& text, int milliseconds) const {
    pollfd readable{output_, POLLIN, 0};
    if (id_ <= 0 || ::poll(&readable, 1, std::max(0, milliseconds)) <= 0) return false;
    std::array<char, 512> block{};
    const ssize_t count = ::read(output_, block.data(), block.size());
    if (count <= 0) return false;
    text.append(block.data(), static_cast<size_t>(count));
    return true;
  }

  /// Whether it has ended well, which it gets `milliseconds` for.
  bool succeeds(int milliseconds) {
    constexpr int kStep = 10;
    int status = 0;
    for (int waited = 0; id_ > 0; waited += kStep) {
      if (::waitpid(id_, &status, WNOHANG) == id_) {
        id_ = -1;
        return WIFEXITED(status) && WEXITSTATUS(status) == 0;
      }
      if (waited >= milliseconds) return false;
      ::poll(nullptr, 0, kStep);
    }
    return false;
  }

 private:
  pid_t id_ = -1;
  int output_ = -1;
};

}  // namespace

std::string first_line_of(const std::vector<std::string>& command, double seconds) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
  const auto left = [&] {
    return static_cast<int>(
        std::chrono::duration_cast<std::chrono::milliseconds>(end - std::chrono::steady_clock::now()).count());
  };
  Child child(command);
  std::string text;
  while (text.size() < kLongestLine && child.read(text, left())) continue;
  if (!child.succeeds(left())) return "";
  return std::string(trim(std::string_view(text).substr(0, text.find('\n'))));
}

GitHubToken find_github_token(const std::string& api) {
  for (const char* variable : {"GH_TOKEN", "GITHUB_TOKEN"}) {
    const std::string token = token_in(variable);
    if (!token.empty()) return {token, variable};
  }
  const std::string token = first_line_of({"gh", "auth", "token", "--hostname", host_of(api)}, kPatience);
  const bool is_plain = std::ranges::all_of(token, [](char c) { return c > ' ' && c <= '~'; });
  return token.empty() || !is_plain ? GitHubToken{} : GitHubToken{token, "gh auth token"};
}

}  // namespace dagsim::cli
