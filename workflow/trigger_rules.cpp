// Source: GitHub's documentation, "Workflow syntax", "Events that trigger workflows" and "Skipping workflow runs".
#include "workflow/trigger_rules.h"

#include <algorithm>
#include <array>
#include <span>
#include <string_view>

#include <fmt/format.h>

#include "base/text.h"
#include "workflow/filter.h"

namespace dagsim::workflow {

namespace {

constexpr std::string_view kHeads = "refs/heads/";
constexpr std::string_view kTags = "refs/tags/";
constexpr std::string_view kPending = "required checks of this workflow stay pending";

bool is_pull_request(std::string_view event) {
  return event == "pull_request" || event == "pull_request_target";
}

/// The patterns as a message shows them, not all of a long list.
std::string shown(const std::vector<std::string>& patterns) {
  constexpr size_t kShown = 5;
  const size_t count = std::min(patterns.size(), kShown);
  std::string text = join(std::span(patterns).first(count), ", ");
  if (patterns.size() > count) text += fmt::format(" and {} more", patterns.size() - count);
  return text;
}

/// A filter and its twin, both under the name that the file gives them.
struct FilterPair {
  std::string_view key;
  const std::vector<std::string>& include;
  const std::vector<std::string>& ignore;

  bool empty() const { return include.empty() && ignore.empty(); }
  std::string used_key() const { return include.empty() ? fmt::format("{}-ignore", key) : std::string(key); }
};

/// Asks one filter after the other; each says whether the event passes and leaves a clause of the reason.
class Judge {
 public:
  Judge(const TriggerFilters& filters, const Happening& happening) : filters_(filters), happening_(happening) {}

  TriggerDecision judge() {
    decision_.runs =
        passes_event() && passes_message() && passes_types() && passes_followed_run() && passes_ref() && passes_paths();
    if (decision_.runs && clauses_.empty())
      clauses_.push_back(fmt::format("no filter of \"{}\" applies", filters_.event));
    if (decision_.checks_stay_pending) clauses_.emplace_back(kPending);
    decision_.reason = join(clauses_, "; ");
    return std::move(decision_);
  }

 private:
  bool stop(std::string clause) {
    clauses_ = {std::move(clause)};
    decision_.assumed = false;
    return false;
  }

  /// Stopped by what GitHub counts as a filter: a required check waits for a run that never comes.
  bool stop_filtered(std::string clause) {
    const bool of_branch = happening_.event == "push" && !happening_.ref.starts_with(kTags);
    decision_.checks_stay_pending = of_branch || is_pull_request(happening_.event) || happening_.event == "merge_group";
    return stop(std::move(clause));
  }

  bool pass(std::string clause) {
    clauses_.push_back(std::move(clause));
    return true;
  }

  bool assume(std::string clause) {
    decision_.assumed = true;
    return pass(std::move(clause));
  }

  bool passes_event() {
    if (happening_.event == filters_.event) return true;
    return stop(fmt::format("\"{}\" is not \"{}\"", happening_.event, filters_.event));
  }

  bool passes_message() {
    if (happening_.event != "push" && happening_.event != "pull_request") return true;
    const std::string found = skip_instruction(happening_.commit_message);
    if (found.empty()) return true;
    return stop_filtered(fmt::format("the commit message says \"{}\"", found));
  }

  bool passes_types() {
    static const std::vector<std::string> kOfPullRequest = {"opened", "synchronize", "reopened"};
    static const std::vector<std::string> kAll;
    const bool is_default = filters_.types.empty();
    const std::vector<std::string>& usual = is_pull_request(filters_.event) ? kOfPullRequest : kAll;
    const std::vector<std::string>& types = is_default ? usual : filters_.types;
    if (types.empty() || happening_.activity.empty()) return true;
    if (std::ranges::find(types, happening_.activity) != types.end()) return true;
    return stop(fmt::format("activity \"{}\" is none of {} ({})", happening_.activity,
                            is_default ? "the default types" : "\"types\"", shown(types)));
  }

