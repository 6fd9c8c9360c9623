// Whose rights a fetch has.
#pragma once

#include <string>
#include <vector>

namespace dagsim::cli {

struct GitHubToken {
  std::string text;    ///< "" if there is none
  std::string source;  ///< what people call it: "GH_TOKEN", "GITHUB_TOKEN", "gh auth token"
};

/// The token in GH_TOKEN, else in GITHUB_TOKEN, else the one that GitHub's command-line tool keeps for the host; it is
/// asked for a few seconds at most. \param api where the API begins \throws UsageError for a text that can't be a
/// token; it is not shown
GitHubToken find_github_token(const std::string& api);

/// The first line that a program prints, which must come within `seconds` and with exit status 0; "" otherwise. It is
/// found in PATH, runs without a shell, and sees no input.
std::string first_line_of(const std::vector<std::string>& command, double seconds);

}  // namespace dagsim::cli
