// dagsim backtest: predicted against measured.
#include "report/backtest.h"

#include <algorithm>
#include <array>
#include <iterator>

#include <CLI/CLI.hpp>

#include "base/text.h"
#include "cli/command.h"
#include "cli/usage.h"

namespace dagsim::cli {

namespace {

constexpr const char* kDescription =
    "Hold predictions against what was measured.\n\n"
    "For a WORKFLOW (a file, or a folder with .github/workflows) the history is cut again and again: runs before the "
    "cut predict those after it, of the whole pipeline and of random parts of it, beside four simple ways to predict. "
    "For a SCENARIO each edit with a measured outcome is predicted from the runs before it.";
constexpr const char* kExamples =
    "Examples:\n"
    "  dagsim backtest . --history runs/\n"
    "      how far to trust predictions for this repository\n"
    "  dagsim backtest . --history runs/ --past 150 --next 10 --know event\n"
    "      other windows, and nothing known of a run but its event\n"
    "  dagsim backtest scenarios/*.yaml\n"
    "      edits whose outcome is known";

/// Whether a file says that it is a scenario: a line of its own begins with the key `dagsim`.
bool is_scenario(const FileSystem& files, const std::string& path) {
  if (!files.is_file(path)) return false;
  const std::string text = files.read(path);
  const std::vector<std::string_view> lines = split(text, '\n');
  return std::any_of(lines.begin(), lines.end(), [](std::string_view line) { return line.starts_with("dagsim:"); });
}

class Backtest final : public Command {
 public:
  explicit Backtest(CLI::App& parent) {
    app = parent.add_subcommand("backtest", kDescription);
    app->footer(kExamples);
    app->add_option("paths", paths_, "One workflow, or any number of scenarios")->type_name("WORKFLOW|SCENARIO");
    const std::string group = "Rolling back-test";
    app->add_option("--past", past_, "Runs that each window learns from (80)")->type_name("RUNS")->group(group);
    app->add_option("--next", next_, "Runs that each window predicts (20)")->type_name("RUNS")->group(group);
    app->add_option("--sub-pipelines", sub_pipelines_, "Random parts of the pipeline to predict too (40)")
        ->type_name("COUNT")
        ->group(group);
    app->add_option("--know", known_,
                    "What is known of a run before it starts: nothing, event, change or branch, each with those before "
                    "it (branch)")
        ->type_name("WHAT")
        ->group(group);
    options_.default_replications = 4096;
    options_.add_to(*app);
  }

  int run(const Context& context) override {
    options_.finish(context);
    const study::Rolling rolling = read_rolling();
    if (paths_.empty()) throw UsageError("backtest needs a workflow or scenario files");
    const auto scenarios = std::count_if(paths_.begin(), paths_.end(),
                                         [&](const std::string& path) { return is_scenario(context.files, path); });
    if (static_cast<size_t>(scenarios) + 1 < paths_.size()) {
      throw UsageError("backtest takes one workflow at a time: the others must be scenarios");
    }
    report::Backtest result;
    bool failed = false;
    for (const std::string& path : paths_) {
      const bool done = is_scenario(context.files, path) ? add_scenario(context, path, result)
                                                         : add_workflow(context, path, rolling, result);
      failed = failed || !done;
    }
    const study::Scoreboard& board = result.board;
    const bool is_empty = !result.rolling && board.techniques.empty() && board.not_predicted.empty();
    if (!is_empty) deliver(context, options_.output, rendered(context, result));
    return failed || is_empty ? kWrongInput : kFine;
  }

 private:
  study::Rolling read_rolling() const {
    static const std::array<std::string, 4> kKnown = {"nothing", "event", "change", "branch"};
    constexpr std::array kKnownValues = {study::Known::Nothing, study::Known::Event, study::Known::ChangeClass,
                                         study::Known::Branch};
    study::Rolling rolling;
    rolling.past = static_cast<uint32_t>(parse_count("--past", past_, 8, 1'000'000));
    rolling.next = static_cast<uint32_t>(parse_count("--next", next_, 1, 1'000'000));
    rolling.sub_pipelines = static_cast<uint32_t>(parse_count("--sub-pipelines", sub_pipelines_, 0, 10'000));
    rolling.known = kKnownValues[parse_choice("--know", known_, kKnown)];
    rolling.replications = options_.study.replications;
    return rolling;
  }

  bool add_workflow(const Context& context, const std::string& path, const study::Rolling& rolling,
                    report::Backtest& result) const {
    Diagnostics diagnostics;
    {
      const ProgressLine progress(context);
      study::Options options = options_.study;
      options.progress = progress.callback();
      result.rolling = study::backtest(context.files, path, rolling, options, diagnostics);
    }
    print(context, options_, diagnostics, false);
    return result.rolling.has_value();
  }

  bool add_scenario(const Context& context, const std::string& path, report::Backtest& result) const {
    Diagnostics diagnostics;
    std::optional<study::Scoreboard> board;
    {
      const ProgressLine progress(context);
      study::Options options = options_.study;
      options.progress = progress.callback();
      board = study::score_scenario(context.files, path, options, diagnostics);
    }
    print(context, options_, diagnostics, false);
    if (!board) return false;
    std::ranges::move(board->techniques, std::back_inserter(result.board.techniques));
    std::ranges::move(board->not_predicted, std::back_inserter(result.board.not_predicted));
    return true;
  }

  std::string rendered(const Context& context, const report::Backtest& result) const {
    switch (options_.format) {
      case Format::Text:
        return report::backtest_text(result, options_.text);
      case Format::Markdown:
        return report::backtest_markdown(result, context.command_line);
      case Format::Json:
        return report::backtest_json(result);
      case Format::Yaml:
        break;
    }
    return "";
  }

  CommonOptions options_;
  std::vector<std::string> paths_;
  std::string past_ = "80";
  std::string next_ = "20";
  std::string sub_pipelines_ = "40";
  std::string known_ = "branch";
};

}  // namespace

std::unique_ptr<Command> make_backtest(CLI::App& parent) {
  return std::make_unique<Backtest>(parent);
}

}  // namespace dagsim::cli
