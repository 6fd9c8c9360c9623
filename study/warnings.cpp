#include "study/warnings.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "calibration/observation.h"
#include "calibration/pool_waits.h"
#include "study/findings.h"

namespace dagsim::study {
namespace {

/// Past runs that had more jobs of a pool at work than it has slots: the number is wrong, or changed since.
void add_pool_warnings(const Session& session, Prediction& prediction) {
  for (const model::Pool& pool : session.baseline.pipeline.pools) {
    if (pool.slots == 0) continue;
    uint32_t most = 0;
    size_t runs = 0;
    for (const calibration::UsedRun& run : session.calibration->observations().runs) {
      const model::Pipeline& shape = session.shapes[run.shape].pipeline;
      const uint32_t here = calibration::most_at_once(run, calibration::jobs_of_pool(shape, pool.name));
      most = std::max(most, here);
      runs += here > pool.slots ? 1U : 0U;
    }
    if (runs == 0) continue;
    prediction.warnings.push_back(fmt::format(
        "{} past run{} had up to {} jobs of pool \"{}\" at work at once, more than its {} slots in dagsim.yaml, so "
        "the waits that are simulated never happened: correct slots, or leave it out",
        runs, runs == 1 ? "" : "s", most, pool.name, pool.slots));
  }
}

/// Jobs that are predicted to run although no past run tells anything about them.
void add_unseen_warning(Prediction& prediction) {
  std::vector<std::string> unseen;
  for (const JobLine& job : prediction.baseline.jobs) {
    if (job.runs && job.origin == "pooled" && job.observations == 0 && !model::is_sibling(job.key))
      unseen.push_back(job.key);
  }
  if (unseen.empty()) return;
  const size_t count = unseen.size();
  if (count > 5) unseen.resize(5);
  prediction.warnings.push_back(fmt::format("no past run tells the time of {}{}: taken from alike jobs",
                                            join(unseen, ", "),
                                            count > 5 ? fmt::format(" and {} more", count - 5) : ""));
}

/// The part of a chain's time that no run of its own jobs measured.
void add_origin_warning(Prediction& prediction) {
  if (prediction.baseline.chains.empty()) return;
  double total = 0;
  double unmeasured = 0;
  std::string worst;
  for (const JobLine& job : prediction.baseline.jobs) {
    const double here = job.mean * job.criticality;
    total += here;
    if (job.origin == "measured" || model::is_sibling(job.key)) continue;
    unmeasured += here;
    if (here > 0.05 * prediction.baseline.wall.mean) {
      worst += fmt::format("{}{} ({})", worst.empty() ? "" : ", ", job.key, job.origin);
    }
  }
  if (unmeasured > 0.25 * total) {
    prediction.warnings.push_back(
        fmt::format("{:.0f} % of the critical chain's time was never measured on its own jobs: {}",
                    100 * unmeasured / total, worst.empty() ? "many small jobs" : worst));
  }
}

}  // namespace

void add_warnings(const Session& session, Prediction& prediction) {
  const model::Pipeline& pipeline = session.baseline.pipeline;
  for (const Finding& finding : find_ungated_jobs(pipeline, session.baseline.graph))
    prediction.warnings.push_back(finding.message);
  add_pool_warnings(session, prediction);
  if (prediction.history.runs_used < 8) {
    prediction.warnings.push_back(
        fmt::format("the history is thin: {} usable run{}, so levels and intervals lean on pooled and "
                    "assumed figures",
                    prediction.history.runs_used, prediction.history.runs_used == 1 ? "" : "s"));
  }
  add_origin_warning(prediction);
  add_unseen_warning(prediction);
}

}  // namespace dagsim::study
