// dagsim parse: whether GitHub would take a workflow file, and why not.
#include <array>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/error.h"
#include "cli/command.h"
#include "cli/usage.h"
#include "report/document_json.h"
#include "report/words.h"
#include "workflow/document.h"
#include "workflow/library.h"

namespace dagsim::cli {

namespace {

constexpr const char* kDescription =
    "Check workflow files as GitHub reads them.\n\n"
    "Every finding of a file comes in one run, each with its line and column. A folder stands for all workflows in it "
    "or "
    "below its .github/workflows; a file named action.yml is read as an action. Exit status 2 when a file is wrong.";
constexpr const char* kExamples =
    "Examples:\n"
    "  dagsim parse .github/workflows/ci.yml\n"
    "      what GitHub would say, with the place of each fault\n"
    "  dagsim parse --json .\n"
    "      one line of JSON a file: its jobs, their needs and normalised conditions\n"
    "  dagsim parse --limit bytes=10000000 generated.yml\n"
    "      a file that is larger than GitHub takes";

bool is_action(const std::string& path) {
  const std::string name = path.substr(path.rfind('/') + 1);
  return name == "action.yml" || name == "action.yaml";
}

class Parse final : public Command {
 public:
  explicit Parse(CLI::App& parent) {
    app = parent.add_subcommand("parse", kDescription);
    app->footer(kExamples);
    app->add_option("file", paths_, "Workflow files, actions, or folders of them")->type_name("FILE");
    app->add_flag("--json", json_, "One line of JSON a file");
    app->add_option(
           "--limit", limits_typed_,
           "NAME=COUNT: lift a bound of GitHub's on a file: bytes (1048576), depth (50), nodes (50000); may be "
           "repeated")
        ->type_name("")
        ->allow_extra_args(false);
    app->add_option("--color", color_, "auto, always or never (auto, which honours NO_COLOR)")->type_name("");
  }

  int run(const Context& context) override {
    static const std::array<std::string, 3> kColors = {"auto", "always", "never"};
    const size_t color = parse_choice("--color", color_, kColors);
    colored_ = color == 1 || (color == 0 && context.terminal.err_is_terminal && !context.terminal.no_color);
    set_limits();
    if (paths_.empty()) throw UsageError("parse needs at least one workflow file");
    int status = kFine;
    for (const std::string& path : files(context)) {
      if (!parse(context, path)) status = kWrongInput;
    }
    context.out << std::flush;
    if (!context.out) throw Error("cannot write to the standard output");
    return status;
  }

 private:
  void set_limits() {
    static const std::array<std::string, 3> kNames = {"bytes", "depth", "nodes"};
    for (const std::string& typed : limits_typed_) {
      const auto [name, count] = parse_limit(typed, kNames);
      const std::array<size_t*, 3> places = {&limits_.bytes, &limits_.depth, &limits_.nodes};
      *places[name] = count;
    }
  }

  std::vector<std::string> files(const Context& context) const {
    std::vector<std::string> result;
    for (const std::string& path : paths_) {
      if (!context.files.is_directory(path)) {
        result.push_back(path);
        continue;
      }
      std::vector<std::string> below = workflow::workflow_files(context.files, join_path(path, ".github/workflows"));
      if (below.empty()) below = workflow::workflow_files(context.files, path);
      if (below.empty()) throw UsageError(fmt::format("\"{}\" holds no workflow files", path));
      result.insert(result.end(), below.begin(), below.end());
    }
    return result;
  }

  bool parse(const Context& context, const std::string& path) const {
    if (!context.files.is_file(path)) {
      Diagnostics missing;
      missing.error("missing-file", fmt::format("\"{}\" does not exist", path));
      context.err << render(missing, colored_) << std::flush;
      if (json_) context.out << report::document_json(path, nullptr, missing) << "\n";
      return false;
    }
    const auto file = std::make_shared<const SourceFile>(path, context.files.read(path));
    Diagnostics found;
    std::optional<workflow::Document> document;
    size_t steps = 0;
    if (is_action(path)) {
      if (const auto action = workflow::parse_action(file, found, limits_)) steps = action->steps.size();
    } else {
      document = workflow::parse_workflow(file, found, limits_);
    }
    const Diagnostics diagnostics = in_order_of_text(found);
    if (json_) {
      context.out << report::document_json(path, document ? &*document : nullptr, diagnostics) << "\n";
    } else {
      context.err << render(diagnostics, colored_) << std::flush;
      context.out << path << ": " << summary(diagnostics, document ? &*document : nullptr, steps) << "\n";
    }
    return !diagnostics.has_errors();
  }

  static std::string summary(const Diagnostics& diagnostics, const workflow::Document* document, size_t steps) {
    size_t errors = 0;
    for (const Diagnostic& diagnostic : diagnostics.list()) errors += diagnostic.severity == Severity::Error ? 1 : 0;
    if (errors > 0) return report::count(errors, "error");
    const std::string warnings =
        diagnostics.empty() ? "" : ", " + report::count(diagnostics.list().size() - errors, "warning");
    return (document == nullptr ? "an action, " + report::count(steps, "step")
                                : report::count(document->jobs.size(), "job")) +
           warnings;
  }

  std::vector<std::string> paths_;
  std::vector<std::string> limits_typed_;
  std::string color_ = "auto";
  bool json_ = false;
  bool colored_ = false;
  yaml::Limits limits_;
};

}  // namespace

std::unique_ptr<Command> make_parse(CLI::App& parent) {
  return std::make_unique<Parse>(parent);
}

}  // namespace dagsim::cli
