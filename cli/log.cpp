// dagsim log: what job logs show.
#include "report/log.h"

#include <array>
#include <istream>
#include <string_view>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/log_rules.h"
#include "cli/usage.h"
#include "history/archive.h"
#include "history/log_text.h"

namespace dagsim::cli {

namespace {

constexpr const char* kDescription =
    "Show what job logs tell: which caches were found, what was downloaded and compiled, and how long each step "
    "took.\n\n"
    "A FILE is the log of a job as text, plain or gzipped, the logs of a run as GitHub zips them or as gh run view "
    "--log prints them, or - for text on the standard input. A log of any size is read without keeping it. Exit status "
    "2 when a file is no "
    "log.";
constexpr const char* kExamples =
    "Examples:\n"
    "  gh api repos/OWNER/REPO/actions/jobs/JOB/logs > JOB.txt && dagsim log JOB.txt\n"
    "      the caches, counts and steps of one job\n"
    "  gh api repos/OWNER/REPO/actions/runs/RUN/logs > RUN.zip && dagsim log RUN.zip\n"
    "      of all jobs of a run\n"
    "  gh run view RUN --log | dagsim log --job lint -\n"
    "      of one job of a run\n"
    "  dagsim log --job 'test*' --format json logs/*.zip\n"
    "      a line of JSON for each job whose name begins with test\n"
    "  dagsim log --rules dagsim.yaml RUN.zip\n"
    "      with the patterns of your own that dagsim.yaml lists under logs\n"
    "  dagsim log JOB.txt.gz\n"
    "      a log that was packed";

class Log final : public Command {
 public:
  explicit Log(CLI::App& parent) {
    app = parent.add_subcommand("log", kDescription);
    app->footer(kExamples);
    app->add_option("file", paths_, "Logs as text or as zips, or - for the standard input")->type_name("FILE");
    app->add_option("--job", job_, "Only jobs of a run whose name matches this glob, as the file spells it")
        ->type_name("GLOB");
    app->add_option("--rules", rules_, "A dagsim.yaml whose logs: list patterns of your own")->type_name("FILE");
    app->add_option("--format", format_, "text or json, one line a job (text)")->type_name("");
    app->add_option(
           "--limit", limits_typed_,
           "NAME=COUNT: lift a bound on zips: entries (200000), bytes (8589934592), ratio (250); may be repeated")
        ->type_name("")
        ->allow_extra_args(false);
    app->add_option("--color", color_, "auto, always or never (auto, which honours NO_COLOR)")->type_name("");
  }

  int run(const Context& context) override {
    static const std::array<std::string, 2> kFormats = {"text", "json"};
    static const std::array<std::string, 3> kColors = {"auto", "always", "never"};
    as_json_ = parse_choice("--format", format_, kFormats) == 1;
    const size_t color = parse_choice("--color", color_, kColors);
    const bool by_itself = color == 0 && !context.terminal.no_color;
    text_.color = color == 1 || (by_itself && context.terminal.out_is_terminal);
    colored_errors_ = color == 1 || (by_itself && context.terminal.err_is_terminal);
    text_.width = context.terminal.out_is_terminal ? context.terminal.columns : 100;
    set_limits();
    if (paths_.empty()) throw UsageError("log needs at least one file: the log of a job, or the zip of a run's logs");
    Diagnostics wrong_rules;
    const history::LogRules rules = log_rules(context.files, rules_, wrong_rules);
    say(context, wrong_rules);
    if (wrong_rules.has_errors()) return kWrongInput;
    int status = kFine;
    for (const std::string& path : paths_) {
      if (!show(context, path, rules)) status = kWrongInput;
    }
    context.out << std::flush;
    if (!context.out) throw Error("cannot write to the standard output");
    return status;
  }

 private:
  void set_limits() {
    static const std::array<std::string, 3> kNames = {"bytes", "entries", "ratio"};
    for (const std::string& typed : limits_typed_) {
      const auto [name, count] = parse_limit(typed, kNames);
      const std::array<uint64_t*, 3> places = {&limits_.bytes, &limits_.entries, &limits_.ratio};
      *places[name] = count;
    }
  }

  void say(const Context& context, const Diagnostics& diagnostics) const {
    context.err << render(diagnostics, colored_errors_) << std::flush;
  }

  /// False when the file is no log.
  bool show(const Context& context, const std::string& path, const history::LogRules& rules) {
    if (path == "-") return show_input(context, rules);
    if (context.files.is_directory(path))
      throw UsageError(fmt::format("\"{}\" is a folder, expected a log or a zip", path));
    if (history::is_archive(context.files, path)) return show_archive(context, path, rules);
    return show_logs(context, path, history::read_logs(context.files, path, rules, limits_.bytes));
  }

  bool show_input(const Context& context, const history::LogRules& rules) {
    history::LogReader reader(rules);
    std::vector<char> block(size_t{1} << 18);
    while (context.in.read(block.data(), static_cast<std::streamsize>(block.size())) || context.in.gcount() > 0) {
      reader.feed({block.data(), static_cast<size_t>(context.in.gcount())});
    }
    if (context.in.bad()) throw Error("can't read the standard input");
    return show_logs(context, "-", reader.finish());
  }

  bool show_logs(const Context& context, const std::string& path, std::vector<history::NamedLog> logs) {
    bool any = false;
    for (history::NamedLog& named : logs) {
      if (!job_.empty() && !named.job.empty() && !glob_match(job_, named.job)) continue;
      deliver_log(context, path, named.job, std::move(named.log));
      any = true;
    }
    if (!any) say(context, no_logs(path));
    return any;
  }

  Diagnostics no_logs(const std::string& path) const {
    Diagnostics diagnostics;
    const std::string which = job_.empty() ? "" : fmt::format(" of a job that matches \"{}\"", job_);
    diagnostics.error("no-logs", fmt::format("\"{}\" holds no logs{}", path, which));
    return diagnostics;
  }

  bool show_archive(const Context& context, const std::string& path, const history::LogRules& rules) {
    const std::string bytes = context.files.read(path);
    Diagnostics diagnostics;
    std::optional<history::Archive> archive = history::Archive::open(bytes, path, limits_, diagnostics);
    if (archive) {
      size_t shown = 0;
      for (const history::ArchivedJob& job : archive->jobs()) {
        if (!job_.empty() && !glob_match(job_, job.name)) continue;
        ++shown;
        std::optional<history::JobLog> log = history::scan_job(*archive, job, rules);
        if (log) deliver_log(context, path, job.name, std::move(*log));
      }
      history::report_excluded(*archive, path, diagnostics);
      if (shown == 0) diagnostics.append(no_logs(path));
    }
    say(context, diagnostics);
    return !diagnostics.has_errors();
  }

  void deliver_log(const Context& context, const std::string& path, const std::string& job, history::JobLog log) {
    report::LogReport report{path, job, history::log_origin(path), std::move(log), {}};
    report.evidence = history::fold(report.log);
    if (as_json_) {
      context.out << report::log_json(report);
    } else {
      context.out << (is_first_ ? "" : "\n") << report::log_text(report, text_);
    }
    is_first_ = false;
  }

  std::vector<std::string> paths_;
  std::vector<std::string> limits_typed_;
  std::string job_;
  std::string rules_;
  std::string format_ = "text";
  std::string color_ = "auto";
  bool as_json_ = false;
  bool colored_errors_ = false;
  bool is_first_ = true;
  report::TextOptions text_;
  history::ArchiveLimits limits_;
};

}  // namespace

std::unique_ptr<Command> make_log(CLI::App& parent) {
  return std::make_unique<Log>(parent);
}

}  // namespace dagsim::cli
