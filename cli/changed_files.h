// Which files a commit changes, as a list or as git tells it.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace dagsim::cli {

struct Context;

class ChangedFiles {
 public:
  /// Declares --changed-files and --diff on a command. \param group of its help, "" for the usual one
  void add_to(CLI::App& app, const std::string& group);

  /// The paths, nothing where neither was given. \throws UsageError when both were, or git can't tell; Error when the
  /// list can't be read.
  std::optional<std::vector<std::string>> read(const Context& context) const;

 private:
  std::string list_;
  std::string range_;
};

}  // namespace dagsim::cli
