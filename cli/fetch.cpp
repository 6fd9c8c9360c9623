// dagsim fetch: past runs over GitHub's REST API.
#include "history/fetch.h"

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdlib>
#include <memory>
#include <optional>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/text.h"
#include "cli/command.h"
#include "cli/fetch_line.h"
#include "cli/github_token.h"
#include "cli/log_rules.h"
#include "cli/since.h"
#include "cli/store_place.h"
#include "cli/usage.h"
#include "history/fetch_sinks.h"

namespace dagsim::cli {

namespace {

constexpr const char* kDescription =
    "Fetch past runs of a repository from GitHub.\n\n"
    "Runs and the jobs of all their attempts go into the history of this repository (.dagsim/history.db), which "
    "commands use where no other one is named. What is there already is not asked for again, so an interrupted fetch "
    "goes on where it ended. Until it has ended, the history is marked as truncated, and every command that uses it "
    "says so.\n\n"
    "The token is taken from GH_TOKEN, else GITHUB_TOKEN, else gh auth token. It needs read access to Actions of the "
    "repository (a classic token: repo, or public_repo). Public repositories need none, but then GitHub allows 60 "
    "requests an hour, of which each run takes one. GITHUB_API_URL names the API of another server.";
constexpr const char* kExamples =
    "Examples:\n"
    "  dagsim fetch OWNER/REPO --workflow ci.yml --since 30d\n"
    "      the runs of one workflow in the last 30 days\n"
    "  dagsim fetch OWNER/REPO --workflow ci.yml --since last\n"
    "      what came since the last fetch\n"
    "  dagsim fetch OWNER/REPO --since 2026-01-01 --dry-run\n"
    "      how many requests all workflows would take; runs are listed, nothing is kept\n"
    "  dagsim fetch OWNER/REPO --workflow ci.yml --since 30d --logs\n"
    "      with the logs, which tell what each job found in its caches\n"
    "  dagsim fetch OWNER/REPO --workflow ci.yml --output runs\n"
    "      files as GitHub sends them, for dagsim import or --history runs";
constexpr const char* kPublicApi = "https://api.github.com";
constexpr double kDefaultAge = 90 * 86'400;  // seconds; GitHub keeps logs that long
constexpr double kOverlap = 3600;            // seconds by which clocks and listings may be late

std::atomic<bool> is_interrupted = false;
static_assert(std::atomic<bool>::is_always_lock_free);

extern "C" void note_interrupt(int /*signal*/) {
  is_interrupted = true;
}

/// While it lives, an interrupt ends the fetch in good order; the next one is again as before.
class InterruptGuard {
 public:
  InterruptGuard() {
    is_interrupted = false;
    struct sigaction action {};
    action.sa_handler = note_interrupt;
    action.sa_flags = static_cast<int>(SA_RESETHAND);
    ::sigaction(SIGINT, &action, &interrupt_);
    ::sigaction(SIGTERM, &action, &terminate_);
  }
  ~InterruptGuard() {
    ::sigaction(SIGINT, &interrupt_, nullptr);
    ::sigaction(SIGTERM, &terminate_, nullptr);
  }
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;

 private:
  struct sigaction interrupt_ {};
  struct sigaction terminate_ {};
};

/// OWNER/REPO, also of the address of its page. \throws UsageError
std::string parse_repository(std::string text) {
  if (text.empty()) throw UsageError("fetch needs the repository: OWNER/REPO");
  const std::string typed = text;
  for (const char* prefix : {"https://github.com/", "github.com/"}) {
    if (text.starts_with(prefix)) text.erase(0, std::string_view(prefix).size());
  }
  while (text.ends_with('/')) text.pop_back();
  if (text.ends_with(".git")) text.resize(text.size() - 4);
  const auto is_part = [](std::string_view part) {
    const auto is_fine = [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
             c == '.';
    };
    return !part.empty() && part != "." && part != ".." && std::ranges::all_of(part, is_fine);
  };
  const std::vector<std::string_view> parts = split(text, '/');
  if (parts.size() != 2 || !is_part(parts[0]) || !is_part(parts[1])) {
    throw UsageError(fmt::format("the repository is \"{}\", expected OWNER/REPO", typed));
  }
  return text;
}

class Fetch final : public Command {
 public:
  explicit Fetch(CLI::App& parent) {
    app = parent.add_subcommand("fetch", kDescription);
    app->footer(kExamples);
    app->add_option("repository", repository_, "The repository on GitHub")->type_name("OWNER/REPO");
    app->add_option("--workflow", workflow_, "Its file, such as ci.yml, its name or its number (all workflows)")
        ->type_name("FILE");
    app->add_option("--since", since_,
                    "Runs created since a date (2026-01-31), an age (48h, 30d, 12w), or since the last fetch (last; "
                    "90d for the first one)")
        ->type_name("DATE");
    app->add_flag("--logs", options_.logs, "Also the logs of each attempt, a zip archive");
    app->add_flag("--artifacts", options_.artifacts, "Also what artifacts each run has");
    app->add_flag("--caches", options_.caches, "Also what caches the repository has now");
    app->add_flag("--dry-run", options_.dry_run, "List the runs and say how many requests the rest would take");
    app->add_option("--history", store_, "The database (.dagsim/history.db below the folder with .github)")
        ->type_name("FILE.db");
    app->add_option("--output", folder_, "Files in a folder instead, as GitHub sends them")->type_name("FOLDER");
    app->add_option("--parallel", parallel_, "Requests at once (4)")->type_name("COUNT");
    app->add_option("--color", color_, "auto, always or never (auto, which honours NO_COLOR)")->type_name("");
  }

