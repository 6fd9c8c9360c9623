// dagsim verify: did a merged edit do what was predicted?
#include "report/verify.h"

#include <CLI/CLI.hpp>

#include "cli/command.h"
#include "cli/usage.h"

namespace dagsim::cli {

namespace {

constexpr const char* kDescription =
    "Tell whether a merged edit did what was predicted.\n\n"
    "The edit of a scenario is predicted from the runs before the first RUN, and held against the RUNs, which were "
    "made "
    "with it. Exit status 1 when their median lies outside the range predicted for 80 % of single runs.";
constexpr const char* kExamples =
    "Examples:\n"
    "  dagsim verify 27999729168 --scenario scenarios/remove-prepare.yaml\n"
    "      was the gain what it should be?\n"
    "  dagsim verify 1042 1043 1044 --scenario edits.yaml --edit drop-lint --ledger ledger.yaml\n"
    "      the same for three runs, and keep the outcome among the techniques of a ledger";

class Verify final : public Command {
 public:
  explicit Verify(CLI::App& parent) {
    app = parent.add_subcommand("verify", kDescription);
    app->footer(kExamples);
    app->add_option("runs", runs_, "Ids of runs in the history, made with the edit")->type_name("RUN");
    app->add_option("--scenario", scenario_, "The scenario that holds the edit")->type_name("SCENARIO");
    app->add_option("--edit", edit_, "Its id, where the scenario has several")->type_name("ID");
    app->add_option("--ledger", ledger_, "Add the outcome to the techniques of this ledger")->type_name("FILE");
    options_.add_to(*app);
  }

  int run(const Context& context) override {
    options_.finish(context);
    if (runs_.empty()) throw UsageError("verify needs the id of at least one run that was made with the edit");
    if (scenario_.empty()) throw UsageError("verify needs --scenario: the file that holds the edit");
    Diagnostics diagnostics;
    std::optional<study::Verification> result;
    {
      const ProgressLine progress(context);
      options_.study.progress = progress.callback();
      result = study::verify(context.files, scenario_, edit_, runs_, options_.study, diagnostics);
    }
    print(context, options_, diagnostics, false);
    if (!result) return kWrongInput;
    if (!ledger_.empty()) {
      const std::string old = context.files.is_file(ledger_) ? context.files.read(ledger_) : "runs: []\n";
      deliver(context, ledger_, study::with_outcome(old, *result));
    }
    deliver(context, options_.output, rendered(*result));
    return result->is_as_predicted() ? kFine : kFailed;
  }

 private:
  std::string rendered(const study::Verification& result) const {
    switch (options_.format) {
      case Format::Text:
        return report::verify_text(result, options_.text);
      case Format::Markdown:
        return report::verify_markdown(result);
      case Format::Json:
        return report::verify_json(result);
      case Format::Yaml:
        break;
    }
    return "";
  }

  CommonOptions options_;
  std::vector<std::string> runs_;
  std::string scenario_;
  std::string edit_;
  std::string ledger_;
};

}  // namespace

std::unique_ptr<Command> make_verify(CLI::App& parent) {
  return std::make_unique<Verify>(parent);
}

}  // namespace dagsim::cli
