// What a pipeline's shape shows to be wrong or wasteful, each with its place and the evidence. None needs a run; where
// past runs are known, their times sharpen some.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/file_system.h"
#include "model/graph.h"
#include "model/pipeline.h"
#include "study/project.h"
#include "study/study.h"

namespace dagsim::study {

/// A rule that findings name, for `findings:` of dagsim.yaml.
struct FindingRule {
  std::string_view name;
  Severity severity = Severity::Warning;  ///< unless dagsim.yaml says otherwise
  std::string_view says;                  ///< what it is about, for people
};
/// All rules, by name.
std::span<const FindingRule> finding_rules();

/// A finding with the severity of its rule.
Finding make_finding(std::string_view rule, std::string message, SourceRange where, std::vector<std::string> about);
/// "a, b, c, d and 3 more".
std::string name_few(std::vector<std::string> names);

/// Jobs that run, whose failure the gate doesn't see, and that don't come after it. Empty without a gate.
std::vector<Finding> find_ungated_jobs(const model::Pipeline& pipeline, const model::Graph& graph);

/// Needs through which nothing passes: no output, result, artifact or cache entry. Jobs serialised behind a cache that
/// they don't share, and cheap jobs put in front of heavy ones, are told as such. \param means seconds by job key,
/// where past runs tell; may be empty.
std::vector<Finding> find_idle_needs(const model::Pipeline& pipeline, const model::Graph& graph,
                                     const std::map<std::string, double>& means);

/// Jobs without a time-out (GitHub's own is six hours).
std::vector<Finding> find_missing_timeouts(const model::Pipeline& pipeline);

/// Jobs that publish in a run of this event and that no condition or need on tests holds back; only for pull requests.
std::vector<Finding> find_ungated_publishing(const model::Pipeline& pipeline);

/// Caches that several jobs side by side save under one key, of which one wins; that one job saves for others that do
/// other work; that nobody saves; that have nothing to fall back to.
std::vector<Finding> find_cache_faults(const model::Pipeline& pipeline, const model::Graph& graph);

/// Workflows of a repository that run on each push or pull request although nothing waits for them: no gate of theirs
/// is in dagsim.yaml.
std::vector<Finding> find_idle_workflows(const FileSystem& files, const std::string& repository,
                                         const Project& project);

/// All of the above for one pipeline, with dagsim.yaml's severities, by place.
std::vector<Finding> find_faults(const model::Pipeline& pipeline, const model::Graph& graph,
                                 const std::map<std::string, double>& means, const Project& project);

/// The findings of every workflow of a repository (or of one file), for each event that starts it; the same one once.
std::vector<Finding> find_in_repository(const FileSystem& files, const std::string& path, const Options& options,
                                        Diagnostics& diagnostics);

/// Leaves out rules that are off, and sets the others' severity.
void judge_findings(const Project& project, std::vector<Finding>& findings);

}  // namespace dagsim::study