  bool passes_followed_run() {
    if (filters_.event != "workflow_run") return true;
    if (happening_.chained_runs > kMostChainedRuns) {
      return stop(fmt::format("this would be run {} of a chain of workflow_run, and GitHub starts at most {}",
                              happening_.chained_runs, kMostChainedRuns));
    }
    if (filters_.workflows.empty()) return stop("\"workflows\" names no workflow to follow");
    if (happening_.workflow.empty())
      return assume("the workflow it follows is not known, assumed to be one of \"workflows\"");
    if (std::ranges::find(filters_.workflows, happening_.workflow) == filters_.workflows.end()) {
      return stop(
          fmt::format("workflow \"{}\" is none of \"workflows\" ({})", happening_.workflow, shown(filters_.workflows)));
    }
    const std::string ending = happening_.conclusion.empty()
                                   ? ""
                                   : fmt::format(", whose conclusion ({}) plays no part", happening_.conclusion);
    return pass(fmt::format("it follows workflow \"{}\"{}", happening_.workflow, ending));
  }

  bool passes_ref() {
    if (filters_.event == "push") return passes_pushed_ref();
    const FilterPair branches{"branches", filters_.branches, filters_.branches_ignore};
    if (is_pull_request(filters_.event) || filters_.event == "merge_group") {
      return passes_name(branches, "base branch", happening_.base_branch);
    }
    if (filters_.event == "workflow_run") return passes_name(branches, "head branch", happening_.head_branch);
    return true;
  }

  bool passes_pushed_ref() {
    const FilterPair branches{"branches", filters_.branches, filters_.branches_ignore};
    const FilterPair tags{"tags", filters_.tags, filters_.tags_ignore};
    if (branches.empty() && tags.empty()) return true;
    const std::string& ref = happening_.ref;
    if (ref.empty()) return assume("the pushed ref is not known, assumed to be one that the filters let pass");
    const bool is_tag = ref.starts_with(kTags);
    const std::string name = is_tag                    ? ref.substr(kTags.size())
                             : ref.starts_with(kHeads) ? ref.substr(kHeads.size())
                                                       : ref;
    const FilterPair& pair = is_tag ? tags : branches;
    const FilterPair& other = is_tag ? branches : tags;
    if (pair.empty()) {
      return stop_filtered(fmt::format("{} \"{}\" was pushed, but only \"{}\" is defined, so no push of a {} runs",
                                       is_tag ? "tag" : "branch", name, other.used_key(), is_tag ? "tag" : "branch"));
    }
    return passes_name(pair, is_tag ? "tag" : "branch", name);
  }

  /// Whether a branch or tag passes both filters of a pair; a valid file has one of them at most.
  bool passes_name(const FilterPair& pair, std::string_view what, const std::string& name) {
    if (pair.empty()) return true;
    if (name.empty()) return assume(fmt::format("the {} is not known, assumed to pass \"{}\"", what, pair.used_key()));
    return passes_include(pair, what, name) && passes_ignore(pair, what, name);
  }

  bool passes_include(const FilterPair& pair, std::string_view what, const std::string& name) {
    if (pair.include.empty()) return true;
    const Filter filter(pair.include);
    const FilterPattern* pattern = filter.deciding(name);
    if (pattern == nullptr) {
      return stop_filtered(
          fmt::format("{} \"{}\" matches none of \"{}\" ({})", what, name, pair.key, shown(pair.include)));
    }
    if (pattern->negative()) {
      return stop_filtered(
          fmt::format("{} \"{}\" is excluded by \"{}\" of \"{}\"", what, name, pattern->text(), pair.key));
    }
    return pass(fmt::format("{} \"{}\" is included by \"{}\" of \"{}\"", what, name, pattern->text(), pair.key));
  }

  bool passes_ignore(const FilterPair& pair, std::string_view what, const std::string& name) {
    if (pair.ignore.empty()) return true;
    const Filter filter(pair.ignore);
    const FilterPattern* pattern = filter.ignoring(name);
    if (pattern == nullptr) {
      return pass(fmt::format("{} \"{}\" is not ignored by \"{}-ignore\"", what, name, pair.key));
    }
    return stop_filtered(
        fmt::format("{} \"{}\" is ignored by \"{}\" of \"{}-ignore\"", what, name, pattern->text(), pair.key));
  }

