#include <array>
#include <limits>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/text.h"
#include "cli/command.h"
#include "cli/usage.h"

namespace dagsim::cli {

namespace {

constexpr uint64_t kMostReplications = 100'000'000;
constexpr double kFinestPrecision = 1e-5;

std::string word_of(Format format) {
  switch (format) {
    case Format::Text:
      return "text";
    case Format::Json:
      return "json";
    case Format::Markdown:
      return "markdown";
    case Format::Yaml:
      return "yaml";
  }
  return "";
}

std::vector<std::string> words_of(const std::vector<Format>& formats) {
  std::vector<std::string> words;
  for (const Format format : formats) words.push_back(word_of(format));
  return words;
}

}  // namespace

void CommonOptions::add_to(CLI::App& app) {
  const std::string output_group = "Output";
  app.add_option("--format", typed_.format, any_of(words_of(formats)) + " (text)")->group(output_group);
  app.add_option("-o,--output", output, "Write the result to FILE instead, complete or not at all")
      ->type_name("FILE")
      ->group(output_group);
  app.add_option("--width", typed_.width, "Columns of text (those of the terminal, else 80)")->group(output_group);
  app.add_option("--color", typed_.color, "auto, always or never (auto, which honours NO_COLOR)")->group(output_group);

  const std::string question_group = "What is asked";
  app.add_option("--event", study.event, "Event that starts the run, such as pull_request")->group(question_group);
  app.add_option("--change", study.change, "Change class of dagsim.yaml: what the commit touches")
      ->group(question_group);
  changed_files_.add_to(app, question_group);
  app.add_option("--branch", study.branch, "Branch of the commit, whose past runs count more")->group(question_group);
  app.add_option("--gate", study.gate, "Job whose completion people wait for")->group(question_group);
  app.add_option("--workflow-file", study.workflow_file, "Which file of a repository's workflows, such as ci.yml")
      ->group(question_group);
  app.add_option("--assume", typed_.caches, "FAMILY=exact|partial|miss: state of a cache at the start; may be repeated")
      ->group(question_group)
      ->allow_extra_args(false);
  app.add_option("--set-output", typed_.outputs, "JOB.OUTPUT=VALUE: what a job tells the others; may be repeated")
      ->group(question_group)
      ->allow_extra_args(false);
  app.add_flag("--allow-lost-coverage", study.allow_lost_coverage, "Predict edits after which no job catches a defect")
      ->group(question_group);

  const std::string history_group = "Past runs";
  app.add_option(
         "--history", study.history,
         "A ledger, a file or folder of GitHub's REST answers, a database (.dagsim/history.db), or a model file "
         "(dagsim calibrate --format yaml)")
      ->group(history_group);
  app.add_option("--history-before", study.history_before, "Learn only from runs before this run id")
      ->group(history_group);
  app.add_flag("--force", study.force, "Predict although replayed runs are off by more than 10 %")
      ->group(history_group);

  const std::string engine_group = "Simulation";
  app.add_option("--replications", typed_.replications,
                 fmt::format("Simulated runs of each pipeline ({})", default_replications))
      ->group(engine_group);
  app.add_option("--precision", typed_.precision,
                 "Simulate until means are known to this share of the wall clock, such as 0.5%; --replications is then "
                 "the most (100000000)")
      ->group(engine_group);
  app.add_option("--seed", typed_.seed, "Same seed, same bytes (1)")->group(engine_group);
  app.add_option("--threads", typed_.threads, "0 takes all cores (0); never changes the result")->group(engine_group);
  for (CLI::Option* option : app.get_options()) {
    if (option->get_type_size() != 0 && option->get_type_name() == "TEXT") option->type_name("");
  }
}

void CommonOptions::finish(const Context& context) {
  static const std::array<std::string, 3> kColors = {"auto", "always", "never"};
  format = formats[parse_choice("--format", typed_.format, words_of(formats))];
  const size_t color = parse_choice("--color", typed_.color, kColors);
  const bool automatic = color == 0 && !context.terminal.no_color;
  text.color = color == 1 || (automatic && context.terminal.out_is_terminal && output.empty());
  color_errors = color == 1 || (automatic && context.terminal.err_is_terminal);
  text.width = context.terminal.out_is_terminal && output.empty() ? context.terminal.columns : 80;
  if (!typed_.width.empty()) text.width = static_cast<unsigned>(parse_count("--width", typed_.width, 20, 1000));
  study.seed = parse_count("--seed", typed_.seed, 0, std::numeric_limits<uint64_t>::max());
  if (!typed_.precision.empty()) {
    study.precision = parse_share("--precision", typed_.precision);
    if (!(study.precision >= kFinestPrecision))
      throw UsageError(fmt::format("--precision is \"{}\", expected 0.001% or more", typed_.precision));
  }
  study.replications = study.precision > 0 ? kMostReplications : default_replications;
  if (!typed_.replications.empty())
    study.replications = parse_count("--replications", typed_.replications, 1000, kMostReplications);
  study.threads = static_cast<unsigned>(parse_count("--threads", typed_.threads, 0, 1024));
  for (const std::string& one : typed_.caches) study.caches.push_back(parse_assumption(one));
  for (const std::string& one : typed_.outputs) study.outputs.push_back(parse_output(one));
  study.changed_files = changed_files_.read(context);
}

}  // namespace dagsim::cli
