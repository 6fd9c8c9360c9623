#include "cli/changed_files.h"

#include <array>
#include <cstdio>
#include <iterator>

#include <CLI/App.hpp>
#include <fmt/format.h>

#include "base/text.h"
#include "cli/command.h"
#include "cli/usage.h"

namespace dagsim::cli {
namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::string_view line : split(text, '\n')) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (!line.empty()) lines.emplace_back(line);
  }
  return lines;
}

std::string shell_quoted(const std::string& text) {
  std::string result = "'";
  for (const char c : text) result += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return result + "'";
}

/// What git says of a range of commits, in the repository around the current folder.
std::vector<std::string> diff(const std::string& range) {
  if (range.starts_with('-')) {
    throw UsageError(fmt::format("--diff takes a range of commits such as main...HEAD, not \"{}\"", range));
  }
  const std::string command =
      fmt::format("git -c core.quotePath=false diff --name-only {} -- 2>&1", shell_quoted(range));
  std::FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) throw UsageError("git can't be run for --diff");
  std::string text;
  std::array<char, 4096> buffer{};
  for (size_t read = 0; (read = std::fread(buffer.data(), 1, buffer.size(), pipe)) > 0;)
    text.append(buffer.data(), read);
  if (pclose(pipe) != 0) {
    throw UsageError(fmt::format("git diff --name-only {} failed: {}", range, trim(text.substr(0, text.find('\n')))));
  }
  return lines_of(text);
}

}  // namespace

void ChangedFiles::add_to(CLI::App& app, const std::string& group) {
  CLI::Option* list =
      app.add_option("--changed-files", list_, "Paths that the commit changes, one a line; - is the standard input");
  CLI::Option* range =
      app.add_option("--diff", range_, "RANGE of commits, such as main...HEAD, whose changed files git tells");
  list->type_name("FILE");
  range->type_name("RANGE");
  if (group.empty()) return;
  list->group(group);
  range->group(group);
}

std::optional<std::vector<std::string>> ChangedFiles::read(const Context& context) const {
  if (list_.empty() && range_.empty()) return std::nullopt;
  if (!list_.empty() && !range_.empty()) throw UsageError("--changed-files and --diff can't both be given");
  if (!range_.empty()) return diff(range_);
  return lines_of(list_ == "-" ? std::string(std::istreambuf_iterator<char>(context.in), {})
                               : context.files.read(list_));
}

}  // namespace dagsim::cli
