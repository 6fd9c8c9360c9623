// How long the expressions of real workflow files take: reading each one, evaluating it, and both. One iteration is the
// whole list, so a figure divided by its length is the cost of one expression.
#include <benchmark/benchmark.h>

#include "expression/expression.h"

namespace dagsim::expression {
namespace {

constexpr const char* kContexts = R"({
  "github": {"ref": "refs/heads/main", "event_name": "push", "repository": "octo/repo", "workflow": "CI", "sha": "0123abc",
             "run_id": "77", "actor": "octocat", "event": {"action": "opened", "pull_request": {"draft": false, "number": 7,
             "head": {"sha": "0123abc", "repo": {"fork": false}}, "labels": [{"name": "bug"}, {"name": "CI"}]}}},
  "needs": {"changes": {"result": "success", "outputs": {"rust": "true", "matrix": "{\"include\": [{\"os\": \"ubuntu\"}]}"}},
            "build": {"result": "success", "outputs": {}}, "test": {"result": "failure", "outputs": {}}},
  "matrix": {"os": "ubuntu-latest", "version": 12, "toolchain": "stable", "experimental": false},
  "env": {"CACHE": "v2"}, "inputs": {"deploy": true, "target": "production"},
  "steps": {"cache": {"outputs": {"cache-hit": "true"}, "outcome": "success"}}, "runner": {"os": "Linux", "arch": "X64"},
  "secrets": {"TOKEN": "***"}, "vars": {}, "strategy": {"job-index": 0}
})";

constexpr const char* kExpressions[] = {
    "matrix.os",
    "github.event_name == 'push' && github.ref == 'refs/heads/main'",
    "needs.changes.outputs.rust == 'true'",
    "success() && (needs.changes.outputs.rust == 'true' || inputs.deploy)",
    "always() && (contains(needs.*.result, 'failure') || contains(needs.*.result, 'cancelled'))",
    "github.event.pull_request.head.repo.fork == false",
    "steps.cache.outputs.cache-hit != 'true'",
    "startsWith(github.ref, 'refs/tags/v') && github.repository == 'octo/repo'",
    "format('{0}-{1}-{2}', runner.os, matrix.toolchain, github.sha)",
    "fromJSON(needs.changes.outputs.matrix).include[0].os",
    "secrets.TOKEN",
    "matrix.experimental || false",
    "contains(github.event.pull_request.labels.*.name, 'ci')",
    "inputs.target == 'production' && 'prod' || 'staging'",
    "github.workflow",
    "env.CACHE",
    "!cancelled() && runner.os == 'Linux'",
    "github.event.pull_request.number || github.run_id",
    "toJSON(matrix)",
    "strategy.job-index == 0"};

Scope scope() {
  Scope made;
  made.contexts = from_json(kContexts).object();
  for (const char* name : {"success", "always"}) made.functions[name] = [](std::span<const Value>) { return true; };
  for (const char* name : {"failure", "cancelled"}) made.functions[name] = [](std::span<const Value>) { return false; };
  return made;
}

void count(benchmark::State& state) {
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(std::size(kExpressions)));
}

void parse_expressions(benchmark::State& state) {
  for (auto _ : state) {
    for (const char* text : kExpressions) benchmark::DoNotOptimize(Expression::parse(text));
  }
  count(state);
}
BENCHMARK(parse_expressions);

void evaluate_expressions(benchmark::State& state) {
  const Scope contexts = scope();
  std::vector<Expression> parsed;
  for (const char* text : kExpressions) parsed.push_back(Expression::parse(text));
  for (auto _ : state) {
    for (const Expression& expression : parsed) benchmark::DoNotOptimize(evaluate(expression, contexts));
  }
  count(state);
}
BENCHMARK(evaluate_expressions);

void parse_and_evaluate_expressions(benchmark::State& state) {
  const Scope contexts = scope();
  for (auto _ : state) {
    for (const char* text : kExpressions) benchmark::DoNotOptimize(evaluate(Expression::parse(text), contexts));
  }
  count(state);
}
BENCHMARK(parse_and_evaluate_expressions);

void normalise_conditions(benchmark::State& state) {
  for (auto _ : state) {
    for (const char* text : kExpressions) benchmark::DoNotOptimize(normalise_condition(text));
  }
  count(state);
}
BENCHMARK(normalise_conditions);

void read_json(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(from_json(kContexts));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(read_json);

}  // namespace
}  // namespace dagsim::expression
