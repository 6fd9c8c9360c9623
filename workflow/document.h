// A workflow file (or a composite action) as a typed tree in which every scalar knows its place.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
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

/// One event of `on`.
struct Trigger {
  Text event;
  std::vector<Text> branches;
  std::vector<Text> tags;
  std::vector<Input> inputs;
  Fields outputs;  ///< of workflow_call: name and `value`
};

struct StepDocument {
  Text id;
  Text uses;
  Text run;
  std::optional<Text> name;
  std::optional<Text> condition;
  Fields with;
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
  std::vector<Text> runs_on;
  std::optional<yaml::Node> strategy;     ///< as written: a mapping, or an expression that gives one
  std::optional<yaml::Node> concurrency;  ///< as written: a group, or a mapping with one
  Fields with;
  Fields outputs;
  std::vector<StepDocument> steps;
  std::vector<Reading> readings;  ///< every text below the job that holds an expression
};

struct Document {
  std::shared_ptr<const SourceFile> file;
  Text name;
  std::vector<Trigger> triggers;
  std::optional<yaml::Node> concurrency;  ///< as written
  std::vector<JobDocument> jobs;

  const Trigger* trigger(std::string_view event) const;
  /// Job ids ignore case.
  const JobDocument* job(std::string_view id) const;
};

/// An action.yml; only composite ones have steps.
struct ActionDocument {
  std::shared_ptr<const SourceFile> file;
  bool composite = false;
  std::vector<Input> inputs;
  Fields outputs;
  std::vector<StepDocument> steps;
};

/// Parses and checks a workflow; findings are appended and parsing goes on after each. Without errors the document is
/// whole; with errors it holds what could be read. Empty only when there is no tree at all.
std::optional<Document> parse_workflow(const std::shared_ptr<const SourceFile>& file, Diagnostics& diagnostics);

/// The same for an action.yml.
std::optional<ActionDocument> parse_action(const std::shared_ptr<const SourceFile>& file, Diagnostics& diagnostics);

}  // namespace dagsim::workflow
