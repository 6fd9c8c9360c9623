#include "cli/run.h"

#include <algorithm>
#include <array>
#include <stdexcept>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/usage.h"
#include "report/layout.h"

namespace dagsim::cli {

namespace {

constexpr size_t kHelpWidth = 80;
constexpr const char* kDescription =
    "dagsim predicts what an edit of GitHub Actions workflows does to the time that people wait.\n\n"
    "It learns from past runs, simulates the pipeline before and after, and says how sure it is.";
constexpr const char* kFooter =
    "Exit status: 0 fine, 1 a threshold was crossed, 2 the command line or an input\n"
    "is wrong, 3 the world failed (files, network).\n"
    "dagsim COMMAND --help explains a command and its options.";

/// CLI11's layout, with paragraphs wrapped and only the first sentence of a command in the list of commands.
class HelpText final : public CLI::Formatter {
 public:
  std::string make_description(const CLI::App* app) const override {
    std::string out;
    const std::string description = app->get_description();
    for (const std::string_view paragraph : split(description, '\n')) {
      for (const std::string& line : report::wrap(paragraph, kHelpWidth)) out += line + "\n";
    }
    return out + "\n";
  }

  std::string make_subcommand(const CLI::App* sub) const override {
    const std::string description = sub->get_description();
    return fmt::format("  {:<10}{}\n", sub->get_name(), description.substr(0, description.find('\n')));
  }
};

void set_up(CLI::App& app) {
  app.formatter(std::make_shared<HelpText>());
  app.set_version_flag("--version", std::string("dagsim ") + DAGSIM_VERSION, "Print the version and exit");
  app.set_help_flag("-h,--help", "Explain and exit");
  app.footer(kFooter);
  app.require_subcommand(1);
  app.get_formatter()->column_width(28);
}

std::vector<std::unique_ptr<Command>> make_commands(CLI::App& app) {
  std::vector<std::unique_ptr<Command>> commands;
  commands.push_back(make_what_if(app));
  commands.push_back(make_simulate(app));
  commands.push_back(make_check(app));
  commands.push_back(make_backtest(app));
  commands.push_back(make_verify(app));
  commands.push_back(make_import(app));
  commands.push_back(make_fetch(app));
  commands.push_back(make_history(app));
  commands.push_back(make_calibrate(app));
  commands.push_back(make_log(app));
  commands.push_back(make_plan(app));
  commands.push_back(make_parse(app));
  commands.push_back(make_match(app));
  commands.push_back(make_expr(app));
  for (const auto& command : commands) command->app->allow_extras();
  return commands;
}

/// CLI11 would call a misspelt command an unexpected argument.
void check_command_name(const std::vector<std::unique_ptr<Command>>& commands, const std::string& word) {
  static const std::array<std::string, 3> kFlags = {"-h", "--help", "--version"};
  if (std::find(kFlags.begin(), kFlags.end(), word) != kFlags.end()) return;
  std::vector<std::string> names;
  for (const auto& command : commands) names.push_back(command->app->get_name());
  if (std::find(names.begin(), names.end(), word) != names.end()) return;
  if (word.starts_with('-')) {
    throw UsageError(
        fmt::format("\"{}\" before the command, expected {} first{}", word, any_of(names), suggestion(word, kFlags)));
  }
  throw UsageError(fmt::format("unknown command \"{}\", expected {}{}", word, any_of(names), suggestion(word, names)));
}

void check_extras(const Command& command) {
  const CLI::App& app = *command.app;
  std::vector<std::string> extras = app.remaining();
  if (command.takes_the_rest()) std::erase_if(extras, [](const std::string& word) { return !word.starts_with('-'); });
  if (extras.empty()) return;
  std::string word = extras.front();
  if (!word.starts_with('-')) throw UsageError(fmt::format("unexpected argument \"{}\"", word));
  word = word.substr(0, word.find('='));
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  throw UsageError(fmt::format("unknown option \"{}\"{}", word, suggestion(word, names)));
}

/// The call without where its output goes and how many threads did it: neither changes the result.
std::string reproducible(const std::vector<std::string>& arguments) {
  std::vector<std::string> kept = {"dagsim"};
  for (size_t i = 0; i < arguments.size(); ++i) {
    const std::string& argument = arguments[i];
    if (argument == "-o" || argument == "--output" || argument == "--threads") {
      ++i;
    } else if (!argument.starts_with("--output=") && !argument.starts_with("--threads=") &&
               !(argument.starts_with("-o") && argument.size() > 2)) {
      kept.push_back(argument);
    }
  }
  return shell_command(kept);
}

int parse_and_run(const std::vector<std::string>& arguments, const Context& context) {
  CLI::App app(kDescription, "dagsim");
  set_up(app);
  const std::vector<std::unique_ptr<Command>> commands = make_commands(app);
  if (arguments.empty()) {
    context.err << app.help() << std::flush;
    return kWrongInput;
  }
  check_command_name(commands, arguments.front());
  try {
    std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
    app.parse(reversed);
  } catch (const CLI::Success& help) {
    return app.exit(help, context.out, context.err);
  } catch (const CLI::ParseError& error) {
    std::string message = error.what();
    std::replace(message.begin(), message.end(), '\n', ' ');
    throw UsageError(message);
  }
  for (const auto& command : commands) {
    if (!command->app->parsed()) continue;
    check_extras(*command);
    return command->run(context);
  }
  return kWrongInput;
}

}  // namespace

int run(int argc, const char* const* argv, std::istream& in, std::ostream& out, std::ostream& err,
        const Terminal& terminal) {
  const std::vector<std::string> arguments(argv + std::min(argc, 1), argv + argc);
  const DiskFileSystem files;
  const Context context{in, out, err, terminal, files, reproducible(arguments)};
  try {
    return parse_and_run(arguments, context);
  } catch (const UsageError& error) {
    err << "dagsim: error: " << error.what() << "\n";
    return kWrongInput;
  } catch (const std::exception& error) {
    err << "dagsim: error: " << error.what() << "\n";
    return kWorldFailed;
  }
}

}  // namespace dagsim::cli
