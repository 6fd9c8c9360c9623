// The model file: its records are the history's, what stands above them is for people, who compare two of them.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/text.h"
#include "base/yaml.h"
#include "history/model_file.h"
#include "report/calibrate.h"

namespace dagsim::report {
namespace {

using study::CalibrateResult;
using study::JobProfile;
using study::LevelChangeLine;
using study::Spread;
using study::StateProfile;

/// The fields of a flow mapping, one line.
class Fields {
 public:
  Fields& add(std::string_view key, std::string_view text) {
    text_ += fmt::format("{}{}: {}", text_.empty() ? "" : ", ", key, text);
    return *this;
  }
  Fields& add(std::string_view key, uint32_t number) { return add(key, std::to_string(number)); }
  Fields& add(const Spread& spread) {
    add("n", spread.times);
    if (spread.cut_short > 0) add("censored", spread.cut_short);
    if (spread.times == 0) return *this;
    add("median", format_duration(spread.median)).add("p90", format_duration(spread.p90));
    add("cv", fmt::format("{:.2f}", spread.variation));
    if (spread.law.parts.empty()) return *this;
    std::vector<std::string> parts;
    for (const stats::LognormalPart& part : spread.law.parts) {
      parts.push_back(fmt::format("{{share: {:.2f}, median: {}, sigma: {:.3f}}}", part.share,
                                  format_duration(std::exp(part.location)), part.deviation));
    }
    return add("lognormal", "[" + join(parts, ", ") + "]").add("ks", fmt::format("{:.2f}", spread.distance));
  }
  std::string take() { return "{" + std::move(text_) + "}"; }

 private:
  std::string text_;
};

std::string change_text(const LevelChangeLine& change) {
  Fields fields;
  fields.add("run", yaml::scalar_text(change.run));
  if (change.time) fields.add("on", yaml::scalar_text(format_timestamp(*change.time)));
  fields.add("before", format_duration(change.before)).add("after", format_duration(change.after));
  return fields.add("runs-since", change.runs_after).take();
}

std::string job_text(const JobProfile& job) {
  std::string text = fmt::format("  {}:\n    all: {}\n    ran-in: {:.2f}\n    origin: {}\n", yaml::scalar_text(job.key),
                                 Fields().add(job.spread).take(), job.presence, yaml::scalar_text(job.origin));
  for (const LevelChangeLine& change : job.changes)
    text += fmt::format("{}      - {}\n", &change == &job.changes.front() ? "    changes:\n" : "", change_text(change));
  for (const StateProfile& state : job.states) {
    const double share = static_cast<double>(state.spread.times) / std::max(1U, job.spread.times);
    Fields fields;
    fields.add("finds", yaml::scalar_text(state.state)).add("share", fmt::format("{:.2f}", share)).add(state.spread);
    text += fmt::format("{}      - {}\n", &state == &job.states.front() ? "    states:\n" : "", fields.take());
  }
  for (const study::StepProfile& step : job.steps) {
    Fields fields;
    fields.add("step", yaml::scalar_text(step.step)).add(step.spread);
    text += fmt::format("{}      - {}\n", &step == &job.steps.front() ? "    steps:\n" : "", fields.take());
  }
  return text;
}

}  // namespace

std::string calibrate_yaml(const CalibrateResult& result) {
  std::vector<const JobProfile*> jobs;
  for (const JobProfile& job : result.jobs) jobs.push_back(&job);
  std::ranges::sort(jobs, {}, [](const JobProfile* job) -> const std::string& { return job->key; });
  std::string learned;
  for (const JobProfile* job : jobs) learned += job_text(*job);
  return history::write_model(result.records, learned);
}

}  // namespace dagsim::report
