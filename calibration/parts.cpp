// Steps that are known to be work simply add up, as long as they compile nothing anew. Otherwise members share what
// they compile: together they take between the largest and the sum, and, where they restore a compiler's cache, no more
// than the job that saves it takes to build it all.

#include "calibration/parts.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <string_view>

#include <fmt/format.h>

#include "base/text.h"
#include "model/steps.h"

namespace dagsim::calibration {
namespace {

/// The largest share of a job that is work when no run tells.
constexpr double kMostWork = 0.9;
constexpr double kMostKnownWork = 0.95;

/// The share of a job's time that its work takes, where runs tell; 0 otherwise.
double known_work(const Scene& scene, model::JobId target, const model::Part& part) {
  const model::Job& job = *part.job;
  const Definition definition = define(scene.pipeline, scene.graph, target, job, {});
  double share = 0;
  for (const model::Step& step : job.steps) {
    if (!model::is_work(step, part.work_key)) continue;
    share += scene.state.estimator.step_share(scene.leg(job), definition, step_name(step.name, job)).value_or(0);
  }
  return std::min(share, kMostKnownWork);
}

double typical_seconds(const Scene& scene, model::JobId target, const model::Job& source) {
  const Definition definition = define(scene.pipeline, scene.graph, target, source, scene.rows.at_start.front());
  return std::exp(scene.state.estimator.estimate(scene.leg(source), definition).location);
}

/// Whether a cache holds what a compiler made: then whoever saves it built what all that restore it share.
bool is_compile_cache(const model::Step& step) {
  static constexpr std::string_view kActions[] = {"swatinem/rust-cache", "hendrikmuhs/ccache-action",
                                                  "mozilla-actions/sccache-action"};
  const std::string action = to_lower(step.uses);
  return std::any_of(std::begin(kActions), std::end(kActions),
                     [&](std::string_view known) { return action.rfind(known, 0) == 0; });
}

/// The ancestor that saves a compiler's cache which `job` restores, and its longest typical time; nothing and 0 if
/// there is none.
std::pair<std::string, double> saver_of(const Scene& scene, model::JobId target, const model::Job& job) {
  const std::vector<std::string> restored = model::restored_families(job);
  const auto serves = [&](const model::Step& step) {
    return step.cache && step.cache->saves && is_compile_cache(step) &&
           std::find(restored.begin(), restored.end(), step.cache->family) != restored.end();
  };
  std::pair<std::string, double> best{{}, 0};
  for (const model::JobId other : scene.graph.order()) {
    const model::Job& candidate = scene.pipeline.job(other);
    if (candidate.presence == model::Presence::Skipped || !scene.graph.is_ancestor(other, target)) continue;
    if (std::none_of(candidate.steps.begin(), candidate.steps.end(), serves)) continue;
    const double seconds = scene.state.estimator.longest(without_selector(scene.leg(candidate)));
    if (seconds > best.second) best = {candidate.id, seconds};
  }
  return best;
}

/// What a further member adds to `whole`, as a share of its own time.
Guess shared_work(const Scene& scene, model::JobId target, const model::Job& whole, const std::string& member,
                  double known) {
  const double work = known > 0 ? known : kMostWork;
  double members = 0;
  for (const model::Part& part : whole.parts) {
    if (part.share == model::Share::Work) members += typical_seconds(scene, target, *part.job);
  }
  const auto [saver, seconds] = saver_of(scene, target, whole);
  const double most = seconds > 0 && members > 0 ? std::min(work, seconds / members) : work;
  std::string text = fmt::format("each further member adds 0 to {:.0f} % of its time to {}", 100 * most, whole.key);
  text += most < work ? fmt::format(": together no more than {} takes, which builds what they share", saver)
                      : fmt::format(": no run tells how much members of {} share", member);
  return {"members of " + whole.key, 0, most, std::move(text)};
}

}  // namespace

WorkShare work_share(const Scene& scene, model::JobId target, const model::Job& whole, const model::Part& part) {
  const double known = known_work(scene, target, part);
  WorkShare result;
  result.cold = shared_work(scene, target, whole, without_selector(scene.leg(*part.job)), known);
  result.warm = result.cold;
  if (known > 0) result.warm = {"work of " + scene.leg(*part.job), known, known, {}};
  return result;
}

}  // namespace dagsim::calibration
