// `strategy` to legs. It may be an expression as a whole, and so may its matrix, vectors, include, exclude and their
// items. The condition of the job comes first: GitHub never evaluates the strategy of a skipped job.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/text.h"
#include "workflow/expansion.h"

namespace dagsim::workflow {

using expression::Kind;
using expression::Value;

namespace {

void collect_texts(const yaml::Node& node, const std::shared_ptr<const SourceFile>& file, std::vector<Reading>& out) {
  for (const yaml::Node& item : node.items) collect_texts(item, file, out);
  for (const yaml::Entry& entry : node.entries) {
    if (expression::is_template(entry.key)) out.push_back({{entry.key, {file, entry.key_range}}, false});
    collect_texts(entry.value, file, out);
  }
  if (node.is_string() && expression::is_template(node.text)) out.push_back({{node.text, {file, node.range}}, false});
}

class StrategyExpander {
 public:
  StrategyExpander(Expansion& expansion, const JobPlace& place)
      : expansion_(expansion), place_(place), node_(*place.job.strategy), file_(place.frame.document->file) {
    collect_texts(node_, file_, texts_);
  }

  Legs run() {
    const bool is_skipped = place_.presence == model::Presence::Skipped;
    if (has_missing()) {
      if (!is_skipped) report_missing();
      return {.failed = !is_skipped, .unexpanded = is_skipped};
    }
    // What is written without expressions was checked before the run, whether the job is skipped or not.
    const bool is_forgiven = is_skipped && !texts_.empty();
    const Legs legs = evaluated();
    for (const Diagnostic& finding : found_.list()) report(finding, is_forgiven);
    if (legs.failed) return {.failed = !is_forgiven, .unexpanded = is_forgiven};
    return legs;
  }

 private:
  bool has_missing() const {
    return std::ranges::any_of(
        texts_, [&](const Reading& reading) { return !missing_outputs(expansion_, place_, reading).empty(); });
  }

  void report_missing() {
    for (const Reading& reading : texts_) {
      for (const Missing& missing : missing_outputs(expansion_, place_, reading)) {
        const std::string message =
            fmt::format("the matrix of job \"{}\" reads output \"{}\" of job \"{}\", which only a run knows",
                        place_.job.id.value, missing.output, missing.job);
        Diagnostic* diagnostic = expansion_.error("missing-output", message, reading.text.where);
        if (diagnostic == nullptr) continue;
        diagnostic->notes.push_back({fmt::format("supply it in the change class, such as outputs: {{{}.{}: \"[…]\"}}",
                                                 missing.job, missing.output),
                                     {}});
      }
    }
  }

  void report(const Diagnostic& finding, bool is_forgiven) {
    if (finding.severity != Severity::Error) {
      expansion_.warning(finding.rule, finding.message, finding.where);
    } else if (!is_forgiven) {
      expansion_.error(finding.rule, finding.message, finding.where);
    }
  }

  Legs evaluated() {
    const std::optional<Value> value = evaluate_node(expansion_, node_, file_, make_scope(expansion_, place_));
    if (!value) return {.failed = true};
    if (value->kind() != Kind::Object) {
      error("",
            fmt::format("\"strategy\" of {} must be a mapping, but its expression gives {}", owner(), kind(*value)));
      return {.failed = true};
    }
    Legs result;
    for (const auto& [key, part] : value->object().entries()) read(key, part, result);
    result.failed = found_.has_errors();
    return result;
  }

  void read(const std::string& key, const Value& part, Legs& result) {
    if (key == "fail-fast") {
      read_fail_fast(part, result.strategy);
    } else if (key == "max-parallel") {
      read_max_parallel(part, result.strategy);
    } else if (key == "matrix") {
      const yaml::Node* literal = node_.find("matrix");
      result.has_matrix = true;
      result.legs =
          expand_matrix(part, {literal == nullptr ? &node_ : literal, file_, owner()}, expansion_.limits, found_);
    } else {
      error(key, fmt::format("unexpected key \"{}\" in \"strategy\" of {}; expected fail-fast, matrix or max-parallel",
                             key, owner()));
    }
  }

  void read_fail_fast(const Value& part, model::Strategy& strategy) {
    if (part.kind() == Kind::Boolean) {
      strategy.fail_fast = part.boolean();
    } else {
      error("fail-fast", fmt::format("\"fail-fast\" of {} must be true or false, but is {}", owner(), described(part)));
    }
  }

  void read_max_parallel(const Value& part, model::Strategy& strategy) {
    if (part.kind() != Kind::Number || std::isnan(part.number())) {
      return error("max-parallel",
                   fmt::format("\"max-parallel\" of {} must be a number, but is {}", owner(), described(part)));
    }
    constexpr double kMost = 2147483647;
    strategy.max_parallel = static_cast<uint32_t>(std::clamp(part.number(), 0.0, kMost));
  }

  void error(std::string_view key, const std::string& message) {
    const yaml::Node* part = key.empty() ? nullptr : node_.find(key);
    found_.error("strategy", message, {file_, part == nullptr ? node_.range : part->range});
  }

  std::string owner() const { return fmt::format("job \"{}\"", place_.job.id.value); }

  static std::string kind(const Value& value) { return to_lower(expression::to_string(value.kind())); }

  static std::string described(const Value& value) {
    if (value.kind() != Kind::String && value.kind() != Kind::Number) return kind(value);
    return fmt::format("the {} {}", kind(value),
                       value.kind() == Kind::String ? quoted(value.string()) : expression::to_string(value));
  }

  Expansion& expansion_;
  const JobPlace& place_;
  const yaml::Node& node_;
  const std::shared_ptr<const SourceFile>& file_;
  std::vector<Reading> texts_;
  Diagnostics found_;
};

}  // namespace

model::Strategy Legs::of(size_t i) const {
  model::Strategy result = strategy;
  result.job_index = static_cast<uint32_t>(i);
  result.job_total = static_cast<uint32_t>(has_matrix ? legs.size() : 1);
  if (result.max_parallel == 0) result.max_parallel = result.job_total;
  return result;
}

Legs expand_strategy(Expansion& expansion, const JobPlace& place) {
  if (!place.job.strategy) return {};
  return StrategyExpander(expansion, place).run();
}

}  // namespace dagsim::workflow
