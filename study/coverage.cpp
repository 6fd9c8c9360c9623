#include "study/coverage.h"

#include <algorithm>

#include "study/commands.h"

namespace dagsim::study {
namespace {

using model::DefectKind;
using model::JobId;
using model::Pipeline;

bool runs(const Pipeline& pipeline, JobId job) {
  return pipeline.job(job).presence != model::Presence::Skipped;
}

bool means(const Pipeline& pipeline, const std::string& pattern, JobId job) {
  const std::vector<JobId> jobs = pipeline.find(pattern);
  return std::ranges::find(jobs, job) != jobs.end();
}

/// Whether a job that is declared to catch a kind runs.
bool is_caught_as_declared(const Pipeline& pipeline, const DefectKind& kind) {
  return std::ranges::any_of(kind.jobs, [&](const std::string& pattern) {
    if (kind.inferred.contains(pattern)) return false;
    return std::ranges::any_of(pipeline.find(pattern), [&](JobId job) { return runs(pipeline, job); });
  });
}

bool has_job(const Pipeline& pipeline, const std::string& id) {
  return std::ranges::any_of(
      pipeline.jobs, [&](const model::Job& job) { return job.id == id && job.presence != model::Presence::Skipped; });
}

}  // namespace

void infer_coverage(Pipeline& pipeline) {
  if (pipeline.defects.empty()) return;
  for (const Cover& cover : find_covers(pipeline)) {
    const std::string& by = pipeline.job(cover.by).key;
    for (DefectKind& kind : pipeline.defects) {
      const auto is_declared = [&](JobId job) {
        return std::ranges::any_of(kind.jobs, [&](const std::string& pattern) {
          return !kind.inferred.contains(pattern) && means(pipeline, pattern, job);
        });
      };
      if (!is_declared(cover.job) || is_declared(cover.by)) continue;
      if (kind.inferred.try_emplace(by, cover.what).second) kind.jobs.push_back(by);
    }
  }
}

std::vector<InferredCatch> caught_by_inference(const Pipeline& before, const Pipeline& after) {
  std::vector<InferredCatch> caught;
  for (const DefectKind& kind : after.defects) {
    const auto known = std::ranges::find(before.defects, kind.name, &DefectKind::name);
    if (known == before.defects.end() || !is_caught_as_declared(before, *known) || is_caught_as_declared(after, kind)) {
      continue;
    }
    for (const auto& [job, why] : kind.inferred) {
      const std::vector<JobId> jobs = after.find(job);
      if (!std::ranges::any_of(jobs, [&](JobId id) { return runs(after, id); })) continue;
      caught.push_back({kind.name, job, why});
      break;
    }
  }
  return caught;
}

std::vector<LostCheck> lost_checks(const Pipeline& before, const Pipeline& after) {
  std::vector<LostCheck> lost;
  std::vector<std::pair<const model::Job*, std::vector<Duty>>> left;
  for (const model::Job& job : before.jobs) {
    if (job.presence == model::Presence::Skipped || has_job(after, job.id)) continue;
    if (left.empty()) {
      for (const model::Job& other : after.jobs) {
        if (other.presence != model::Presence::Skipped) left.emplace_back(&other, duties_of(other));
      }
    }
    for (const Duty& duty : duties_of(job)) {
      const bool is_covered = std::ranges::any_of(left, [&](const auto& other) {
        return same_machine(job, *other.first) &&
               std::ranges::any_of(other.second, [&](const Duty& one) { return one.always && covers(one, duty); });
      });
      if (!is_covered) lost.push_back({job.key, duty.text});
    }
  }
  return lost;
}

}  // namespace dagsim::study
