// What a prediction says beside its tables, as labelled sentences that each format lays out in its own way.
#pragma once

#include <string>
#include <vector>

#include "study/prediction.h"

namespace dagsim::report {

/// A label ("Long pole") and what it says; several lines where it is a list.
struct Fact {
  std::string label;
  std::vector<std::string> lines;
};

/// "workflow, event, change class, gate" of the prediction in one phrase.
std::string subject(const study::Prediction& prediction);

/// The runs learnt from, the cut, the replay, the dispatch per hop.
std::vector<Fact> history_facts(const study::HistoryLine& history);
/// Wall clock, first red, minutes and critical chains of the pipeline as it is.
std::vector<Fact> baseline_facts(const study::Prediction& prediction);
/// What the ranked table has no room for. Nothing about an illegal edit but its notes: its diagnostics say why.
std::vector<Fact> edit_facts(const study::Prediction& prediction, const study::EditLine& edit);

/// How many of many edits a race told apart from the best early; "" where none.
std::string dropped_line(const study::Prediction& prediction);
/// Which edits are the best trade of waiting against minutes; "" where one edit is best in both.
std::string trade_off_line(const study::Prediction& prediction);
/// What the best set gains, and out of how many it is the best.
std::string best_set_line(const study::BestSet& best);

/// The prediction class by class as rows of a table, header first: the class, its share, the wall clock, and what the
/// best edits do to it; all classes together last, where their shares are known. Empty where it wasn't asked for.
std::vector<std::vector<std::string>> class_rows(const study::Prediction& prediction);
/// What the classes are; "" where they weren't asked for.
std::string class_line(const study::Prediction& prediction);

/// Where the numbers come from that no edit changes: replications, seed, resamples.
std::string method_line(const study::Prediction& prediction);

}  // namespace dagsim::report
