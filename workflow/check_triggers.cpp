#include "workflow/check_triggers.h"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "workflow/cron.h"
#include "workflow/filter.h"
#include "workflow/references.h"

namespace dagsim::workflow {

namespace {

void check_pattern(const Text& text, Diagnostics& diagnostics) {
  const FilterPattern pattern(text.value);
  for (const TextFault& fault : pattern.faults()) {
    diagnostics.warning("bad-filter", fmt::format("pattern \"{}\" matches nothing: {}", text.value, fault.message),
                        place_in(text, fault.begin, fault.end));
  }
}

void check_patterns(const std::vector<Text>& patterns, Diagnostics& diagnostics) {
  for (const Text& pattern : patterns) check_pattern(pattern, diagnostics);
}

void check_including(std::string_view key, const std::vector<Text>& patterns, Diagnostics& diagnostics) {
  check_patterns(patterns, diagnostics);
  const auto excludes = [](const Text& pattern) { return pattern.value.starts_with('!'); };
  if (patterns.empty() || !std::ranges::all_of(patterns, excludes)) return;
  diagnostics.warning(
      "filter-excludes-all",
      fmt::format("every pattern of \"{}\" begins with \"!\", so nothing passes; expected one that includes", key),
      patterns.front().where);
}

void check_schedule(const Text& cron, Diagnostics& diagnostics) {
  for (TextFault& fault : check_cron(cron.value)) {
    const SourceRange where = place_in(cron, fault.begin, fault.end);
    if (fault.severity == Severity::Error) {
      diagnostics.error("bad-schedule", std::move(fault.message), where);
    } else {
      diagnostics.warning("frequent-schedule", std::move(fault.message), where);
    }
  }
}

constexpr size_t kMostInputs = 25;  // of a manual start, as GitHub documents

void check_inputs(const Trigger& trigger, Diagnostics& diagnostics) {
  if (trigger.event.value != "workflow_dispatch" || trigger.inputs.size() <= kMostInputs) return;
  diagnostics.error(
      "too-many-inputs",
      fmt::format("\"workflow_dispatch\" has {} inputs, expected at most {}", trigger.inputs.size(), kMostInputs),
      trigger.inputs[kMostInputs].name.where);
}

}  // namespace

void check_triggers(const std::vector<Trigger>& triggers, Diagnostics& diagnostics) {
  for (const Trigger& trigger : triggers) {
    check_including("branches", trigger.branches, diagnostics);
    check_patterns(trigger.branches_ignore, diagnostics);
    check_including("tags", trigger.tags, diagnostics);
    check_patterns(trigger.tags_ignore, diagnostics);
    check_including("paths", trigger.paths, diagnostics);
    check_patterns(trigger.paths_ignore, diagnostics);
    check_inputs(trigger, diagnostics);
    for (const Schedule& schedule : trigger.schedules) check_schedule(schedule.cron, diagnostics);
  }
}

}  // namespace dagsim::workflow
