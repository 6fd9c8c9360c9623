// A step that uses an action, as those look at it who know what well-known actions do.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/condition.h"
#include "model/pipeline.h"

namespace dagsim::workflow {

/// Evaluates a template that is known before the run; nothing otherwise.
using EvaluateText = std::function<std::optional<std::string>(std::string_view text)>;

/// "v4.1", "4", "release/v1" as numbers. A commit or a branch has none: then the newest version is meant.
struct ActionVersion {
  int major = 0;
  int minor = -1;  ///< -1: the newest of its major version
};
std::optional<ActionVersion> parse_version(std::string_view ref);

/// Inputs by name (case ignored) and the action's name in lower case, without its version. Keeps references.
class ActionStep {
 public:
  /// `ref` is what stands after the `@`.
  ActionStep(const model::Step& step, std::string_view ref, const EvaluateText& evaluate);

  const model::Step& step() const { return step_; }
  const std::string& action() const { return action_; }
  /// Whether the version is known to lie before `major`.
  bool is_before(int major) const { return version_ && version_->major < major; }

  /// An input as written, "" when it isn't given.
  std::string written(std::string_view name) const;
  /// Its value, "" when it isn't given; nothing when only a run knows it.
  std::optional<std::string> known(std::string_view name) const;
  /// The value with its known parts put in; what only a run knows stays as `${{ … }}`.
  std::string text(std::string_view name) const;
  /// The same, line by line; empty lines are left out.
  std::vector<std::string> lines(std::string_view name) const;
  /// An input that the action compares with 'true'; `absent` when it isn't given.
  model::Truth flag(std::string_view name, bool absent) const;
  /// The same where what nobody knows counts as true.
  bool may(std::string_view name, bool absent) const { return flag(name, absent) != model::Truth::False; }

  /// A template that needn't be an input, with its known parts put in.
  std::string fill(std::string_view text) const;

 private:
  const model::Step& step_;
  const EvaluateText& evaluate_;
  std::string action_;
  std::optional<ActionVersion> version_;
};

}  // namespace dagsim::workflow
