// A workflow file (or an action.yml) as a typed tree in which every scalar knows its place.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/diagnostic.h"
#include "base/source.h"
#include "base/yaml.h"

namespace dagsim::workflow {

/// A scalar read as a string, perhaps with `${{ }}` in it.
struct Text {
  std::string value;
  SourceRange where;
};

struct Field {
  Text name;
  Text value;
};
using Fields = std::vector<Field>;

/// The value of a field by exact name, or null.
const Text* find(const Fields& fields, std::string_view name);

/// A declared input of workflow_dispatch, workflow_call or an action.
struct Input {
  enum class Type { String, Number, Boolean, Choice };
  Text name;
  Type type = Type::String;
  bool required = false;
  std::optional<Text> fallback;  ///< its `default`
  std::vector<std::string> options;
};

/// A secret that a called workflow declares.
struct Secret {
  Text name;
  bool required = false;
};

/// A line of `schedule`.
struct Schedule {
  Text cron;
  std::optional<Text> timezone;
};

/// One event of `on`. Filters are lists; `branches: main` is a list of one.
struct Trigger {
  Text event;
  std::vector<Text> branches;
  std::vector<Text> branches_ignore;
  std::vector<Text> tags;
  std::vector<Text> tags_ignore;
  std::vector<Text> paths;
  std::vector<Text> paths_ignore;
  std::vector<Text> types;
  std::vector<Text> workflows;  ///< of workflow_run
  std::vector<Schedule> schedules;
  std::vector<Input> inputs;
  std::vector<Secret> secrets;  ///< of workflow_call
  Fields outputs;               ///< of workflow_call: name and `value`
};

/// `permissions`: a level for all scopes, or one for each that is named (all others then have none).
struct Permissions {
  std::optional<Text> all;  ///< "read-all", "write-all"
  Fields scopes;
};

/// What a step is.
enum class StepKind { Run, Action, Wait, WaitAll, Cancel, Parallel };

struct StepDocument {
  StepKind kind = StepKind::Run;
  Text id;
  Text uses;
  Text run;
  std::optional<Text> name;
  std::optional<Text> condition;
  std::optional<Text> timeout;
  std::optional<Text> continue_on_error;
  std::optional<Text> shell;
  std::optional<Text> working_directory;
  Fields with;
  Fields env;
  bool background = false;
  std::vector<Text> targets;           ///< ids that Wait waits for or Cancel cancels
  std::vector<StepDocument> parallel;  ///< of Parallel
  SourceRange where;
};

/// A text that may read outputs of other jobs; `expression`: an `if` without `${{ }}`, which is one expression as a
/// whole.
struct Reading {
  Text text;
  bool expression = false;
};

struct JobDocument {
  Text id;
  std::optional<Text> name;
  std::optional<Text> condition;
  std::optional<Text> uses;  ///< a reusable workflow
  std::optional<Text> timeout;
  std::optional<Text> continue_on_error;
  std::vector<Text> needs;
  std::vector<Text> runs_on;           ///< labels; the name of the group when there are none
  std::optional<yaml::Node> strategy;  ///< as written: a mapping, or an expression that gives one
  std::optional<Text> environment;
  std::optional<yaml::Node> concurrency;  ///< as written: a group, or a mapping with one
  std::optional<Permissions> permissions;
  std::optional<Text> cache_mode;
  std::optional<Text> container;  ///< its image
  Fields services;                ///< name and image
  Fields env;
  Fields defaults;  ///< of `run`: shell, working-directory
  Fields with;
  Fields secrets;
  bool inherits_secrets = false;
  Fields outputs;
  std::vector<StepDocument> steps;
  std::vector<Reading> readings;  ///< every text below the job that holds an expression
};

struct Document {
  std::shared_ptr<const SourceFile> file;
  Text name;
  std::optional<Text> run_name;
  std::vector<Trigger> triggers;
  std::optional<yaml::Node> concurrency;  ///< as written
  std::optional<Permissions> permissions;
  std::optional<Text> cache_mode;
  Fields env;
  Fields defaults;  ///< of `run`: shell, working-directory
  std::vector<JobDocument> jobs;
  std::unordered_map<std::string, size_t> job_places;  ///< by lower-case id

  const Trigger* trigger(std::string_view event) const;
  /// Job ids ignore case.
  const JobDocument* job(std::string_view id) const;
};

/// An action.yml; only composite ones have steps.
struct ActionDocument {
  std::shared_ptr<const SourceFile> file;
  std::string using_what;  ///< "composite", "docker", "node20", …
  bool composite = false;
  std::vector<Input> inputs;
  Fields outputs;
  std::vector<StepDocument> steps;
};

/// Parses and checks a workflow; findings are appended and parsing goes on after each. Without errors the document is
/// whole; with errors it holds what could be read. Empty only when there is no tree at all.
std::optional<Document> parse_workflow(const std::shared_ptr<const SourceFile>& file, Diagnostics& diagnostics,
                                       const yaml::Limits& limits = {});

/// The same for an action.yml.
std::optional<ActionDocument> parse_action(const std::shared_ptr<const SourceFile>& file, Diagnostics& diagnostics,
                                           const yaml::Limits& limits = {});

}  // namespace dagsim::workflow
