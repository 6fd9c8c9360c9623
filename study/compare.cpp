#include "study/compare.h"

#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "base/text.h"
#include "study/summary.h"

namespace dagsim::study {
namespace {

constexpr double kLeastSeconds = 5;  // gains below this or below 1 % of the wall clock are noise to a person
constexpr double kLeastShare = 0.01;
constexpr size_t kMovedShown = 4;  // changed jobs that are worth naming
constexpr double kMatters = 0.02;  // criticality from which an assumption about a job is worth a line
constexpr double kRarely = 0.1;    // criticality up to which a job's slack explains that its time is no matter

/// Jobs whose time the edit removes or shortens and that the gate hardly ever waited for.
std::vector<std::string> slack_notes(const PipelineLine& base, const PipelineLine& edited) {
  std::map<std::string, const JobLine*> after;
  for (const JobLine& job : edited.jobs) after[job.key] = &job;
  std::vector<std::string> notes;
  for (const JobLine& job : base.jobs) {
    if (!job.runs || job.criticality > kRarely || job.slack < kLeastSeconds) continue;
    const auto found = after.find(job.key);
    const bool gone = found == after.end();
    if (!gone && found->second->mean > job.mean - 1) continue;
    notes.push_back(fmt::format("{} had {} of slack: the gate waited for it in {:.0f} % of runs", job.key,
                                format_duration(job.slack), 100 * job.criticality));
  }
  if (notes.size() > 3) {
    const size_t more = notes.size() - 2;
    notes.resize(2);
    notes.push_back(fmt::format("{} further shortened jobs had slack too", more));
  }
  return notes;
}

/// Mean time by id path; of a matrix the longest leg.
std::map<std::string, double> time_by_id(const PipelineLine& line) {
  std::map<std::string, double> seconds;
  for (const JobLine& job : line.jobs) {
    if (!job.runs) continue;
    double& longest = seconds[job.key.substr(0, job.key.find('['))];
    longest = std::max(longest, job.mean);
  }
  return seconds;
}

/// Which jobs are gone, new, shorter or longer, each by how much; the largest changes first.
std::string moved_time(const PipelineLine& base, const PipelineLine& edited) {
  const std::map<std::string, double> before = time_by_id(base);
  const std::map<std::string, double> after = time_by_id(edited);
  std::vector<std::pair<double, std::string>> changes;
  for (const auto& [id, seconds] : before) {
    const auto found = after.find(id);
    if (found == after.end()) {
      changes.emplace_back(seconds, fmt::format("{} is gone ({})", id, format_duration(seconds)));
      continue;
    }
    const double change = found->second - seconds;
    if (std::abs(change) < kLeastSeconds) continue;
    changes.emplace_back(std::abs(change), fmt::format("{} takes {} {} ({})", id, format_duration(std::abs(change)),
                                                       change < 0 ? "less" : "more", format_duration(found->second)));
  }
  for (const auto& [id, seconds] : after) {
    if (before.find(id) == before.end())
      changes.emplace_back(seconds, fmt::format("{} is new ({})", id, format_duration(seconds)));
  }
  std::stable_sort(changes.begin(), changes.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  std::string text;
  for (size_t i = 0; i < changes.size() && i < kMovedShown; ++i) text += (i == 0 ? "" : "; ") + changes[i].second;
  if (changes.size() > kMovedShown) text += fmt::format("; and {} smaller changes", changes.size() - kMovedShown);
  return text;
}

/// How often the most critical job that an assumption is about lies on the critical chain, by assumption.
std::vector<double> criticality_of_assumptions(const model::Timing& timing, const PipelineLine& line) {
  std::vector<double> criticality(timing.assumptions.size(), 0.0);
  for (size_t job = 0; job < timing.jobs.size(); ++job) {
    for (const model::Term& term : timing.jobs[job].terms) {
      for (const uint32_t one : term.assumptions) {
        criticality[one] = std::max(criticality[one], line.jobs[job].criticality);
      }
    }
  }
  return criticality;
}

/// Takes out what hinges, by chance, on assumptions about jobs that hardly ever matter after the edit.
void drop_chance(const model::Timing& timing, const PipelineLine& line, std::vector<Sensitivity>& sensitivities) {
  const std::vector<double> criticality = criticality_of_assumptions(timing, line);
  for (size_t i = 0; i < criticality.size(); ++i) {
    if (criticality[i] >= kMatters) continue;
    std::erase_if(sensitivities, [&](const Sensitivity& one) { return one.assumption == timing.assumptions[i].name; });
  }
}

Verdict judge(const Change& change, double base_mean) {
  if (change.interval.holds(0) || std::abs(change.mean) < least_that_matters(base_mean)) return Verdict::WithinNoise;
  return change.mean < 0 ? Verdict::Faster : Verdict::Slower;
}

double share_faster(const std::vector<float>& base, const std::vector<float>& edited) {
  size_t faster = 0;
  for (size_t i = 0; i < base.size(); ++i) {
    if (edited[i] < base[i]) ++faster;
  }
  return static_cast<double>(faster) / static_cast<double>(base.size());
}

void compare_first_red(const PipelineLine& base, EditLine& line) {
  for (const FirstRedLine& before : base.first_red_by_kind) {
    for (const FirstRedLine& after : line.pipeline.first_red_by_kind) {
      if (before.kind == after.kind && before.covered && after.covered) {
        line.first_red_changes.emplace_back(before.kind, after.seconds.mean - before.seconds.mean);
      }
    }
  }
}

}  // namespace

double least_that_matters(double mean) {
  return std::max(kLeastSeconds, kLeastShare * mean);
}

std::string largest_drag(const PipelineLine& line) {
  const JobLine* best = nullptr;
  for (const JobLine& job : line.jobs) {
    if (best == nullptr || job.drag > best->drag) best = &job;
  }
  return best == nullptr || best->drag <= 0 ? std::string{} : best->key;
}

std::vector<std::string> assumptions_of(const model::Timing& timing, const PipelineLine& line,
                                        const std::vector<std::string>& already) {
  const std::vector<double> criticality = criticality_of_assumptions(timing, line);
  std::vector<std::string> texts;
  size_t others = 0;
  for (size_t i = 0; i < criticality.size(); ++i) {
    const std::string& text = timing.assumptions[i].text;
    if (text.empty() || std::find(already.begin(), already.end(), text) != already.end()) continue;
    if (criticality[i] >= kMatters) {
      texts.push_back(text);
    } else {
      ++others;
    }
  }
  if (others > 0) {
    texts.push_back(fmt::format("{}{} about jobs that are on the critical chain in less than {:.0f} % of runs", others,
                                texts.empty() ? "" : " more", 100 * kMatters));
  }
  return texts;
}

void compare_walls(const sim::Results& results, size_t variant, const Distribution& before, EditLine& line) {
  const std::vector<float>& base = results.variants.front().wall;
  const std::vector<float>& edited = results.variants[variant].wall;
  line.wall_change = paired_change(base, edited, results.resamples, kConfidence);
  line.p50_change = line.pipeline.wall.p50 - before.p50;
  line.two_runs = two_runs(base, edited, results.resamples, kTwoRunsConfidence);
  line.p_faster = share_faster(base, edited);
  line.verdict = judge(line.wall_change, before.mean);
}

void compare(const sim::Results& results, size_t variant, const PipelineLine& base_line,
             const std::vector<std::string>& base_assumptions, const Edited& edited, EditLine& line) {
  const sim::Result& base = results.variants.front();
  const sim::Result& result = results.variants[variant];
  const Summarised known{base, base_line};
  line.pipeline = summarise(edited.expanded->pipeline, edited.expanded->graph, edited.timing, result, &known);
  compare_walls(results, variant, base_line.wall, line);
  line.minutes_change = paired_change(base.minutes, result.minutes, results.resamples, kConfidence);
  compare_first_red(base_line, line);
  line.first_red_change = first_red_change(edited.expanded->pipeline, base, result, results.resamples, kConfidence);
  if (!base_line.chains.empty()) line.long_pole_before = chain_text(base_line.chains.front());
  if (!line.pipeline.chains.empty()) line.long_pole_after = chain_text(line.pipeline.chains.front());
  line.next_bottleneck = largest_drag(line.pipeline);
  line.sensitivities = sensitivities(base.wall, result.wall, results);
  line.break_evens = break_evens(base.wall, result.wall, results, edited.timing);
  drop_chance(edited.timing, line.pipeline, line.sensitivities);
  if (const std::string moved = moved_time(base_line, line.pipeline); !moved.empty()) line.notes.push_back(moved);
  for (const std::string& note : slack_notes(base_line, line.pipeline)) line.notes.push_back(note);
  line.assumptions = assumptions_of(edited.timing, line.pipeline, base_assumptions);
}

EditLine edit_line(const Edited& edited) {
  EditLine line;
  line.id = edited.spec->id;
  line.title = edited.spec->title;
  line.notes = edited.effects.notes;
  line.lost_coverage = edited.effects.lost_coverage;
  line.diagnostics = edited.diagnostics;
  if (edited.spec->measured) {
    line.measured_wall = edited.spec->measured->wall;
    line.measured_run = edited.spec->measured->run;
  }
  if (!edited.expanded) line.verdict = Verdict::Illegal;
  return line;
}

}  // namespace dagsim::study
