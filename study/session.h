// Everything that a study needs about one workflow: the expanded pipeline, what the repository says about itself, and
// what its past runs taught.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/diagnostic.h"
#include "base/file_system.h"
#include "calibration/calibration.h"
#include "history/history.h"
#include "model/graph.h"
#include "model/pipeline.h"
#include "study/prediction.h"
#include "study/project.h"
#include "study/study.h"
#include "workflow/load.h"

namespace dagsim::study {

/// What is asked about, after scenario and command line have been put together.
struct Question {
  std::string workflow;
  std::string history;
  std::string history_before;
  std::string event;
  std::string change;
  std::string branch;
  std::string gate;
  std::string workflow_file;
  std::vector<std::string> variants;  ///< of a shape, whose runs count as the shape's
  std::vector<std::pair<std::string, std::string>> outputs;
  std::optional<std::vector<std::string>> changed_files;  ///< paths that the commit changes
  std::optional<std::set<std::string>> ran;               ///< streams of jobs that run, of those that are open
  std::vector<std::pair<std::string, model::CacheState>> caches;
};

/// A pipeline with its DAG, presence resolved.
struct Expanded {
  model::Pipeline pipeline;
  model::Graph graph;
};

struct Session {
  Question question;
  Project project;
  workflow::Request request;  ///< how the baseline was expanded: edits that replace workflow files use it again
  Expanded baseline;
  history::History history;
  std::vector<calibration::Shape> shapes;  ///< the baseline first, then others that past runs executed
  std::optional<calibration::Calibration> calibration;
  bool has_learned_defects = false;  ///< kinds of defects come from red runs, not from dagsim.yaml
};

/// Which jobs run: by their conditions and, where those leave it open, by what the question says of them.
void resolve_presence(model::Pipeline& pipeline, const model::Graph& graph, const Question& question,
                      Diagnostics& diagnostics);

/// The command line's word before the scenario's.
Question question_of(const Scenario& scenario, const Options& options);
Question question_of(const std::string& workflow, const Options& options);

/// How the workflow at `path` is to be expanded. \param change_name the change class, "" for the project's default.
workflow::Request make_request(const Question& question, const Project& project, const std::string& path,
                               const std::string& event, const std::string& change_name, Diagnostics& diagnostics);

/// Expands the workflow at `request.path` and gives it the project's pools, defects and gate. Empty when there are
/// errors.
std::optional<Expanded> expand(const FileSystem& files, const workflow::Request& request, const Question& question,
                               const Project& project, Diagnostics& diagnostics);

/// Reads project, workflow and history, and calibrates. Empty when there are errors, and when the replay is off by more
/// than 10 % without `force`.
std::optional<Session> open_session(const FileSystem& files, const Question& question, bool force,
                                    Diagnostics& diagnostics);

/// The history as the reports show it.
HistoryLine history_line(const Session& session);

}  // namespace dagsim::study
