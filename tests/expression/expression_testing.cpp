#include "tests/expression/expression_testing.h"

#include <fmt/format.h>

namespace dagsim::expression {

namespace {

constexpr const char* kContexts = R"({
  "github": {"ref": "refs/heads/main", "event_name": "push", "Event": {"number": 7, "labels": [{"name": "bug"}, {"name": "CI"}, {"id": 3}]}},
  "needs": {"build": {"result": "success", "outputs": {"rust": "true"}}, "lint": {"result": "failure", "outputs": {}}},
  "matrix": {"os": "ubuntu", "version": 12, "flag": false, "none": null},
  "env": {"EMPTY": "", "A-B": "dash"},
  "inputs": {},
  "obj": {"a": {"x": 1, "y": [10, 20]}, "b": {"x": 2}, "c": 5},
  "arr": [[1, 2], [3], [], 4, {"x": 9}]
})";

std::string one_line(const std::string& json) {
  std::string line;
  for (size_t i = 0; i < json.size(); ++i) {
    if (json[i] != '\n') {
      line += json[i];
      continue;
    }
    while (i + 1 < json.size() && json[i + 1] == ' ') ++i;
  }
  return line;
}

}  // namespace

Scope test_scope() {
  Scope scope;
  scope.contexts = from_json(kContexts).object();
  scope.functions["success"] = [](std::span<const Value>) { return Value(true); };
  scope.functions["failure"] = [](std::span<const Value> ids) { return Value(!ids.empty()); };
  return scope;
}

std::string shown(const Value& value) {
  const bool collection = value.kind() == Kind::Array || value.kind() == Kind::Object;
  return fmt::format("{}: {}", to_string(value.kind()), collection ? one_line(to_json(value)) : to_string(value));
}

std::string shown(const ExpressionError& error) {
  constexpr std::string_view kKinds[] = {"lexing", "parsing", "evaluation"};
  return fmt::format("{} error at {}: {}", kKinds[static_cast<size_t>(error.kind)], error.offset, error.what());
}

std::string result(std::string_view text) {
  try {
    return shown(evaluate(Expression::parse(text), test_scope()));
  } catch (const ExpressionError& error) {
    return shown(error);
  }
}

std::string template_result(std::string_view text) {
  try {
    return shown(evaluate_template(text, test_scope()));
  } catch (const ExpressionError& error) {
    return shown(error);
  }
}

}  // namespace dagsim::expression
