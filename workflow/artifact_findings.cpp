// Uploads and downloads are compared by name, each pair once; the order of the jobs comes from the graph. A finding is
// made only where what a run might add can't make it wrong: both uploads of a name must be sure to happen, a download
// must have no match at all, or none that comes before it.
#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <optional>

#include <fmt/format.h>

#include "base/text.h"
#include "expression/expression.h"
#include "model/artifact.h"
#include "model/condition.h"
#include "model/scope.h"
#include "workflow/artifacts.h"
#include "workflow/data_findings.h"
#include "workflow/reader.h"

namespace dagsim::workflow {

using expression::Value;
using model::Graph;
using model::Job;
using model::JobId;
using model::Pipeline;
using model::Step;
using model::Truth;

namespace {

constexpr size_t kMostUploads = 500;
constexpr double kMostDays = 90;
constexpr std::array<std::string_view, 3> kNameInputs = {"name", "pattern", "artifact_name"};

/// One artifact name of one step.
struct Use {
  JobId job;
  size_t step = 0;
  std::string_view name;
};

/// What a condition says in a green run, as far as it is known before it.
Truth green(const Pipeline& pipeline, const Job& job, const std::string& condition) {
  if (condition == "success()") return Truth::True;
  expression::Scope scope{model::workflow_contexts(pipeline, job.caller), {}};
  scope.contexts.set("matrix", model::matrix_context(job));
  for (const auto& [name, answer] :
       {std::pair("success", true), {"always", true}, {"failure", false}, {"cancelled", false}}) {
    scope.functions[name] = [answer = answer](std::span<const Value>) { return Value(answer); };
  }
  return model::truth(condition, [&](std::string_view text) {
    try {
      const auto term = expression::Expression::parse(text);
      for (const std::string& reference : expression::references(term)) {
        if (!reference.starts_with("matrix.") && !model::resolves(scope.contexts, reference)) return Truth::Unknown;
      }
      return expression::truthy(expression::evaluate(term, scope)) ? Truth::True : Truth::False;
    } catch (const expression::ExpressionError&) {
      return Truth::Unknown;
    }
  });
}

class ArtifactChecker {
 public:
  ArtifactChecker(Expansion& expansion, const Pipeline& pipeline, const Graph& graph)
      : expansion_(expansion), pipeline_(pipeline), graph_(graph) {
    for (uint32_t i = 0; i < pipeline.jobs.size(); ++i) {
      const std::vector<Step>& steps = pipeline.jobs[i].steps;
      for (size_t step = 0; step < steps.size(); ++step) {
        for (const std::string& name : steps[step].uploads) uploads_.push_back({JobId{i}, step, name});
        for (const std::string& name : steps[step].downloads) downloads_.push_back({JobId{i}, step, name});
      }
    }
  }

  void check() {
    check_names();
    check_bounds();
    for (const Use& download : downloads_) check_download(download);
  }

 private:
  const Job& job_of(const Use& use) const { return pipeline_.job(use.job); }
  const Step& step_of(const Use& use) const { return job_of(use).steps[use.step]; }
  SourceRange place_of(const Use& use) const { return input_place(expansion_, step_of(use), kNameInputs); }

  /// Whether a second upload under the name is no failure.
  bool replaces(const Use& use) const {
    const auto found = expansion_.step_documents.find({step_of(use).where.file.get(), step_of(use).where.range.begin});
    const std::string uses = found == expansion_.step_documents.end() ? "" : found->second->uses.value;
    const EvaluateText literal = [](std::string_view text) {
      return expression::is_template(text) ? std::nullopt : std::optional(std::string(text));
    };
    return artifact_use(ActionStep(step_of(use), uses.substr(std::min(uses.find('@') + 1, uses.size())), literal))
        .replaces;
  }

  /// Whether both jobs run in any run in which one does, as far as their conditions tell.
  bool run_together(const Use& a, const Use& b) const {
    const Job& first = job_of(a);
    const Job& second = job_of(b);
    if (first.id == second.id) return true;
    const auto same_need = [](const model::Need& x, const model::Need& y) { return x.job == y.job; };
    if (first.caller == second.caller && first.condition == second.condition &&
        std::ranges::equal(first.needs, second.needs, same_need)) {
      return true;
    }
    return is_sure(a.job) && is_sure(b.job);
  }