  int run(const Context& context) override {
    static const std::array<std::string, 3> kColors = {"auto", "always", "never"};
    const size_t color = parse_choice("--color", color_, kColors);
    const bool colored = color == 1 || (color == 0 && context.terminal.err_is_terminal && !context.terminal.no_color);
    options_.repository = parse_repository(repository_);
    options_.workflow = workflow_;
    if (!store_.empty() && !folder_.empty()) throw UsageError("--history and --output can't both take the runs");
    const std::optional<double> since = since_.empty() ? std::nullopt : parse_since(since_, clock_.now());
    options_.until = clock_.now();

    Diagnostics diagnostics;
    open_sink(context, diagnostics);
    const std::vector<history::Sample> samples = sink_->samples();
    check_repository(samples);
    options_.since = since ? *since : since_last(samples);
    const int status = fetch(context, client_options(context), diagnostics);
    context.err << render(diagnostics, colored) << std::flush;
    return status;
  }

 private:
  history::GitHubOptions client_options(const Context& context) const {
    history::GitHubOptions options;
    const char* api = std::getenv("GITHUB_API_URL");
    options.api = api == nullptr || *api == '\0' ? kPublicApi : api;
    const GitHubToken token = find_github_token(options.api);
    options.token = token.text;
    options.token_source = token.source;
    options.parallel = static_cast<unsigned>(parse_count("--parallel", parallel_, 1, 16));
    options.http.user_agent = "dagsim/" DAGSIM_VERSION;
    if (token.text.empty()) {
      context.err << "dagsim: note: without a token GitHub allows 60 requests an hour, and shows public repositories "
                     "only; set GH_TOKEN, or log in with gh auth login\n"
                  << std::flush;
    }
    return options;
  }

  void open_sink(const Context& context, Diagnostics& diagnostics) {
    if (!folder_.empty()) {
      place_ = folder_;
      sink_ = std::make_unique<history::FolderSink>(context.files, folder_, clock_.now());
      return;
    }
    place_ = store_.empty() ? store_of_repository(context.files, ".") : named_store(store_);
    if (options_.dry_run && !context.files.is_file(place_)) {
      sink_ = std::make_unique<history::FolderSink>(context.files, history::folder_beside(place_), clock_.now());
      return;
    }
    database_.emplace(place_, history::Store::Access::Write);
    sink_ = std::make_unique<history::StoreSink>(*database_, context.files, place_, clock_.now(),
                                                 log_rules(context.files, "", diagnostics), diagnostics);
  }

  /// Runs don't say whose they are, so one place holds one repository.
  void check_repository(const std::vector<history::Sample>& samples) const {
    for (const history::Sample& sample : samples) {
      if (equals_ignore_case(sample.repository, options_.repository)) continue;
      throw UsageError(fmt::format("\"{}\" holds runs of {}; name another place with --history or --output", place_,
                                   sample.repository));
    }
  }

  double since_last(const std::vector<history::Sample>& samples) const {
    const std::string file = options_.workflow.substr(options_.workflow.rfind('/') + 1);
    for (const history::Sample& sample : samples) {
      if (sample.workflow == file) return sample.is_complete ? sample.next - kOverlap : sample.since;
    }
    const double newest = database_ ? database_->summary().last : 0;
    if (since_ == "last" && newest > 0) return newest - kOverlap;
    if (since_.empty()) return clock_.now() - kDefaultAge;
    throw UsageError(fmt::format("--since is \"last\", but no runs of {}{} are in \"{}\" yet", options_.repository,
                                 file.empty() ? "" : ", " + file, place_));
  }

