// dagsim simulate: predicts one pipeline as it is.
#include <CLI/CLI.hpp>

#include "cli/command.h"
#include "cli/usage.h"
#include "report/json.h"
#include "report/markdown.h"

namespace dagsim::cli {

namespace {

constexpr const char* kDescription =
    "Predict the wall clock of one workflow as it is, and where its time goes.\n\n"
    "WORKFLOW is a workflow file or a folder with .github/workflows. The report has the wall clock, the critical "
    "chains, "
    "and for each job how often it is critical, its slack, and its drag: what the gate would win back without it.";
constexpr const char* kExamples =
    "Examples:\n"
    "  dagsim simulate . --history runs/ --gate ci-required\n"
    "      this repository, learning from answers of GitHub's REST API\n"
    "  dagsim simulate .github/workflows/ci.yml --history ledger.yaml --format json\n"
    "      one file, for a tool";

class Simulate final : public Command {
 public:
  explicit Simulate(CLI::App& parent) {
    app = parent.add_subcommand("simulate", kDescription);
    app->footer(kExamples);
    app->add_option("workflow", workflow_, "A workflow file, or a folder with .github/workflows")
        ->type_name("WORKFLOW");
    app->add_flag("--by-change", options_.study.by_change,
                  "Also predict each kind of change by itself: the classes of dagsim.yaml, else the sets of jobs that "
                  "past runs ran");
    options_.add_to(*app);
  }

  int run(const Context& context) override {
    options_.finish(context);
    if (workflow_.empty()) throw UsageError("simulate needs a workflow: a file, or a folder with .github/workflows");
    Diagnostics diagnostics;
    std::optional<study::Prediction> prediction;
    {
      const ProgressLine progress(context);
      options_.study.progress = progress.callback();
      prediction = study::simulate(context.files, workflow_, options_.study, diagnostics);
    }
    print(context, options_, diagnostics, prediction.has_value());
    if (!prediction) return kWrongInput;
    deliver(context, options_.output, rendered(context, *prediction));
    return kFine;
  }

 private:
  std::string rendered(const Context& context, const study::Prediction& prediction) const {
    switch (options_.format) {
      case Format::Text:
        return report::text_report(prediction, options_.text);
      case Format::Markdown:
        return report::markdown_report(prediction, context.command_line);
      case Format::Json:
        return report::simulate_json(prediction);
      case Format::Yaml:
        break;
    }
    return "";
  }

  CommonOptions options_;
  std::string workflow_;
};

}  // namespace

std::unique_ptr<Command> make_simulate(CLI::App& parent) {
  return std::make_unique<Simulate>(parent);
}

}  // namespace dagsim::cli
