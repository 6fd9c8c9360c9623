// Steps of a job or of a composite action, also those that run beside others.
#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "base/text.h"
#include "workflow/reader.h"

namespace dagsim::workflow {

namespace {

StepKind kind_of(const yaml::Node& node) {
  if (node.find("uses") != nullptr) return StepKind::Action;
  if (node.find("wait") != nullptr) return StepKind::Wait;
  if (node.find("wait-all") != nullptr) return StepKind::WaitAll;
  if (node.find("cancel") != nullptr) return StepKind::Cancel;
  return node.find("parallel") != nullptr ? StepKind::Parallel : StepKind::Run;
}

/// One list of steps, whose ids form one scope.
class StepReader {
 public:
  explicit StepReader(Reader& reader) : reader_(reader) {}

  std::vector<StepDocument> read(const yaml::Node& steps) {
    std::vector<StepDocument> result;
    for (const yaml::Node& node : steps.items) {
      if (node.is_mapping()) result.push_back(read_step(node));
    }
    return result;
  }

 private:
  StepDocument read_step(const yaml::Node& node) {
    StepDocument step;
    step.kind = kind_of(node);
    step.where = reader_.where(node.range);
    const auto text = [&](const char* key) { return reader_.scalar(node.find(key)); };
    step.id = text("id").value_or(Text{});
    check_own_id(step.id);
    step.uses = text("uses").value_or(Text{});
    step.run = text("run").value_or(Text{});
    step.name = text("name");
    step.condition = text("if");
    step.timeout = text("timeout-minutes");
    step.continue_on_error = text("continue-on-error");
    step.shell = text("shell");
    step.working_directory = text("working-directory");
    step.with = reader_.fields(node.find("with"));
    step.env = reader_.fields(node.find("env"));
    const yaml::Node* background = node.find("background");
    step.background = background != nullptr && background->boolean;
    read_targets(node, step);
    if (const yaml::Node* parallel = node.find("parallel")) read_parallel(*parallel, step);
    return step;
  }

  void check_own_id(const Text& id) {
    if (!id.where.file || !check_id(reader_, id, "step")) return;
    const auto same = [&](const Text& other) { return equals_ignore_case(other.value, id.value); };
    const auto first = std::ranges::find_if(ids_, same);
    if (first == ids_.end()) {
      ids_.push_back(id);
      return;
    }
    reader_.error("duplicate-id", fmt::format("two steps have the id \"{}\"", id.value), id.where.range)
        .notes.push_back({"the first is here", first->where});
  }

  /// Only a step before this one can be waited for or cancelled.
  void read_targets(const yaml::Node& node, StepDocument& step) {
    const char* key = step.kind == StepKind::Cancel ? "cancel" : "wait";
    step.targets = reader_.scalar_or_list(node.find(key));
    for (const Text& target : step.targets) {
      const auto is_it = [&](const Text& id) { return equals_ignore_case(id.value, target.value); };
      const bool itself = !step.id.value.empty() && is_it(step.id);
      if (!itself && std::ranges::any_of(ids_, is_it)) continue;
      std::vector<std::string> known;
      for (const Text& id : ids_) known.push_back(id.value);
      const std::string message = itself ? fmt::format("the step \"{}\" can't {} itself", target.value, key)
                                         : fmt::format("no step before this one has the id \"{}\"", target.value);
      suggest(reader_.error("unknown-step", message, target.where.range), target.value, known);
    }
    const yaml::Node* all = node.find("wait-all");
    if (all != nullptr && all->kind == yaml::Kind::Boolean && !all->boolean) {
      reader_.error("wrong-type", "\"wait-all\" must be true or left empty, but is false", all->range);
    }
  }

  void read_parallel(const yaml::Node& node, StepDocument& step) {
    step.parallel = StepReader(reader_).read(node);
    for (const StepDocument& inner : step.parallel) {
      const bool starts = inner.kind == StepKind::Run || inner.kind == StepKind::Action;
      if (starts && !inner.background) continue;
      reader_.error("parallel-step",
                    starts ? "a step of \"parallel\" runs in the background by itself and can't say \"background\""
                           : "a step of \"parallel\" must have \"run\" or \"uses\"",
                    inner.where.range);
    }
  }

  Reader& reader_;
  std::vector<Text> ids_;
};

}  // namespace

std::vector<StepDocument> read_steps(Reader& reader, const yaml::Node& steps) {
  return StepReader(reader).read(steps);
}

}  // namespace dagsim::workflow
