#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>

#include "base/text.h"
#include "workflow/reader.h"

namespace dagsim::workflow {

namespace {

constexpr std::array<std::string_view, 16> kStepKeys = {
    "background", "cancel", "continue-on-error", "env",  "id",   "if",       "name", "parallel",
    "run",        "shell",  "timeout-minutes",   "uses", "wait", "wait-all", "with", "working-directory"};

bool is_marker(const yaml::Node& step) {
  return std::ranges::any_of(std::array{"wait", "wait-all", "cancel"},
                             [&](const char* key) { return step.find(key) != nullptr; });
}

void warn_serial(Reader& reader, const yaml::Node& step) {
  for (const yaml::Entry& entry : step.entries) {
    if (entry.key != "background" && entry.key != "parallel") continue;
    reader.warning("serial-steps", fmt::format("\"{}\" is taken as if its steps ran one after the other", entry.key),
                   entry.key_range);
  }
}

void check_id(Reader& reader, const StepDocument& step, const std::vector<StepDocument>& before) {
  if (step.id.value.empty()) return;
  if (!is_valid_id(step.id.value)) {
    reader.error(
        "invalid-id",
        fmt::format("\"{}\" can't be the id of a step: expected fewer than 100 letters, digits, \"-\" and \"_\", "
                    "starting with a letter or a single \"_\"",
                    step.id.value),
        step.id.where.range);
    return;
  }
  const auto same = [&](const StepDocument& other) { return equals_ignore_case(other.id.value, step.id.value); };
  const auto first = std::ranges::find_if(before, same);
  if (first == before.end()) return;
  reader.error("duplicate-id", fmt::format("two steps have the id \"{}\"", step.id.value), step.id.where.range)
      .notes.push_back({"the first is here", first->id.where});
}

StepDocument read_step(Reader& reader, const yaml::Node& node, const std::string& owner) {
  StepDocument step;
  step.where = reader.where(node.range);
  const std::string what = "a step of " + owner;
  reader.check_keys(node, what, kStepKeys);
  const auto text = [&](const char* key) {
    return reader.scalar(node.find(key), fmt::format("\"{}\" of {}", key, what));
  };
  step.id = text("id").value_or(Text{});
  step.uses = text("uses").value_or(Text{});
  step.run = text("run").value_or(Text{});
  step.name = text("name");
  step.condition = text("if");
  step.with = reader.fields(node.find("with"), "\"with\" of " + what);
  const bool has_uses = node.find("uses") != nullptr;
  const bool has_run = node.find("run") != nullptr;
  if (has_uses && has_run) {
    reader.error("step-kind", fmt::format("{} has both \"run\" and \"uses\"", what), node.range);
  } else if (!has_uses && !has_run) {
    reader.error("step-kind", fmt::format("{} has neither \"run\" nor \"uses\"", what), node.range);
  } else if (has_uses && trim(step.uses.value).empty()) {
    reader.error("step-kind", fmt::format("{} has an empty \"uses\"", what), node.range);
  }
  return step;
}

void read_into(Reader& reader, const yaml::Node& steps, const std::string& owner, std::vector<StepDocument>& out) {
  for (const yaml::Node& node : steps.items) {
    if (!reader.expect_mapping(node, "a step of " + owner)) continue;
    warn_serial(reader, node);
    if (const yaml::Node* parallel = node.find("parallel")) {
      if (reader.expect_sequence(*parallel, "\"parallel\" of " + owner)) read_into(reader, *parallel, owner, out);
      continue;
    }
    if (is_marker(node)) {
      reader.check_keys(node, "a step of " + owner, kStepKeys);
      continue;
    }
    StepDocument step = read_step(reader, node, owner);
    check_id(reader, step, out);
    out.push_back(std::move(step));
  }
}

}  // namespace

std::vector<StepDocument> read_steps(Reader& reader, const yaml::Node& steps, const std::string& owner) {
  std::vector<StepDocument> result;
  if (!reader.expect_sequence(steps, "\"steps\" of " + owner)) return result;
  if (steps.items.empty()) {
    reader.error("missing-key", fmt::format("\"steps\" of {} is empty", owner), steps.range);
  }
  read_into(reader, steps, owner, result);
  return result;
}

}  // namespace dagsim::workflow
