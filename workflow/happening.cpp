#include <initializer_list>
#include <string_view>

#include "workflow/trigger_rules.h"

namespace dagsim::workflow {

namespace {

using expression::Kind;
using expression::Object;
using expression::Value;

const Value* find(const Object& object, std::initializer_list<std::string_view> path) {
  const Object* here = &object;
  const Value* found = nullptr;
  for (const std::string_view name : path) {
    if (here == nullptr) return nullptr;
    found = here->find(name);
    if (found == nullptr) return nullptr;
    here = found->kind() == Kind::Object ? &found->object() : nullptr;
  }
  return found;
}

/// "" for what is absent or no string.
std::string text(const Object& object, std::initializer_list<std::string_view> path) {
  const Value* found = find(object, path);
  return found != nullptr && found->kind() == Kind::String ? found->string() : "";
}

std::string first_of(std::initializer_list<std::string> texts) {
  for (const std::string& candidate : texts) {
    if (!candidate.empty()) return candidate;
  }
  return "";
}

std::string without_heads(std::string ref) {
  constexpr std::string_view kHeads = "refs/heads/";
  if (ref.starts_with(kHeads)) ref.erase(0, kHeads.size());
  return ref;
}

}  // namespace

Happening happening_of(const Object& github) {
  Happening happening;
  happening.event = text(github, {"event_name"});
  happening.activity = text(github, {"event", "action"});
  happening.ref = first_of({text(github, {"ref"}), text(github, {"event", "ref"})});
  happening.base_branch =
      without_heads(first_of({text(github, {"base_ref"}), text(github, {"event", "pull_request", "base", "ref"}),
                              text(github, {"event", "merge_group", "base_ref"})}));
  happening.head_branch = text(github, {"event", "workflow_run", "head_branch"});
  happening.workflow =
      first_of({text(github, {"event", "workflow", "name"}), text(github, {"event", "workflow_run", "name"})});
  happening.conclusion = text(github, {"event", "workflow_run", "conclusion"});
  happening.commit_message = text(github, {"event", "head_commit", "message"});
  const Value* commits = find(github, {"event", "commits"});
  if (commits != nullptr && commits->kind() == Kind::Array) happening.commits = commits->array().size();
  return happening;
}

}  // namespace dagsim::workflow