  bool passes_paths() {
    const FilterPair paths{"paths", filters_.paths, filters_.paths_ignore};
    if (paths.empty() || (filters_.event != "push" && !is_pull_request(filters_.event))) return true;
    if (filters_.event == "push" && happening_.ref.starts_with(kTags)) {
      return pass(fmt::format("\"{}\" is not evaluated for tags", paths.used_key()));
    }
    if (happening_.commits > kMostComparedCommits) {
      return pass(fmt::format("{} commits are more than GitHub compares, so \"{}\" lets them pass", happening_.commits,
                              paths.used_key()));
    }
    if (happening_.diff_timed_out) {
      return pass(fmt::format("GitHub made no diff in time, so \"{}\" lets it pass", paths.used_key()));
    }
    if (!happening_.changed_files) {
      return assume(fmt::format("the changed files are not known, assumed to pass \"{}\" ({} lists them)",
                                paths.used_key(), changed_files_command(happening_)));
    }
    return passes_files(paths, *happening_.changed_files);
  }

  bool passes_files(const FilterPair& paths, const std::vector<std::string>& all) {
    if (all.empty())
      return stop_filtered(fmt::format("no file changed, so \"{}\" lets nothing pass", paths.used_key()));
    const auto files = std::span(all).first(std::min(all.size(), kMostFilteredFiles));
    const std::string count = files.size() == all.size() ? fmt::format("{}", all.size())
                                                         : fmt::format("the first {} of {}", files.size(), all.size());
    const std::string which = fmt::format("of the changed files ({})", count);
    return passes_included_files(paths, files, which) && passes_ignored_files(paths, files, which);
  }

  bool passes_included_files(const FilterPair& paths, std::span<const std::string> files, const std::string& which) {
    if (paths.include.empty()) return true;
    const Filter filter(paths.include);
    const auto file = std::ranges::find_if(files, [&](const std::string& name) { return filter.includes(name); });
    if (file == files.end()) {
      return stop_filtered(fmt::format("none {} is included by \"paths\" ({})", which, shown(paths.include)));
    }
    return pass(
        fmt::format("changed file \"{}\" is included by \"{}\" of \"paths\"", *file, filter.deciding(*file)->text()));
  }

  bool passes_ignored_files(const FilterPair& paths, std::span<const std::string> files, const std::string& which) {
    if (paths.ignore.empty()) return true;
    const Filter filter(paths.ignore);
    const auto file =
        std::ranges::find_if(files, [&](const std::string& name) { return filter.ignoring(name) == nullptr; });
    if (file == files.end()) {
      return stop_filtered(fmt::format("each {} is ignored by \"paths-ignore\" ({})", which, shown(paths.ignore)));
    }
    return pass(fmt::format("changed file \"{}\" is not ignored by \"paths-ignore\"", *file));
  }

  const TriggerFilters& filters_;
  const Happening& happening_;
  std::vector<std::string> clauses_;
  TriggerDecision decision_;
};

/// `Key: value` of a commit message's last paragraph.
bool is_trailer(std::string_view line) {
  const size_t colon = line.find(':');
  const std::string_view key = line.substr(0, colon);
  return colon != std::string_view::npos && !key.empty() && key.find(' ') == std::string_view::npos;
}

}  // namespace

TriggerDecision decide(const TriggerFilters& filters, const Happening& happening) {
  return Judge(filters, happening).judge();
}

// The documentation asks for two empty lines before the trailer, but git itself joins empty lines into one, so one is
// taken to do.
std::string skip_instruction(const std::string& commit_message) {
  constexpr std::array<std::string_view, 5> kTokens = {"[skip ci]", "[ci skip]", "[no ci]", "[skip actions]",
                                                       "[actions skip]"};
  for (const std::string_view token : kTokens) {
    if (commit_message.find(token) != std::string::npos) return std::string(token);
  }
  std::vector<std::string_view> lines = split(trim(commit_message), '\n');
  for (std::string_view& line : lines) line = trim(line);
  const std::string_view last = lines.back();
  if (last != "skip-checks: true" && last != "skip-checks:true") return "";
  for (size_t i = lines.size() - 1; i-- > 0;) {
    if (lines[i].empty()) return std::string(last);
    if (!is_trailer(lines[i])) break;
  }
  return "";
}

std::string changed_files_command(const Happening& happening) {
  if (!is_pull_request(happening.event)) return "git diff --name-only BEFORE..AFTER";
  return fmt::format("git diff --name-only {}...HEAD", happening.base_branch.empty() ? "BASE" : happening.base_branch);
}

}  // namespace dagsim::workflow