  /// Whether the job runs in every green run. Of called jobs that isn't asked.
  bool is_sure(JobId id) const {
    if (sure_.empty()) {
      sure_.resize(pipeline_.jobs.size());
      for (const JobId each : graph_.order()) {
        const Job& job = pipeline_.job(each);
        sure_[model::index(each)] =
            job.caller.empty() && green(pipeline_, job, job.condition) == Truth::True &&
            std::ranges::all_of(graph_.needs(each), [&](JobId need) { return sure_[model::index(need)]; });
      }
    }
    return sure_[model::index(id)];
  }

  bool happens(const Use& use) const { return green(pipeline_, job_of(use), step_of(use).condition) == Truth::True; }

  void check_names() {
    std::map<std::string_view, std::vector<Use>> by_name;
    for (const Use& upload : uploads_) {
      if (model::is_known_name(upload.name)) by_name[upload.name].push_back(upload);
    }
    for (auto& [name, uses] : by_name) {
      if (uses.size() < 2) continue;
      std::erase_if(uses, [&](const Use& use) { return !happens(use); });
      for (size_t i = 1; i < uses.size(); ++i) {
        if (clash(uses, i)) break;
      }
    }
  }

  /// Reports the upload `at` if an earlier one has taken its name; whether it did.
  bool clash(const std::vector<Use>& uses, size_t at) {
    const Use& late = uses[at];
    const auto first = std::find_if(uses.begin(), uses.begin() + static_cast<std::ptrdiff_t>(at),
                                    [&](const Use& early) { return run_together(early, late); });
    if (first == uses.begin() + static_cast<std::ptrdiff_t>(at) || replaces(late)) return false;
    Diagnostic* finding = expansion_.warning(
        "duplicate-artifact",
        fmt::format("artifact \"{}\" is uploaded by \"{}\" and again by \"{}\"; the later one fails, since a name is "
                    "taken for the whole run",
                    late.name, job_of(*first).name, job_of(late).name),
        place_of(late));
    if (finding != nullptr && step_of(*first).where.range != step_of(late).where.range) {
      finding->notes.push_back({"the other upload is here", place_of(*first)});
    }
    return true;
  }

  void check_bounds() {
    std::map<JobId, size_t> counts;
    for (const Use& upload : uploads_) {
      if (++counts[upload.job] == kMostUploads + 1) {
        expansion_.warning("too-many-artifacts",
                           fmt::format("job \"{}\" uploads more than {} artifacts", job_of(upload).name, kMostUploads),
                           place_of(upload));
      }
      check_retention(upload);
    }
  }

  void check_retention(const Use& upload) {
    constexpr std::array<std::string_view, 1> kInput = {"retention-days"};
    for (const auto& [name, value] : step_of(upload).with) {
      if (!equals_ignore_case(name, kInput[0]) || expression::is_template(value) || trim(value).empty()) continue;
      const double days = expression::to_number(Value(value));
      if (days >= 0 && days <= kMostDays && days == std::floor(days)) continue;
      expansion_.warning(
          "retention",
          fmt::format("\"retention-days\" is \"{}\", expected whole days from 1 to {}, which private repositories may "
                      "raise",
                      trim(value), kMostDays),
          input_place(expansion_, step_of(upload), kInput));
    }
  }

  bool comes_before(const Use& upload, const Use& download) const {
    if (upload.job == download.job) return upload.step < download.step;
    return graph_.is_ancestor(upload.job, download.job);
  }

  void check_download(const Use& download) {
    std::vector<Use> makers;
    for (const Use& upload : uploads_) {
      if (model::may_take(download.name, upload.name)) makers.push_back(upload);
    }
    if (makers.empty()) return report_unknown(download);
    const bool any = std::ranges::any_of(makers, [&](const Use& maker) { return comes_before(maker, download); });
    const bool is_some = download.name != "*" && !model::is_one_name(download.name);
    for (const Use& maker : makers) {
      if (any && !(is_some && is_beside(maker, download))) continue;
      return report_race(maker, download);
    }
  }