  int fetch(const Context& context, history::GitHubOptions client, Diagnostics& diagnostics) {
    const InterruptGuard guard;
    history::FetchProgress progress;
    try {
      FetchLine line(context);
      history::GitHub github(std::move(client), clock_, [&](const history::GitHubState& state) {
        line.show(progress, state, clock_.now());
        return is_interrupted.load();
      });
      const history::FetchCounts counts = history::fetch(github, options_, *sink_, progress);
      line.wipe();
      deliver(context, "", options_.dry_run ? told_estimate(counts, github.state()) : told(counts, github.state()));
      if (!options_.dry_run) history::warn_of_truncated(std::span(&counts.sample, 1), place_, diagnostics);
      return kFine;
    } catch (const history::Interrupted&) {
      context.err << fmt::format(
                         "dagsim: interrupted while {}{}; what came is kept in \"{}\", and the same command goes on\n",
                         progress.phase, told(progress), place_)
                  << std::flush;
      return kInterrupted;
    } catch (const history::GitHubError& error) {
      if (options_.dry_run || progress.done == 0) throw;
      throw history::GitHubError(fmt::format(
          "{}\ndagsim: note: what came before is kept in \"{}\", and the same command goes on", error.what(), place_));
    }
  }

  static std::string told(const history::FetchProgress& progress) {
    if (progress.total == 0) return "";
    return fmt::format(" ({} of {})", grouped(progress.done), grouped(progress.total));
  }

  std::string head() const {
    return fmt::format("{}{} since {}", options_.repository, options_.workflow.empty() ? "" : ", " + options_.workflow,
                       history::utc_text(options_.since));
  }

  static std::string told(const history::GitHubState& state) {
    std::string text =
        fmt::format("  requests  {}, {} of them repeated", grouped(state.requests), grouped(state.repeated));
    if (state.requests_left >= 0) {
      text += fmt::format("; {} left until {}", grouped(static_cast<uint64_t>(state.requests_left)),
                          history::utc_text(state.reset));
    }
    return text + "\n";
  }

  static std::string told_runs(const history::FetchCounts& counts) {
    return fmt::format("  runs      {} listed, {} of them still going\n", grouped(counts.runs),
                       grouped(counts.unfinished));
  }

  std::string told_estimate(const history::FetchCounts& counts, const history::GitHubState& state) const {
    std::string text = head() + ", nothing kept\n" + told_runs(counts);
    text += fmt::format("  attempts  {} completed: {} known, {} to fetch\n", grouped(counts.attempts),
                        grouped(counts.known), grouped(counts.attempts - counts.known));
    text +=
        fmt::format("  to come   {} requests to list the runs and {} for the rest, more where listings have pages\n",
                    grouped(state.requests - state.repeated), grouped(counts.expected_requests));
    return text + told(state);
  }

  std::string told(const history::FetchCounts& counts, const history::GitHubState& state) const {
    std::string text = fmt::format("{} in {}\n", head(), place_) + told_runs(counts);
    text += fmt::format("  attempts  {} completed: {} fetched, {} known", grouped(counts.attempts),
                        grouped(counts.fetched), grouped(counts.known));
    if (counts.gone > 0) text += fmt::format(", {} deleted meanwhile", grouped(counts.gone));
    text += "\n";
    if (options_.logs) {
      text += fmt::format("  logs      {} fetched, {} known, {} expired\n", grouped(counts.logs),
                          grouped(counts.logs_known), grouped(counts.logs_gone));
    }
    if (options_.artifacts) text += fmt::format("  artifacts of {} runs\n", grouped(counts.artifacts));
    if (options_.caches) text += fmt::format("  caches    {}\n", grouped(counts.caches));
    return text + told(state);
  }

  std::string repository_;
  std::string workflow_;
  std::string since_;
  std::string store_;
  std::string folder_;
  std::string parallel_ = "4";
  std::string color_ = "auto";
  std::string place_;
  history::FetchOptions options_;
  history::SystemClock clock_;
  std::optional<history::Store> database_;
  std::unique_ptr<history::FetchSink> sink_;
};

}  // namespace

std::unique_ptr<Command> make_fetch(CLI::App& parent) {
  return std::make_unique<Fetch>(parent);
}

}  // namespace dagsim::cli
