// dagsim check: a gate against workflow edits that make people wait longer.
#include "report/check.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/command.h"
#include "cli/usage.h"
#include "study/findings.h"

namespace dagsim::cli {

namespace {

constexpr const char* kDescription =
    "Compare two versions of a workflow and fail when the newer one is too slow, or list what is wrong with one.\n\n"
    "With a WORKFLOW (a file, or a folder with .github/workflows) it lists findings: jobs that the gate forgot, needs "
    "that carry nothing, caches that race, missing time-outs, and more; no past run is needed. `findings:` in "
    "dagsim.yaml sets the severity of each rule; errors give exit status 1.\n\n"
    "With --base and --head both versions are simulated on the same drawn runs, so no CI run is spent and no lucky run "
    "passes. The check "
    "fails, "
    "with exit status 1, only when the whole interval of the change lies above what is allowed.";
constexpr const char* kExamples =
    "Examples:\n"
    "  dagsim check .\n"
    "      what is wrong with the workflows of this repository, without a run\n"
    "  dagsim check --base main/ --head . --max-regression 5% --history runs/\n"
    "      two checkouts, for a pull request that edits workflows\n"
    "  dagsim check --base main/ --head . --format markdown >> \"$GITHUB_STEP_SUMMARY\"\n"
    "      the outcome as the summary of a step";

class Check final : public Command {
 public:
  explicit Check(CLI::App& parent) {
    app = parent.add_subcommand("check", kDescription);
    app->footer(kExamples);
    app->add_option("workflow", workflow_, "List the findings of this version alone")->type_name("WORKFLOW");
    app->add_option("--base", base_, "The version to compare with: a folder or workflow file")->type_name("DIR");
    app->add_option("--head", head_, "The version to check")->type_name("DIR");
    app->add_option("--max-regression", threshold_, "Share of the base's mean wall clock, 5% or 0.05 (5%)")
        ->type_name("SHARE");
    options_.add_to(*app);
  }

  int run(const Context& context) override {
    options_.finish(context);
    if (!workflow_.empty()) return list_findings(context);
    if (base_.empty()) throw UsageError("check needs a workflow, or --base: the version to compare with");
    if (head_.empty()) throw UsageError("check needs --head: the version to check");
    const double threshold = parse_share("--max-regression", threshold_);
    Diagnostics diagnostics;
    std::optional<study::CheckResult> result;
    {
      const ProgressLine progress(context);
      options_.study.progress = progress.callback();
      result = study::check(context.files, base_, head_, threshold, options_.study, diagnostics);
    }
    print(context, options_, diagnostics, result.has_value());
    if (!result) return kWrongInput;
    deliver(context, options_.output, rendered(context, *result));
    return report::check_fails(*result) ? kFailed : kFine;
  }

 private:
  int list_findings(const Context& context) const {
    if (!base_.empty() || !head_.empty()) {
      throw UsageError("check takes a workflow, or --base and --head, not both");
    }
    if (!context.files.is_directory(workflow_) && !context.files.is_file(workflow_)) {
      throw UsageError(
          fmt::format("\"{}\" does not exist, expected a workflow file or a folder with .github/workflows", workflow_));
    }
    Diagnostics diagnostics;
    const std::vector<study::Finding> findings =
        study::find_in_repository(context.files, workflow_, options_.study, diagnostics);
    print(context, options_, diagnostics, false);
    if (diagnostics.has_errors() && findings.empty()) return kWrongInput;
    deliver(context, options_.output, rendered_findings(findings));
    if (diagnostics.has_errors()) return kWrongInput;
    return report::findings_fail(findings) ? kFailed : kFine;
  }

  std::string rendered_findings(const std::vector<study::Finding>& findings) const {
    switch (options_.format) {
      case Format::Text:
        return report::findings_text(workflow_, findings, options_.text);
      case Format::Markdown:
        return report::findings_markdown(workflow_, findings);
      case Format::Json:
        return report::findings_json(workflow_, findings);
      case Format::Yaml:
        break;
    }
    return "";
  }

  std::string rendered(const Context& context, const study::CheckResult& result) const {
    switch (options_.format) {
      case Format::Text:
        return report::check_text(result, options_.text);
      case Format::Markdown:
        return report::check_markdown(result, context.command_line);
      case Format::Json:
        return report::check_json(result);
      case Format::Yaml:
        break;
    }
    return "";
  }

  CommonOptions options_;
  std::string workflow_;
  std::string base_;
  std::string head_;
  std::string threshold_ = "5%";
};

}  // namespace

std::unique_ptr<Command> make_check(CLI::App& parent) {
  return std::make_unique<Check>(parent);
}

}  // namespace dagsim::cli