  /// Whether the upload surely matches and is ordered neither before nor after.
  bool is_beside(const Use& maker, const Use& download) const {
    return model::is_known_name(maker.name) && model::is_known_name(download.name) && maker.job != download.job &&
           !graph_.is_ancestor(maker.job, download.job) && !graph_.is_ancestor(download.job, maker.job);
  }

  void report_unknown(const Use& download) {
    if (expansion_.has_opaque_call || pipeline_.event == "workflow_call") return;
    const std::string& job = job_of(download).id;
    if (download.name == "*") {
      expansion_.warning("unknown-artifact",
                         fmt::format("job \"{}\" downloads all artifacts, but no step of this run uploads any", job),
                         place_of(download));
      return;
    }
    Diagnostic* finding = expansion_.warning(
        "unknown-artifact",
        fmt::format("job \"{}\" downloads artifact \"{}\", which no step of this run uploads", job, download.name),
        place_of(download));
    std::vector<std::string> names;
    for (const Use& upload : uploads_) names.emplace_back(upload.name);
    std::ranges::sort(names);
    names.erase(std::unique(names.begin(), names.end()), names.end());
    if (finding != nullptr) suggest(*finding, download.name, names);
  }

  void report_race(const Use& maker, const Use& download) {
    const std::string& job = job_of(download).id;
    const std::string& other = job_of(maker).id;
    const std::string_view what = model::is_one_name(download.name) ? "it" : "one";
    std::string how = fmt::format("does not wait for job \"{}\", which uploads {}", other, what);
    if (maker.job == download.job) {
      how = fmt::format("only a later step uploads {}", what);
    } else if (graph_.is_ancestor(download.job, maker.job)) {
      how = fmt::format("job \"{}\", which uploads {}, runs afterwards", other, what);
    } else if (other == job) {
      how = fmt::format("does not wait for the other leg of its own matrix that uploads {}", what);
    }
    const std::string wanted = download.name == "*" ? "all artifacts" : fmt::format("artifact \"{}\"", download.name);
    Diagnostic* finding = expansion_.warning(
        "artifact-race", fmt::format("job \"{}\" downloads {}, but {}", job, wanted, how), place_of(download));
    if (finding != nullptr) finding->notes.push_back({fmt::format("{} is uploaded here", what), place_of(maker)});
  }

  Expansion& expansion_;
  const Pipeline& pipeline_;
  const Graph& graph_;
  std::vector<Use> uploads_;
  std::vector<Use> downloads_;
  mutable std::vector<bool> sure_;  ///< by job, computed when first asked for
};

}  // namespace

SourceRange input_place(const Expansion& expansion, const Step& step, std::span<const std::string_view> inputs) {
  const auto found = expansion.step_documents.find({step.where.file.get(), step.where.range.begin});
  if (found == expansion.step_documents.end()) return step.where;
  for (const std::string_view input : inputs) {
    for (const Field& field : found->second->with) {
      if (equals_ignore_case(field.name.value, input)) return field.value.where;
    }
  }
  return found->second->uses.where;
}

void report_artifacts(Expansion& expansion, const Pipeline& pipeline, const Graph& graph) {
  ArtifactChecker(expansion, pipeline, graph).check();
}

void report_data(Expansion& expansion, const Pipeline& pipeline) {
  report_caches(expansion, pipeline);
  const auto has_artifacts = [](const Step& step) { return !step.uploads.empty() || !step.downloads.empty(); };
  const auto any = [&](const Job& job) { return std::ranges::any_of(job.steps, has_artifacts); };
  if (std::ranges::none_of(pipeline.jobs, any)) return;
  Diagnostics elsewhere;  // whoever runs the pipeline reports its cycles
  const Graph graph = Graph::build(pipeline, elsewhere);
  if (graph.size() > 0) report_artifacts(expansion, pipeline, graph);
}

}  // namespace dagsim::workflow
