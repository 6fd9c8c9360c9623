// dagsim calibrate: what past runs say about each job.
#include "report/calibrate.h"

#include <CLI/CLI.hpp>

#include "cli/command.h"
#include "cli/usage.h"

namespace dagsim::cli {

namespace {

constexpr const char* kDescription =
    "Show what past runs say about each job: what predictions rest on.\n\n"
    "WORKFLOW is a workflow file or a folder with .github/workflows. For each job the report has how many runs "
    "measured "
    "it and how many were cut short, how often it runs, its median, 90th percentile and variation, in each cache "
    "state, how well a lognormal law fits, and where its level changed for good, such as by a new runner.";
constexpr const char* kExamples =
    "Examples:\n"
    "  dagsim calibrate . --history runs/\n"
    "      this repository, from answers of GitHub's REST API\n"
    "  dagsim calibrate . --steps\n"
    "      what each step takes\n"
    "  dagsim calibrate . --format json\n"
    "      from the imported history, for a tool\n"
    "  dagsim calibrate . --format yaml -o model.yaml\n"
    "      a model file, which --history of the other commands takes in place of the runs";

class Calibrate final : public Command {
 public:
  explicit Calibrate(CLI::App& parent) {
    app = parent.add_subcommand("calibrate", kDescription);
    app->footer(kExamples);
    app->add_option("workflow", workflow_, "A workflow file, or a folder with .github/workflows")
        ->type_name("WORKFLOW");
    app->add_flag("--steps", steps_, "Also a table of each job's steps (JSON always has them)");
    options_.formats = {Format::Text, Format::Json, Format::Yaml};
    options_.add_to(*app);
  }

  int run(const Context& context) override {
    options_.finish(context);
    if (workflow_.empty()) throw UsageError("calibrate needs a workflow: a file, or a folder with .github/workflows");
    Diagnostics diagnostics;
    const std::optional<study::CalibrateResult> result =
        study::calibrate(context.files, workflow_, options_.study, diagnostics);
    print(context, options_, diagnostics, false);
    if (!result) return kWrongInput;
    deliver(context, options_.output, written(*result));
    return kFine;
  }

 private:
  std::string written(const study::CalibrateResult& result) const {
    if (options_.format == Format::Json) return report::calibrate_json(result);
    if (options_.format == Format::Yaml) return report::calibrate_yaml(result);
    return report::calibrate_text(result, steps_, options_.text);
  }

  CommonOptions options_;
  std::string workflow_;
  bool steps_ = false;
};

}  // namespace

std::unique_ptr<Command> make_calibrate(CLI::App& parent) {
  return std::make_unique<Calibrate>(parent);
}

}  // namespace dagsim::cli
