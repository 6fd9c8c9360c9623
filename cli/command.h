// What the commands share: common options, where results go, and the interface between the parser and a command.
#pragma once

#include <functional>
#include <istream>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "base/diagnostic.h"
#include "base/file_system.h"
#include "cli/changed_files.h"
#include "cli/run.h"
#include "report/text.h"
#include "study/study.h"

namespace CLI {
class App;
}

namespace dagsim::cli {

enum ExitStatus : int { kFine = 0, kFailed = 1, kWrongInput = 2, kWorldFailed = 3, kInterrupted = 130 };

enum class Format { Text, Json, Markdown, Yaml };

/// Everything around a command: standard input, the screen, the disk, how it was called.
struct Context {
  std::istream& in;
  std::ostream& out;
  std::ostream& err;
  Terminal terminal;
  const FileSystem& files;
  std::string command_line;  ///< to be run again; without -o and --threads
};

/// The options that every command takes, first as typed, then as understood.
class CommonOptions {
 public:
  /// Declares them on a subcommand.
  void add_to(CLI::App& app);
  /// Understands what was typed. \throws UsageError
  void finish(const Context& context);

  uint64_t default_replications = 100'000;                                       ///< to be set before add_to
  std::vector<Format> formats = {Format::Text, Format::Json, Format::Markdown};  ///< likewise
  study::Options study;
  Format format = Format::Text;
  report::TextOptions text;
  bool color_errors = false;
  std::string output;  ///< a file, "" for the standard output

 private:
  struct Typed {
    std::string format = "text";
    std::string color = "auto";
    std::string width;
    std::string seed = "1";
    std::string replications;
    std::string precision;
    std::string threads = "0";
    std::vector<std::string> caches;
    std::vector<std::string> outputs;
  };
  Typed typed_;
  ChangedFiles changed_files_;
};

/// Diagnostics to the error stream. \param reported the result holds them too: then they are left out where one person
/// sees both streams.
void print(const Context& context, const CommonOptions& options, const Diagnostics& diagnostics, bool reported);
/// The result to the standard output or, complete or not at all, to the file of -o ("" when there is none). \throws
/// Error
void deliver(const Context& context, const std::string& file, const std::string& result);

/// Shows how far a long work is on a terminal; wiped when it goes out of scope. May be called from several threads.
class ProgressLine {
 public:
  /// \param doing what is shown beside the share: "simulating".
  explicit ProgressLine(const Context& context, std::string doing = "simulating");
  ~ProgressLine();
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;
  /// Empty when the error stream is no terminal.
  std::function<void(double)> callback() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

/// One command of the command line.
class Command {
 public:
  virtual ~Command() = default;
  /// Runs it after parsing and returns the exit status. \throws UsageError, Error
  virtual int run(const Context& context) = 0;

  /// Whether it takes the arguments that belong to no option from its parser's remaining(), letter by letter. CLI11's
  /// own lists of positionals take `[a,b]` apart.
  virtual bool takes_the_rest() const { return false; }

  CLI::App* app = nullptr;  ///< its parser
};

std::unique_ptr<Command> make_what_if(CLI::App& parent);
std::unique_ptr<Command> make_simulate(CLI::App& parent);
std::unique_ptr<Command> make_check(CLI::App& parent);
std::unique_ptr<Command> make_backtest(CLI::App& parent);
std::unique_ptr<Command> make_verify(CLI::App& parent);
std::unique_ptr<Command> make_import(CLI::App& parent);
std::unique_ptr<Command> make_fetch(CLI::App& parent);
std::unique_ptr<Command> make_history(CLI::App& parent);
std::unique_ptr<Command> make_calibrate(CLI::App& parent);
std::unique_ptr<Command> make_plan(CLI::App& parent);
std::unique_ptr<Command> make_parse(CLI::App& parent);
std::unique_ptr<Command> make_match(CLI::App& parent);
std::unique_ptr<Command> make_expr(CLI::App& parent);
std::unique_ptr<Command> make_log(CLI::App& parent);

}  // namespace dagsim::cli
