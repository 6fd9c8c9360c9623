// dagsim import: past runs into the database.
#include "history/import.h"

#include <array>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/command.h"
#include "cli/log_rules.h"
#include "cli/store_place.h"
#include "cli/usage.h"

namespace dagsim::cli {

namespace {

constexpr const char* kDescription =
    "Take past runs into the history of this repository.\n\n"
    "PATH is a file or folder of answers of GitHub's REST API: listings of runs and of their jobs, as gh api "
    "--paginate prints them, one a file or many, plain or gzipped; listings of artifacts and caches are kept beside "
    "them. It may also be the log of a job (JOB.txt), or those "
    "of a run as GitHub zips them (RUN.zip) or as gh run view --log prints them (RUN/log.txt), called by the ids that "
    "GitHub gives them: logs tell which caches each job found, and so what a cache is worth. A ledger (.yaml) is named "
    "itself. What is known already "
    "stays, what is newer takes its place, so the same files may be imported again. Commands use the history where no "
    "other one is named.";
constexpr const char* kExamples =
    "Examples:\n"
    "  dagsim import runs/\n"
    "      a folder of answers, into .dagsim/history.db of this repository\n"
    "  dagsim import runs.json.gz --history ci.db\n"
    "      one file, into a database of its own\n"
    "  gh api repos/OWNER/REPO/actions/runs/RUN/logs > logs/RUN.zip && dagsim import logs/\n"
    "      the logs of a run that was imported before";

class Import final : public Command {
 public:
  explicit Import(CLI::App& parent) {
    app = parent.add_subcommand("import", kDescription);
    app->footer(kExamples);
    app->add_option("path", paths_, "Files and folders of answers and logs")->type_name("PATH");
    app->add_option("--history", store_, "The database (.dagsim/history.db below the folder with .github)")
        ->type_name("FILE.db");
    app->add_option("--rules", rules_, "A dagsim.yaml whose logs: list patterns of your own")->type_name("FILE");
    app->add_option("--color", color_, "auto, always or never (auto, which honours NO_COLOR)")->type_name("");
  }

  int run(const Context& context) override {
    static const std::array<std::string, 3> kColors = {"auto", "always", "never"};
    const size_t color = parse_choice("--color", color_, kColors);
    const bool colored = color == 1 || (color == 0 && context.terminal.err_is_terminal && !context.terminal.no_color);
    if (paths_.empty()) throw UsageError("import needs a file or folder of answers of GitHub's REST API, or of logs");
    const std::string place = store_.empty() ? store_of_repository(context.files, ".") : named_store(store_);
    history::Store store(place, history::Store::Access::Write);
    Diagnostics diagnostics;
    history::ImportOptions options;
    options.log_rules = log_rules(context.files, rules_, diagnostics);
    history::ImportCounts counts;
    if (!diagnostics.has_errors()) {
      const ProgressLine progress(context, "importing");
      options.progress = progress.callback();
      counts = history::import_files(context.files, paths_, store, options, diagnostics);
    }
    context.err << render(diagnostics, colored) << std::flush;
    deliver(context, "",
            fmt::format("{}\n  runs  {}\n  jobs  {}, with {} steps\n{}{}{}{}", place, told(counts.runs),
                        told(counts.jobs), counts.steps, told_logs(counts), line("artifacts", counts.artifacts),
                        line("caches", counts.caches), line("ledgers", counts.ledgers)));
    return diagnostics.has_errors() ? kWrongInput : kFine;
  }

 private:
  static std::string told(const history::Counts& counts) {
    return fmt::format("{} new, {} changed, {} known", counts.added, counts.changed, counts.known);
  }

  static bool any(const history::Counts& counts) { return counts.added + counts.changed + counts.known > 0; }

  /// Nothing of what wasn't there.
  static std::string line(const char* what, const history::Counts& counts) {
    return any(counts) ? fmt::format("  {}  {}\n", what, told(counts)) : "";
  }

  static std::string told_logs(const history::ImportCounts& counts) {
    if (!any(counts.logs)) return "";
    return fmt::format("  logs  {}, which asked for {} caches\n", told(counts.logs), counts.restores);
  }

  std::vector<std::string> paths_;
  std::string rules_;
  std::string store_;
  std::string color_ = "auto";
};

}  // namespace

std::unique_ptr<Command> make_import(CLI::App& parent) {
  return std::make_unique<Import>(parent);
}

}  // namespace dagsim::cli
