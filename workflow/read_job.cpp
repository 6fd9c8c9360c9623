#include <array>
#include <string_view>

#include <fmt/format.h>

#include "expression/expression.h"
#include "workflow/reader.h"

namespace dagsim::workflow {

namespace {

constexpr std::array<std::string_view, 22> kJobKeys = {"cache-mode",
                                                       "cancel-timeout-minutes",
                                                       "concurrency",
                                                       "container",
                                                       "continue-on-error",
                                                       "defaults",
                                                       "env",
                                                       "environment",
                                                       "if",
                                                       "name",
                                                       "needs",
                                                       "outputs",
                                                       "permissions",
                                                       "runs-on",
                                                       "secrets",
                                                       "services",
                                                       "snapshot",
                                                       "steps",
                                                       "strategy",
                                                       "timeout-minutes",
                                                       "uses",
                                                       "with"};

constexpr std::array<std::string_view, 10> kCallKeys = {"cache-mode",  "concurrency", "if",       "name", "needs",
                                                        "permissions", "secrets",     "strategy", "uses", "with"};

constexpr std::array<std::string_view, 3> kStrategyKeys = {"fail-fast", "matrix", "max-parallel"};

std::vector<Text> read_runs_on(Reader& reader, const yaml::Node* node, const std::string& owner) {
  if (node == nullptr || !node->is_mapping()) return reader.scalar_or_list(node, "\"runs-on\" of " + owner);
  constexpr std::array<std::string_view, 2> kKeys = {"group", "labels"};
  reader.check_keys(*node, "\"runs-on\" of " + owner, kKeys);
  std::vector<Text> labels = reader.scalar_or_list(node->find("labels"), "\"labels\" of " + owner);
  if (!labels.empty()) return labels;
  return reader.scalar_or_list(node->find("group"), "\"group\" of " + owner);
}

bool is_expression(const yaml::Node& node) {
  return node.is_string() && expression::is_template(node.text);
}

void read_strategy(Reader& reader, const yaml::Node* node, const std::string& owner, JobDocument& job) {
  if (node == nullptr || node->is_null()) return;
  const std::string what = "\"strategy\" of " + owner;
  job.strategy = *node;
  if (is_expression(*node) || !reader.expect_mapping(*node, what)) return;
  reader.check_keys(*node, what, kStrategyKeys);
  reader.scalar(node->find("fail-fast"), "\"fail-fast\" of " + owner);
  reader.scalar(node->find("max-parallel"), "\"max-parallel\" of " + owner);
  const yaml::Node* matrix = node->find("matrix");
  if (matrix != nullptr && !is_expression(*matrix)) reader.expect_mapping(*matrix, "\"matrix\" of " + owner);
}

/// Depth is bounded by the YAML reader (Limits::depth).
void collect_readings(const Reader& reader, const yaml::Node& node, bool condition, std::vector<Reading>& out) {
  for (const yaml::Node& item : node.items) collect_readings(reader, item, false, out);
  for (const yaml::Entry& entry : node.entries) collect_readings(reader, entry.value, entry.key == "if", out);
  if (!node.is_string()) return;
  const bool is_template = expression::is_template(node.text);
  if (is_template || condition) out.push_back({reader.text(node), !is_template});
}

void check_call(Reader& reader, const yaml::Node& node, const std::string& what) {
  for (const yaml::Entry& entry : node.entries) {
    if (entry.key == "steps" || entry.key == "runs-on") {
      reader.error("unknown-key", fmt::format("{} calls a workflow, so it can't have \"{}\" as well", what, entry.key),
                   entry.key_range);
      return;
    }
  }
  reader.check_keys(node, what + ", which calls a workflow", kCallKeys);
}

void check_own(Reader& reader, const yaml::Node& node, const std::string& what, Range key) {
  reader.check_keys(node, what, kJobKeys);
  const bool has_runner = node.find("runs-on") != nullptr;
  const bool has_steps = node.find("steps") != nullptr;
  if (!has_runner && !has_steps) {
    reader.error("missing-key", fmt::format("{} has neither \"runs-on\" and \"steps\" nor \"uses\"", what), key);
  } else if (!has_runner) {
    reader.error("missing-key", fmt::format("{} has no \"runs-on\"", what), key);
  } else if (!has_steps) {
    reader.error("missing-key", fmt::format("{} has no \"steps\"", what), key);
  }
}

}  // namespace

JobDocument read_job(Reader& reader, const yaml::Entry& entry) {
  JobDocument job;
  job.id = reader.key(entry);
  const std::string what = fmt::format("job \"{}\"", entry.key);
  const yaml::Node& node = entry.value;
  if (!is_valid_id(entry.key)) {
    reader.error(
        "invalid-id",
        fmt::format("\"{}\" can't name a job: expected fewer than 100 letters, digits, \"-\" and \"_\", starting "
                    "with a letter or a single \"_\"",
                    entry.key),
        entry.key_range);
  }
  if (!reader.expect_mapping(node, what)) return job;
  job.uses = reader.scalar(node.find("uses"), "\"uses\" of " + what);
  if (node.find("uses") != nullptr) {
    check_call(reader, node, what);
  } else {
    check_own(reader, node, what, entry.key_range);
  }
  job.name = reader.scalar(node.find("name"), "\"name\" of " + what);
  job.condition = reader.scalar(node.find("if"), "\"if\" of " + what);
  job.timeout = reader.scalar(node.find("timeout-minutes"), "\"timeout-minutes\" of " + what);
  job.continue_on_error = reader.scalar(node.find("continue-on-error"), "\"continue-on-error\" of " + what);
  job.needs = reader.scalar_or_list(node.find("needs"), "\"needs\" of " + what);
  job.runs_on = read_runs_on(reader, node.find("runs-on"), what);
  job.with = reader.fields(node.find("with"), "\"with\" of " + what);
  job.outputs = reader.fields(node.find("outputs"), "\"outputs\" of " + what);
  read_strategy(reader, node.find("strategy"), what, job);
  if (const yaml::Node* concurrency = node.find("concurrency")) job.concurrency = *concurrency;
  if (const yaml::Node* steps = node.find("steps")) job.steps = read_steps(reader, *steps, what);
  collect_readings(reader, node, false, job.readings);
  return job;
}

}  // namespace dagsim::workflow
