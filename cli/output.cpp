#include <cmath>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <system_error>

#include <fmt/format.h>
#include <unistd.h>

#include "base/error.h"
#include "cli/command.h"

namespace dagsim::cli {

namespace {

namespace fs = std::filesystem;

[[noreturn]] void cannot_write(const std::string& path, const std::string& reason) {
  throw Error(fmt::format("cannot write \"{}\": {}", path, reason));
}

void write_all(const fs::path& path, const std::string& name, const std::string& content) {
  errno = 0;
  std::ofstream file(path, std::ios::binary);
  file << content;
  file.close();
  if (!file) cannot_write(name, errno != 0 ? std::generic_category().message(errno) : "the system gives no reason");
}

/// A neighbour of the file takes the content and then the file's name, so that nobody ever sees half a report. Devices
/// and pipes are written as they are.
void replace_file(const std::string& name, const std::string& content) {
  std::error_code failure;
  const fs::path path(name);
  if (fs::is_directory(path, failure)) cannot_write(name, "is a folder");
  if (fs::exists(path, failure) && !fs::is_regular_file(path, failure)) {
    write_all(path, name, content);
    return;
  }
  const fs::path part(fmt::format("{}.{}.part", name, ::getpid()));
  try {
    write_all(part, name, content);
    fs::rename(part, path, failure);
    if (failure) cannot_write(name, failure.message());
  } catch (const Error&) {
    std::error_code ignored;
    fs::remove(part, ignored);
    throw;
  }
}

}  // namespace

void print(const Context& context, const CommonOptions& options, const Diagnostics& diagnostics, bool reported) {
  const bool on_one_screen = context.terminal.out_is_terminal && context.terminal.err_is_terminal &&
                             options.output.empty() && options.format == Format::Text;
  if (reported && on_one_screen) return;
  context.err << render(diagnostics, options.color_errors) << std::flush;
}

void deliver(const Context& context, const std::string& file, const std::string& result) {
  if (!file.empty()) {
    replace_file(file, result);
    return;
  }
  context.out << result << std::flush;
  if (!context.out) throw Error("cannot write to the standard output");
}

struct ProgressLine::State {
  State(std::ostream& stream, std::string what) : err(stream), doing(std::move(what)) {}
  std::ostream& err;
  std::string doing;
  std::mutex mutex;
  int shown = -1;
};

ProgressLine::ProgressLine(const Context& context, std::string doing) {
  if (context.terminal.err_is_terminal) state_ = std::make_shared<State>(context.err, std::move(doing));
}

ProgressLine::~ProgressLine() {
  if (state_ && state_->shown >= 0) state_->err << "\r\x1b[K" << std::flush;
}

std::function<void(double)> ProgressLine::callback() const {
  if (!state_) return {};
  return [state = state_](double share) {
    const std::lock_guard<std::mutex> lock(state->mutex);
    const int percent = static_cast<int>(std::floor(share * 100));
    if (percent <= state->shown) return;
    state->shown = percent;
    state->err << fmt::format("\r{} {} %", state->doing, percent) << std::flush;
  };
}

}  // namespace dagsim::cli
