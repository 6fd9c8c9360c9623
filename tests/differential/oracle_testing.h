// How the differential tests reach GitHub's own engines: npm packages that ./dev test --slow installs, run by Node.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace dagsim {

/// The folder whose node_modules has `package`, or nothing, with the reason printed, when it or Node is missing. The
/// variable DAGSIM_NPM names another folder than that of ./dev.
std::optional<std::string> oracle_folder(const std::string& package);

/// Runs a script of tests/differential over the input. \return the lines that it prints. \throws std::runtime_error
/// when it fails
std::vector<std::string> run_script(const std::string& script, const std::string& arguments, const std::string& input);

/// What a program printed, and whether it succeeded.
struct Ran {
  bool fine = false;
  std::string text;
};
/// Bundles a script with the packages of `folder` into one file (a package imports JSON, which Node takes only so) and
/// runs it. An argument "@" becomes a new folder that is gone afterwards. \throws std::runtime_error when it can't be
/// bundled
Ran run_bundled(const std::string& script, const std::string& folder, const std::vector<std::string>& arguments);

/// A number from the environment, for longer runs than the usual one.
size_t setting(const char* variable, size_t usual);

}  // namespace dagsim
