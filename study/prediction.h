// What a study says: the baseline, each edit against it, and what the figures rest on. Plain data for the reports;
// times in seconds.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/diagnostic.h"
#include "stats/estimate.h"

namespace dagsim::study {

struct Distribution {
  double mean = 0;
  double p10 = 0;
  double p50 = 0;
  double p90 = 0;
};

struct JobLine {
  std::string key;
  std::string name;
  double mean = 0;
  double criticality = 0;
  double slack = 0;
  double drag = 0;
  double presence = 1;
  std::string origin;  ///< "measured", "inferred", "pooled", "assumed"
  uint32_t observations = 0;
  bool runs = true;    ///< false: skipped for this event and change class
  std::string reason;  ///< why it is skipped
};

struct ChainLine {
  std::vector<std::string> jobs;  ///< first job first; keys, and id paths for matrix jobs of several legs
  double probability = 0;
};

/// First red given one kind of defect; all figures are zero when nothing that runs covers the kind.
struct FirstRedLine {
  std::string kind;
  Distribution seconds;
  std::string shown_by;  ///< the job that shows it first most often
  double share = 0;      ///< how often
  bool covered = true;
};

/// One pipeline, simulated.
struct PipelineLine {
  Distribution wall;
  std::optional<Distribution> first_red;  ///< the mix over kinds; only where kinds have rates
  std::vector<FirstRedLine> first_red_by_kind;
  double minutes = 0;
  double cost = 0;
  std::vector<ChainLine> chains;
  std::vector<std::string> waits;  ///< what makes jobs wait for one another; empty: nothing does
  std::vector<JobLine> jobs;       ///< in creation order
  std::vector<std::pair<std::string, std::string>>
      needs;  ///< edges (need, dependant) between keys of jobs that run, none that a longer path implies
};

enum class Verdict { Faster, Slower, WithinNoise, Illegal };

/// What two single runs, one before and one after, would show.
struct TwoRuns {
  stats::Interval change;
  std::optional<uint32_t> runs_to_confirm;  ///< of each; nothing when more than 1,000
};

struct Change {
  double mean = 0;
  stats::Interval interval;
};

/// How far one assumption moves the mean difference: near the low and near the high end of its range.
struct Sensitivity {
  std::string assumption;
  double at_low = 0;
  double at_high = 0;
};

/// The value of an assumed duration at which an edit neither gains nor loses, inside the range that was assumed.
struct BreakEven {
  std::string assumption;
  double seconds = 0;
  bool pays_below = true;  ///< faster while the duration is shorter; false: while it is longer
};

struct EditLine {
  std::string id;
  std::string title;
  uint32_t rank = 0;  ///< 1 is best; illegal edits come last
  Verdict verdict = Verdict::WithinNoise;
  PipelineLine pipeline;  ///< empty when illegal
  Change wall_change;     ///< edited minus baseline, negative is faster
  double p50_change = 0;
  /// Minus the best edit, with an interval for all such differences at once (Bonferroni); of legal edits.
  Change behind_best;
  /// In a race of many edits (study/race.h) it was told apart from the best early: there is a wall clock, its change,
  /// and what follows from these, but nothing of jobs, minutes or defects.
  bool dropped = false;
  bool pareto = false;     ///< no other edit, nor the baseline, has a shorter mean wall clock without more minutes
  bool ties_best = false;  ///< the interval holds zero: it can't be told which is better; the best one ties itself
  TwoRuns two_runs;
  double p_faster = 0;
  std::optional<Change> first_red_change;                         ///< of the mix
  std::vector<std::pair<std::string, double>> first_red_changes;  ///< by kind, mean difference
  Change minutes_change;
  std::vector<std::string> lost_coverage;
  std::string long_pole_before;  ///< chain as text, "a > b > c"
  std::string long_pole_after;
  std::string next_bottleneck;  ///< the job whose drag is largest after the edit
  std::vector<std::string> notes;
  std::vector<std::string> assumptions;
  std::vector<Sensitivity> sensitivities;  ///< largest first
  std::vector<BreakEven> break_evens;
  std::optional<double> measured_wall;  ///< for comparison only
  std::string measured_run;
  Diagnostics diagnostics;  ///< why it is illegal
};

struct HistoryLine {
  std::string source;
  uint32_t runs_used = 0;
  std::string first_run;
  std::string last_run;
  std::string before;  ///< the cut; "" makes the prediction retrospective
  std::map<std::string, uint32_t> excluded;
  uint32_t walls = 0;
  uint32_t replayed = 0;       ///< walls that published times explain well enough to compare
  double replay_residual = 0;  ///< median of replayed / measured - 1
  double dispatch_median = 0;
  std::string dispatch_origin;
  std::optional<Distribution> measured_wall;  ///< of the used runs of this shape, at least two
  uint32_t measured_walls = 0;
  uint32_t red_runs = 0;  ///< that kinds of defects were learned from; 0 where dagsim.yaml names them
  std::optional<Distribution> measured_first_red;  ///< of those, at least two
  uint32_t told_failures = 0;  ///< red runs that tell where in a job's time its failure shows; 0: the usual law
  double failure_median = 0;   ///< share of the job's usual time, of those
  uint32_t branch_runs = 0;    ///< used runs of the branch that is asked about
  double branch_share = 0;     ///< of the weight of all runs
};

/// One more edit of the best set.
struct SetStep {
  std::string edit;
  Distribution wall;  ///< with all edits so far
  Change gain;        ///< against the step before
  std::string next_bottleneck;
};

/// The set of edits that gains most together, in the order in which each step gains most.
struct BestSet {
  uint32_t most = 0;        ///< edits that a set could have
  uint32_t candidates = 0;  ///< legal sets that were compared, single edits among them
  uint32_t illegal = 0;     ///< sets whose edits can't stand together
  std::vector<SetStep> steps;
  Change wall_change;              ///< of the whole set
  std::vector<std::string> ties;   ///< other sets that can't be told apart from it, "a + b", the first few
  uint32_t tied = 0;               ///< how many there are
  uint64_t race_replications = 0;  ///< that it took to find it, over all sets
};

/// A prediction for the changes of one class.
struct ChangeLine {
  std::string name;
  std::string title;
  std::optional<double> share;                                       ///< of all changes, where it is known
  uint32_t runs = 0;                                                 ///< past runs of the class
  Distribution wall;                                                 ///< of the baseline
  std::vector<std::pair<std::string, std::optional<Change>>> edits;  ///< id and its change; nothing where illegal
};

/// A prediction class by class, and for all changes together.
struct ByChange {
  bool declared = false;  ///< in dagsim.yaml; else classes are the sets of jobs that past runs ran
  std::vector<ChangeLine> lines;
  std::optional<double> mean;  ///< of the baseline over the classes, by their shares, where those are known
  std::vector<std::pair<std::string, double>> edits;  ///< likewise, the mean change of edits that no class forbids
};

struct Prediction {
  std::string title;
  std::string workflow;  ///< path
  std::string event;
  std::string change;
  std::string branch;  ///< "" if unknown
  std::string gate;    ///< "all jobs" when none is known
  uint64_t replications = 0;
  uint64_t seed = 0;
  double precision = 0;         ///< to which means are known, of simulation alone (study/precision.h)
  double wanted_precision = 0;  ///< 0 where none was asked for
  uint32_t resamples = 0;
  double confidence = 0.95;  ///< of the intervals of means
  double two_runs_confidence = 0.8;
  HistoryLine history;
  PipelineLine baseline;
  std::vector<EditLine> edits;           ///< by rank
  std::optional<ByChange> by_change;     ///< where it was asked for and there are several classes
  std::optional<BestSet> best_set;       ///< where it was asked for and the scenario has edits that can be combined
  std::vector<std::string> assumptions;  ///< of the baseline
  std::vector<std::string> warnings;
  Diagnostics diagnostics;  ///< warnings with positions
};

}  // namespace dagsim::study
