#include "tests/differential/oracle_testing.h"

#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string_view>

#include <fmt/format.h>
#include <unistd.h>

#include "tests/catch.h"

namespace dagsim {

namespace {

namespace fs = std::filesystem;

std::string shell_quoted(const std::string& text) {
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

/// A folder of its own, gone afterwards.
class Workplace {
 public:
  Workplace() : path_(fs::temp_directory_path() / fmt::format("dagsim-differential-{}", ::getpid())) {
    fs::create_directories(path_);
  }
  ~Workplace() { fs::remove_all(path_); }
  Workplace(const Workplace&) = delete;
  Workplace& operator=(const Workplace&) = delete;
  std::string file(const std::string& name) const { return (path_ / name).string(); }

 private:
  fs::path path_;
};

std::string content(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

}  // namespace

std::optional<std::string> oracle_folder(const std::string& package) {
  const char* chosen = std::getenv("DAGSIM_NPM");
  const std::string folder = chosen != nullptr ? chosen : DAGSIM_SOURCE_DIR "/build/npm";
  if (std::system("node --version >/dev/null 2>&1") != 0) {
    WARN("skipped: Node is not installed");
    return std::nullopt;
  }
  if (!fs::exists(fs::path(folder) / "node_modules" / package / "package.json")) {
    WARN("skipped: " << package << " is not installed; ./dev test --slow installs it in " << folder);
    return std::nullopt;
  }
  return folder;
}

std::vector<std::string> run_script(const std::string& script, const std::string& arguments, const std::string& input) {
  const Workplace workplace;
  const std::string in = workplace.file("in");
  const std::string out = workplace.file("out");
  const std::string err = workplace.file("err");
  std::ofstream(in, std::ios::binary) << input;
  const std::string path = std::string(DAGSIM_SOURCE_DIR) + "/tests/differential/" + script;
  const std::string command = fmt::format("node {} {} <{} >{} 2>{}", shell_quoted(path), shell_quoted(arguments),
                                          shell_quoted(in), shell_quoted(out), shell_quoted(err));
  if (std::system(command.c_str()) != 0) throw std::runtime_error(fmt::format("{} failed: {}", script, content(err)));
  std::vector<std::string> lines;
  std::istringstream text(content(out));
  for (std::string line; std::getline(text, line);) lines.push_back(line);
  return lines;
}

Ran run_bundled(const std::string& script, const std::string& folder, const std::vector<std::string>& arguments) {
  const Workplace workplace;
  const std::string out = workplace.file("out");
  const std::string bundle = workplace.file("bundle.mjs");
  const std::string require = "import {createRequire} from 'module'; const require = createRequire(import.meta.url);";
  const std::string build = fmt::format(
      "NODE_PATH={0}/node_modules {0}/node_modules/.bin/esbuild {1} --bundle --platform=node --format=esm "
      "--log-level=error --banner:js={2} --outfile={3} >{4} 2>&1",
      shell_quoted(folder), shell_quoted(std::string(DAGSIM_SOURCE_DIR) + "/tests/differential/" + script),
      shell_quoted(require), shell_quoted(bundle), shell_quoted(out));
  if (std::system(build.c_str()) != 0) throw std::runtime_error(fmt::format("esbuild failed: {}", content(out)));
  std::string command = "node " + shell_quoted(bundle);
  for (const std::string& argument : arguments) {
    command += " " + shell_quoted(argument == "@" ? workplace.file("work") : argument);
  }
  const bool fine = std::system((command + " >" + shell_quoted(out) + " 2>&1").c_str()) == 0;
  return {fine, content(out)};
}

size_t setting(const char* variable, size_t usual) {
  const char* text = std::getenv(variable);
  if (text == nullptr) return usual;
  const std::string_view digits(text);
  size_t value = 0;
  const auto result = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (result.ec != std::errc() || result.ptr != digits.data() + digits.size()) {
    throw std::runtime_error(fmt::format("{} is \"{}\", expected a whole number", variable, text));
  }
  return value;
}

}  // namespace dagsim
