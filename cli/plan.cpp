// dagsim plan: what an event would run.
#include "report/plan.h"

#include <array>
#include <istream>
#include <iterator>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "cli/changed_files.h"
#include "cli/command.h"
#include "cli/usage.h"
#include "study/plan.h"

namespace dagsim::cli {

namespace {

constexpr const char* kDescription =
    "Show which jobs an event would run, and why each other one is skipped.\n\n"
    "Matrices, reusable workflows and local actions are expanded as GitHub does. What only a run knows (outputs of "
    "jobs, "
    "results, the event's fields) can be supplied; a matrix that reads what nobody supplied is asked for.";
constexpr const char* kExamples =
    "Examples:\n"
    "  dagsim plan .github/workflows/ci.yml --event push\n"
    "      what a push would run\n"
    "  dagsim plan . --event pull_request --set-output 'changes.rust=false'\n"
    "      what is left when the routing job says so\n"
    "  dagsim plan ci.yml --result lint=failure\n"
    "      which jobs still run when lint fails\n"
    "  dagsim plan ci.yml --diff main...HEAD\n"
    "      whether path filters let these changes start it, and which jobs they skip\n"
    "  dagsim plan --json ci.yml --event push --context github.json --outputs outputs.json\n"
    "      for a tool: github.json holds {\"github\": {...}}, outputs.json {\"job\": {\"output\": \"value\"}}";

class Plan final : public Command {
 public:
  explicit Plan(CLI::App& parent) {
    app = parent.add_subcommand("plan", kDescription);
    app->footer(kExamples);
    const auto list = [&](const char* name, std::vector<std::string>& values, const char* help) {
      app->add_option(name, values, help)->type_name("")->allow_extra_args(false);
    };
    app->add_option("workflow", request_.workflow.path, "A workflow file, or a folder with .github/workflows")
        ->type_name("WORKFLOW");
    app->add_flag("--json", json_, "The plan as one JSON document");
    app->add_option("--event", request_.workflow.event,
                    "Event that starts the run (pull_request, else push, else the first that the workflow has)")
        ->type_name("");
    app->add_option("--workflow-file", request_.workflow.workflow_file,
                    "Which file of a repository's workflows, such as ci.yml")
        ->type_name("");
    app->add_option("--change", request_.change, "Change class of dagsim.yaml: what the commit touches")->type_name("");
    app->add_option("--context", context_file_,
                    "JSON of contexts: {\"github\": {...}, \"inputs\": {...}, \"vars\": {...}}")
        ->type_name("FILE");
    app->add_option("--outputs", outputs_file_, "JSON of what jobs tell the others: {\"job\": {\"output\": value}}")
        ->type_name("FILE");
    list("--set-output", outputs_, "JOB.OUTPUT=VALUE: one such output; may be repeated");
    list("--input", inputs_, "NAME=VALUE: an input of workflow_dispatch; may be repeated");
    list("--result", results_, "JOB=failure|cancelled|skipped: how a job ends; may be repeated");
    changed_files_.add_to(*app, "");
    list("--vendor", request_.workflow.vendor,
         "FOLDER with what other repositories define, as FOLDER/owner/repo/ref/path; may be repeated");
    list("--limit", limits_,
         "NAME=COUNT: lift a bound: bytes (1048576), depth (50) and nodes (50000) of a file, legs (256) of a matrix, "
         "levels (10) and files (50) of called workflows, actions (10) in one another, jobs (4096); may be repeated");
    app->add_option("-o,--output", output_, "Write the result to FILE instead, complete or not at all")
        ->type_name("FILE");
    app->add_option("--width", width_, "Columns of text (those of the terminal, else 80)")->type_name("");
    app->add_option("--color", color_, "auto, always or never (auto, which honours NO_COLOR)")->type_name("");
  }

  int run(const Context& context) override {
    if (request_.workflow.path.empty()) {
      throw UsageError("plan needs a workflow: a file, or a folder with .github/workflows");
    }
    const report::TextOptions text = text_options(context);
    for (const std::string& one : outputs_) add_output(one);
    for (const std::string& one : inputs_) request_.workflow.inputs.push_back(parse_pair("--input", one, "NAME=VALUE"));
    for (const std::string& one : results_) request_.results.push_back(parse_pair("--result", one, "JOB=RESULT"));
    set_limits();
    Diagnostics diagnostics;
    read_files(context, diagnostics);
    std::optional<study::Plan> plan;
    if (!diagnostics.has_errors()) plan = study::make_plan(context.files, request_, diagnostics);
    const bool color_errors =
        color_ == "always" || (color_ == "auto" && context.terminal.err_is_terminal && !context.terminal.no_color);
    context.err << render(diagnostics, color_errors) << std::flush;
    if (!plan) return kWrongInput;
    deliver(context, output_, json_ ? report::plan_json(*plan) : report::plan_text(*plan, text));
    return kFine;
  }

 private:
  report::TextOptions text_options(const Context& context) const {
    static const std::array<std::string, 3> kColors = {"auto", "always", "never"};
    const size_t color = parse_choice("--color", color_, kColors);
    const bool on_screen = context.terminal.out_is_terminal && output_.empty();
    report::TextOptions text;
    text.color = color == 1 || (color == 0 && on_screen && !context.terminal.no_color);
    text.width = on_screen ? context.terminal.columns : 80;
    if (!width_.empty()) text.width = static_cast<unsigned>(parse_count("--width", width_, 20, 1000));
    return text;
  }

  void add_output(const std::string& typed) {
    const auto [name, value] = parse_output(typed);
    const size_t dot = name.rfind('.');
    request_.workflow.outputs.push_back({name.substr(0, dot), name.substr(dot + 1), value});
  }

  void set_limits() {
    static const std::array<std::string, 8> kNames = {"bytes",  "depth", "nodes",   "legs",
                                                      "levels", "files", "actions", "jobs"};
    workflow::Limits& limits = request_.workflow.limits;
    for (const std::string& typed : limits_) {
      const auto [name, count] = parse_limit(typed, kNames);
      const std::array<size_t*, 8> places = {&limits.yaml.bytes, &limits.yaml.depth, &limits.yaml.nodes, &limits.legs,
                                             &limits.levels,     &limits.files,      &limits.actions,    &limits.jobs};
      *places[name] = count;
    }
  }

  void read_files(const Context& context, Diagnostics& diagnostics) {
    if (!context_file_.empty()) {
      study::read_contexts(context_file_, context.files.read(context_file_), request_.workflow, diagnostics);
    }
    if (!outputs_file_.empty()) {
      study::read_outputs(outputs_file_, context.files.read(outputs_file_), request_, diagnostics);
    }
    request_.workflow.changed_files = changed_files_.read(context);
  }

  study::PlanRequest request_ = [] {
    study::PlanRequest request;
    request.workflow.event.clear();
    return request;
  }();
  bool json_ = false;
  std::string context_file_;
  std::string outputs_file_;
  ChangedFiles changed_files_;
  std::vector<std::string> outputs_;
  std::vector<std::string> inputs_;
  std::vector<std::string> results_;
  std::vector<std::string> limits_;
  std::string output_;
  std::string width_;
  std::string color_ = "auto";
};

}  // namespace

std::unique_ptr<Command> make_plan(CLI::App& parent) {
  return std::make_unique<Plan>(parent);
}

}  // namespace dagsim::cli
