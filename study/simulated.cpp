#include "study/simulated.h"

#include <algorithm>
#include <numeric>

#include "sim/race.h"
#include "study/best_set.h"
#include "study/compare.h"
#include "study/precision.h"
#include "study/summary.h"

namespace dagsim::study {
namespace {

constexpr uint64_t kPilot = 32'768;
constexpr size_t kRaceFrom = 41;   // edits: up to 40 are simulated to the end whatever a race would say
constexpr size_t kFinalists = 12;  // then so many of the best at least
constexpr uint32_t kRaceResamples = 16;
constexpr uint64_t kRaceReplications = 65'536;
constexpr size_t kTiesNamed = 3;

calibration::CacheAssumptions cache_assumptions(const Question& question, const Simulated& simulated) {
  calibration::CacheAssumptions caches;
  caches.at_start = question.caches;
  for (size_t i = 0; i < simulated.listed; ++i) {
    for (const auto& [family, probability] : simulated.edits[i].effects.warm)
      caches.split[family].push_back(probability);
  }
  return caches;
}

void add_timings(const Session& session, const std::vector<SiblingTime>& siblings, Simulated& simulated) {
  const calibration::CacheAssumptions caches = cache_assumptions(session.question, simulated);
  simulated.timing = session.calibration->timing(session.baseline.pipeline, session.baseline.graph, caches);
  add_sibling_times(session.baseline.pipeline, siblings, simulated.timing);
  for (Edited& edited : simulated.edits) {
    if (!edited.expanded) continue;
    calibration::CacheAssumptions own = caches;
    own.warm = edited.effects.warm;
    edited.timing = session.calibration->timing(edited.expanded->pipeline, edited.expanded->graph, own);
    add_sibling_times(edited.expanded->pipeline, siblings, edited.timing);
  }
}

sim::Variant baseline_of(const Session& session, const Simulated& simulated) {
  return {&session.baseline.pipeline, &session.baseline.graph, &simulated.timing, true};
}
sim::Variant variant_of(const Edited& edited) {
  return {&edited.expanded->pipeline, &edited.expanded->graph, &edited.timing, true};
}

std::vector<size_t> legal_ones(const Simulated& simulated, size_t from, size_t to) {
  std::vector<size_t> legal;
  for (size_t i = from; i < to; ++i) {
    if (simulated.edits[i].expanded) legal.push_back(i);
  }
  return legal;
}

sim::Race race_of(const Session& session, const Simulated& simulated, const std::vector<size_t>& edits,
                  const Options& options, sim::RaceOptions race) {
  sim::Variant baseline = baseline_of(session, simulated);
  baseline.explain = false;
  std::vector<sim::Variant> candidates;
  for (const size_t edit : edits) {
    candidates.push_back(variant_of(simulated.edits[edit]));
    candidates.back().explain = false;
  }
  race.seed = options.seed;
  race.threads = options.threads;
  race.progress = options.progress;
  race.baseline = &baseline;
  race.resamples = kRaceResamples;
  race.most_replications = kRaceReplications;
  race.confidence = kConfidence;
  return sim::race(candidates, race);
}

/// The scenario's own edits that are to be simulated to the end.
std::vector<size_t> choose_listed(const Session& session, const Options& options, Simulated& simulated) {
  const std::vector<size_t> legal = legal_ones(simulated, 0, simulated.listed);
  if (legal.size() < kRaceFrom) return legal;
  std::map<size_t, EditLine> dropped;
  sim::RaceOptions race;
  race.finalists = kFinalists;
  race.dropped = [&](size_t candidate, const sim::Results& results, size_t variant) {
    EditLine line = edit_line(simulated.edits[legal[candidate]]);
    line.dropped = true;
    line.pipeline.wall = distribution(results.variants[variant].wall);
    compare_walls(results, variant, distribution(results.variants.front().wall), line);
    dropped.emplace(legal[candidate], std::move(line));
  };
  const sim::Race found = race_of(session, simulated, legal, options, race);
  std::vector<size_t> order(legal.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::ranges::stable_sort(order, {}, [&](size_t i) { return found.racers[i].mean; });
  std::vector<size_t> chosen;
  for (const size_t i : order) {
    if (!found.racers[i].is_left && chosen.size() >= std::max(kFinalists, found.left.size())) continue;
    chosen.push_back(legal[i]);
    dropped.erase(legal[i]);
  }
  simulated.dropped = std::move(dropped);
  return chosen;
}

bool is_subset(const std::vector<std::string>& part, const std::vector<std::string>& whole) {
  return std::ranges::all_of(part, [&](const std::string& one) { return std::ranges::count(whole, one) > 0; });
}

/// Finds the best set; returns it and its subsets.
std::vector<size_t> choose_sets(const Session& session, const Options& options, Simulated& simulated) {
  std::vector<size_t> candidates;
  std::vector<std::vector<std::string>> members;
  FoundSet found;
  for (size_t i = 0; i < simulated.edits.size(); ++i) {
    const bool is_set = i >= simulated.listed;
    const std::vector<std::string> ids = members_of(*simulated.edits[i].spec);
    if (!is_set && ids.front() != simulated.edits[i].spec->id) continue;  // includes others: a set that was named
    if (!simulated.edits[i].expanded) {
      found.summary.illegal += is_set ? 1U : 0U;
      continue;
    }
    candidates.push_back(i);
    members.push_back(ids);
  }
  if (candidates.empty()) return {};
  const sim::Race race = race_of(session, simulated, candidates, options, {});
  std::vector<size_t> sizes;
  for (const auto& ids : members) sizes.push_back(ids.size());
  const size_t best = simplest_of_best(race, sizes);
  found.edit = candidates[best];
  found.members = members[best];
  found.summary.most = options.best_set;
  found.summary.candidates = static_cast<uint32_t>(candidates.size());
  found.summary.race_replications = race.replications;
  found.summary.tied = static_cast<uint32_t>(race.left.size() - (race.racers[best].is_left ? 1 : 0));
  for (const size_t left : race.left) {
    if (left == best || found.summary.ties.size() == kTiesNamed) continue;
    found.summary.ties.push_back(simulated.edits[candidates[left]].spec->id);
  }
  std::vector<size_t> chosen;
  for (size_t i = 0; i < candidates.size(); ++i) {
    if (is_subset(members[i], found.members)) chosen.push_back(candidates[i]);
  }
  simulated.best_set = std::move(found);
  return chosen;
}

void simulate_to_the_end(const Session& session, const Options& options, const std::vector<size_t>& chosen,
                         Simulated& simulated) {
  std::vector<sim::Variant> variants{baseline_of(session, simulated)};
  for (const size_t edit : chosen) {
    simulated.variants[edit] = variants.size();
    variants.push_back(variant_of(simulated.edits[edit]));
  }
  sim::Options wanted;
  wanted.seed = options.seed;
  wanted.replications = options.precision > 0 ? std::min(options.replications, kPilot) : options.replications;
  wanted.threads = options.threads;
  wanted.progress = options.progress;
  simulated.results = sim::simulate(variants, wanted);
  if (options.precision > 0 && precision_of(simulated.results) > options.precision) {
    wanted.replications = replications_for(simulated.results, options.precision, options.replications);
    simulated.results = sim::simulate(variants, wanted);
  }
}

}  // namespace

Simulated simulate_edits(const FileSystem& files, const Scenario& scenario, std::vector<EditSpec> sets,
                         const Session& session, const std::vector<SiblingTime>& siblings, const Options& options) {
  Simulated simulated;
  simulated.listed = scenario.edits.size();
  auto asked = std::make_shared<Scenario>(scenario);
  const bool has_sets = !sets.empty();
  std::ranges::move(sets, std::back_inserter(asked->edits));
  simulated.scenario = asked;
  simulated.edits = apply_edits(files, *asked, session, options.allow_lost_coverage || session.has_learned_defects);
  simulated.variants.assign(simulated.edits.size(), 0);
  add_timings(session, siblings, simulated);
  std::vector<size_t> chosen = choose_listed(session, options, simulated);
  if (has_sets) {
    for (const size_t edit : choose_sets(session, options, simulated)) chosen.push_back(edit);
  }
  std::ranges::sort(chosen);
  chosen.erase(std::ranges::unique(chosen).begin(), chosen.end());
  for (const size_t edit : chosen) simulated.dropped.erase(edit);
  simulate_to_the_end(session, options, chosen, simulated);
  return simulated;
}

}  // namespace dagsim::study
