// Conditions follow the needs: terms over a need that is gone are taken out, names of needs that moved are replaced.
#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "expression/expression.h"
#include "model/condition.h"
#include "model/edit_session.h"
#include "model/scope.h"

namespace dagsim::model {

namespace {

bool continues_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

/// Whether all that the term asks of any need is `result` (a lower-cased reference), and it does ask for it.
bool asks_only_for(std::string_view term, const std::string& result) {
  try {
    bool found = false;
    for (const std::string& reference : expression::references(expression::Expression::parse(term))) {
      if (reference == result) {
        found = true;
      } else if (reference.starts_with("needs")) {
        return false;
      }
    }
    return found;
  } catch (const expression::ExpressionError&) {
    return false;
  }
}

/// Terms of a chain, those of nested chains with the same operator in their place.
void flatten(std::string_view condition, std::string_view op, std::vector<std::string_view>& terms, int depth) {
  const Chain chain = split_chain(condition);
  if (chain.op != op || depth == 0) {
    terms.push_back(condition);
    return;
  }
  for (const std::string_view term : chain.terms) flatten(term, op, terms, depth - 1);
}

}  // namespace

std::string without_result_of(const std::string& condition, std::string_view name) {
  constexpr int kDepth = 50;
  const std::string result = fmt::format("needs.{}.result", to_lower(name));
  const std::string_view op = split_chain(condition).op;
  std::vector<std::string_view> terms;
  if (op.empty()) {
    terms.push_back(condition);
  } else {
    flatten(condition, op, terms, kDepth);
  }
  std::vector<std::string> kept;
  for (const std::string_view term : terms) {
    if (!split_chain(term).op.empty() || !asks_only_for(term, result)) kept.emplace_back(term);
  }
  if (kept.size() == terms.size()) return condition;
  return kept.empty() ? "success()" : join(kept, fmt::format(" {} ", op));
}

std::string with_renamed_need(const std::string& condition, std::string_view from, std::string_view to) {
  const std::string dotted = "needs." + to_lower(from);
  const std::string lowered = to_lower(condition);
  std::string renamed;
  size_t done = 0;
  bool quoted = false;
  for (size_t i = 0; i < condition.size(); ++i) {
    if (condition[i] == '\'') quoted = !quoted;
    if (quoted || i < done || lowered.compare(i, dotted.size(), dotted) != 0) continue;
    const size_t end = i + dotted.size();
    if (i > 0 && (continues_name(condition[i - 1]) || condition[i - 1] == '.')) continue;
    if (end < condition.size() && continues_name(condition[end])) continue;
    renamed += condition.substr(done, i - done) + "needs." + std::string(to);
    done = end;
  }
  return renamed + condition.substr(done);
}

void drop_need(EditSession& session, NodeRef node, const std::string& id) {
  if (std::erase_if(node.needs, [&](const Need& need) { return need.job == id; }) == 0) return;
  const auto edit = [&](std::string& condition, const std::string& owner) {
    const std::string shorter = without_result_of(condition, local_name(id));
    if (shorter == condition) return;
    session.note(fmt::format("the condition of {} no longer asks for the result of \"{}\": {}", owner, id, shorter));
    condition = shorter;
  };
  edit(node.condition, fmt::format("\"{}\"", node.id));
  if (node.job == nullptr) return;
  for (Step& step : node.job->steps) edit(step.condition, fmt::format("step \"{}\" of \"{}\"", step.name, node.id));
}

void rename_everywhere(EditSession& session, const std::string& from, const std::string& to) {
  for (const NodeRef& node : session.all_nodes()) {
    std::vector<Need> needs;
    for (Need need : node.needs) {
      if (need.job == from) need.job = to;
      if (std::ranges::find(needs, need.job, &Need::job) == needs.end()) needs.push_back(std::move(need));
    }
    node.needs = std::move(needs);
    for (OutputUse& read : node.reads) {
      if (read.job == from) read.job = to;
    }
    if (scope_of(node.id) != scope_of(from)) continue;
    node.condition = with_renamed_need(node.condition, local_name(from), local_name(to));
    if (node.job == nullptr) continue;
    for (Step& step : node.job->steps) {
      step.condition = with_renamed_need(step.condition, local_name(from), local_name(to));
    }
  }
  for (Pipeline::Output& output : session.pipeline.outputs) {
    if (output.job == from) output.job = to;
  }
  if (session.pipeline.gate == from) session.pipeline.gate = to;
}

}  // namespace dagsim::model
