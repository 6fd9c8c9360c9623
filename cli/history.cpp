// dagsim history: what the database of past runs holds.
#include "report/history.h"

#include <algorithm>
#include <array>
#include <ctime>
#include <filesystem>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/text.h"
#include "cli/command.h"
#include "cli/store_place.h"
#include "cli/usage.h"

namespace dagsim::cli {

namespace {

constexpr const char* kDescription =
    "Show what the history of this repository holds, or prune it.\n\n"
    "The history is an SQLite database that dagsim import writes; its views runs, jobs and steps are for any SQL "
    "client. "
    "Without an option the command counts runs by workflow, event and ending, and says which can be learned from.";
constexpr const char* kExamples =
    "Examples:\n"
    "  dagsim history\n"
    "      what there is\n"
    "  dagsim history --runs --limit 50\n"
    "      the newest runs, a line each\n"
    "  dagsim history --prune-before 2026-01-01\n"
    "      delete older runs";

class History final : public Command {
 public:
  explicit History(CLI::App& parent) {
    app = parent.add_subcommand("history", kDescription);
    app->footer(kExamples);
    app->add_option("database", store_, "The database (.dagsim/history.db below the folder with .github)")
        ->type_name("FILE.db");
    app->add_flag("--runs", runs_, "A line for each run, newest first");
    app->add_option("--limit", limit_, "Most runs to show (20)")->type_name("RUNS");
    app->add_option("--workflow", workflow_, "Only runs of the workflow of this name")->type_name("NAME");
    app->add_option("--prune-before", before_, "Delete runs that were created before a date, such as 2026-01-31")
        ->type_name("DATE");
    app->add_option("--format", format_, "text or json (text)")->type_name("");
    app->add_option("--width", width_, "Columns of text (those of the terminal, else 80)")->type_name("");
  }

  int run(const Context& context) override {
    static const std::array<std::string, 2> kFormats = {"text", "json"};
    json_ = parse_choice("--format", format_, kFormats) == 1;
    text_.width = context.terminal.out_is_terminal ? context.terminal.columns : 80;
    if (!width_.empty()) text_.width = static_cast<unsigned>(parse_count("--width", width_, 20, 1000));
    text_.color = context.terminal.out_is_terminal && !context.terminal.no_color;
    const std::string place = store_.empty() ? store_of_repository(context.files, ".") : named_store(store_);
    if (!context.files.is_file(place)) {
      throw UsageError(fmt::format("there is no history \"{}\"; dagsim fetch or dagsim import makes one", place));
    }
    if (!before_.empty()) return prune(context, place);
    const history::Store store(place, history::Store::Access::Read);
    Diagnostics diagnostics;
    history::History history = history::history_of(store, place, diagnostics);
    context.err << render(diagnostics, text_.color) << std::flush;
    deliver(context, "", runs_ ? list(std::move(history)) : overview(place, store, history));
    return kFine;
  }

 private:
  static double parse_date(const std::string& typed) {
    const std::optional<double> time = parse_timestamp(typed + "T00:00:00Z");
    if (!time) throw UsageError(fmt::format("--prune-before is \"{}\", expected a date such as 2026-01-31", typed));
    return *time;
  }

  int prune(const Context& context, const std::string& place) const {
    const double time = parse_date(before_);
    history::Store store(place, history::Store::Access::Write);
    const uint64_t gone = store.prune(time);
    deliver(context, "", fmt::format("{}: {} runs deleted, {} left\n", place, gone, store.summary().runs));
    return kFine;
  }

  std::string list(history::History history) const {
    std::vector<history::RunRecord>& runs = history.runs;
    if (!workflow_.empty()) {
      std::erase_if(runs, [&](const history::RunRecord& run) { return run.workflow != workflow_; });
    }
    std::ranges::reverse(runs);
    const uint64_t most = parse_count("--limit", limit_, 1, 1'000'000'000);
    if (runs.size() > most) runs.erase(runs.begin() + static_cast<std::ptrdiff_t>(most), runs.end());
    return json_ ? report::runs_json(runs) : report::runs_text(runs, text_);
  }

  std::string overview(const std::string& place, const history::Store& store, const history::History& history) const {
    report::HistoryOverview overview;
    overview.path = place;
    std::error_code ignored;
    overview.bytes = std::filesystem::file_size(place, ignored);
    overview.summary = store.summary();
    overview.excluded = history.excluded;
    for (const history::RunRecord& run : history.runs) {
      if (run.conclusion == history::Conclusion::Success) {
        ++overview.usable;
      } else {
        ++overview.excluded[std::string(history::ended_as(run.conclusion))];
      }
    }
    return json_ ? report::history_json(overview) : report::history_text(overview, text_);
  }

  std::string store_;
  bool runs_ = false;
  bool json_ = false;
  std::string limit_ = "20";
  std::string workflow_;
  std::string before_;
  std::string format_ = "text";
  std::string width_;
  report::TextOptions text_;
};

}  // namespace

std::unique_ptr<Command> make_history(CLI::App& parent) {
  return std::make_unique<History>(parent);
}

}  // namespace dagsim::cli
