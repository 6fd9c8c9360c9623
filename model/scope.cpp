#include "model/scope.h"

#include <map>

#include "base/text.h"

namespace dagsim::model {

namespace {

/// Axis names of the matrix form a tree; a name that is both a leaf and a branch keeps the branch.
expression::Object nested(const std::vector<std::pair<std::string, std::string>>& axes) {
  expression::Object object;
  std::vector<std::pair<std::string, std::vector<std::pair<std::string, std::string>>>> branches;
  std::map<std::string, size_t> place;
  for (const auto& axis : axes) {
    const size_t dot = axis.first.find('.');
    if (dot == std::string::npos) {
      object.set(axis.first, axis.second);
      continue;
    }
    const std::string head = axis.first.substr(0, dot);
    const auto [at, added] = place.try_emplace(head, branches.size());
    if (added) branches.push_back({head, {}});
    branches[at->second].second.emplace_back(axis.first.substr(dot + 1), axis.second);
  }
  for (const auto& branch : branches) object.set(branch.first, nested(branch.second));
  return object;
}

}  // namespace

std::string qualify(std::string_view scope, std::string_view name) {
  return scope.empty() ? std::string(name) : std::string(scope) + "/" + std::string(name);
}

std::string scope_of(std::string_view id) {
  const size_t slash = id.rfind('/');
  return slash == std::string_view::npos ? "" : std::string(id.substr(0, slash));
}

expression::Object workflow_contexts(const Pipeline& pipeline, std::string_view scope) {
  expression::Object contexts = pipeline.contexts;
  // Names that every condition may use, though nothing may be known below them.
  for (const char* name : {"github", "inputs", "vars"}) {
    if (contexts.find(name) == nullptr) contexts.set(name, expression::Object{});
  }
  if (!scope.empty()) {
    const Caller* caller = pipeline.find_caller(scope);
    contexts.set("inputs", caller == nullptr ? expression::Object{} : caller->inputs);
  }
  return contexts;
}

expression::Object matrix_context(const Job& job) {
  return nested(job.matrix);
}

bool resolves(const expression::Object& contexts, std::string_view reference) {
  const expression::Object* object = &contexts;
  const expression::Value* value = nullptr;
  for (const std::string_view name : split(reference, '.')) {
    if (name == "*") return true;
    if (object == nullptr) return false;
    value = object->find(name);
    if (value == nullptr) return false;
    object = value->kind() == expression::Kind::Object ? &value->object() : nullptr;
  }
  return true;
}

}  // namespace dagsim::model
