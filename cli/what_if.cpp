// dagsim what-if: ranks the edits of scenarios.
#include <algorithm>

#include <CLI/CLI.hpp>

#include "cli/command.h"
#include "cli/usage.h"
#include "report/json.h"
#include "report/markdown.h"
#include "study/scenario.h"

namespace dagsim::cli {

namespace {

constexpr const char* kDescription =
    "Rank the edits of scenarios by what they do to the time that people wait.\n\n"
    "A scenario names a workflow, its past runs and a list of edits. Each edit is simulated against the baseline on "
    "the "
    "same drawn runs; the report says how much faster or slower it is, how sure that is, and what caps the gain. Exit "
    "status 2 when a scenario is wrong or none of its edits could be predicted.";
constexpr const char* kExamples =
    "Examples:\n"
    "  dagsim what-if scenarios/remove-prepare.yaml\n"
    "      which edit helps, on the terminal\n"
    "  dagsim what-if scenarios/roadmap.yaml --format markdown -o review.md\n"
    "      the same for a design review\n"
    "  dagsim what-if scenarios/roadmap.yaml --best-set 3\n"
    "      which three edits to make, and in which order";

bool all_illegal(const study::Prediction& prediction) {
  return !prediction.edits.empty() &&
         std::all_of(prediction.edits.begin(), prediction.edits.end(),
                     [](const study::EditLine& edit) { return edit.verdict == study::Verdict::Illegal; });
}

class WhatIf final : public Command {
 public:
  explicit WhatIf(CLI::App& parent) {
    app = parent.add_subcommand("what-if", kDescription);
    app->footer(kExamples);
    app->add_option("scenario", scenarios_, "Scenario files; reports follow one another")->type_name("SCENARIO");
    app->add_option("--best-set", best_set_,
                    "Also find the set of up to K edits (2 to 6) that gains most together, and the best order")
        ->type_name("K");
    app->add_flag("--by-change", options_.study.by_change,
                  "Also predict each kind of change by itself: the classes of dagsim.yaml, else the sets of jobs that "
                  "past runs ran");
    options_.add_to(*app);
  }

  int run(const Context& context) override {
    options_.finish(context);
    if (!best_set_.empty()) options_.study.best_set = static_cast<uint32_t>(parse_count("--best-set", best_set_, 2, 6));
    if (scenarios_.empty()) throw UsageError("what-if needs at least one scenario file");
    int status = kFine;
    std::string result;
    for (const std::string& path : scenarios_) {
      const std::optional<study::Prediction> prediction = predict(context, path);
      if (!prediction || all_illegal(*prediction)) status = kWrongInput;
      if (prediction) append(context, *prediction, result);
    }
    if (!result.empty()) deliver(context, options_.output, result);
    return status;
  }

 private:
  std::optional<study::Prediction> predict(const Context& context, const std::string& path) const {
    Diagnostics diagnostics;
    std::optional<study::Prediction> prediction;
    if (const auto scenario = study::read_scenario(context.files, path, diagnostics)) {
      const ProgressLine progress(context);
      study::Options options = options_.study;
      options.progress = progress.callback();
      prediction = study::what_if(context.files, *scenario, options, diagnostics);
    }
    print(context, options_, diagnostics, prediction.has_value());
    if (!prediction) return prediction;
    for (const study::EditLine& edit : prediction->edits) print(context, options_, edit.diagnostics, true);
    return prediction;
  }

  void append(const Context& context, const study::Prediction& prediction, std::string& result) const {
    switch (options_.format) {
      case Format::Text:
        if (!result.empty()) result += "\n" + std::string(options_.text.width, '-') + "\n\n";
        result += report::text_report(prediction, options_.text);
        return;
      case Format::Markdown:
        if (!result.empty()) result += "\n---\n\n";
        result += report::markdown_report(prediction, context.command_line);
        return;
      case Format::Json:
        result += report::what_if_json(prediction);
        return;
      case Format::Yaml:
        break;
    }
  }

  CommonOptions options_;
  std::string best_set_;
  std::vector<std::string> scenarios_;
};

}  // namespace

std::unique_ptr<Command> make_what_if(CLI::App& parent) {
  return std::make_unique<WhatIf>(parent);
}

}  // namespace dagsim::cli
