// remove-need, add-need, merge-trigger.
#include <algorithm>

#include <fmt/format.h>

#include "model/edit_session.h"
#include "model/scope.h"

namespace dagsim::model {

void apply_operation(EditSession& session, const MergeTrigger& operation) {
  const std::vector<NodeRef> publishing = session.nodes(operation.publish);
  if (publishing.empty()) return;
  std::vector<std::string> awaited;
  for (const NodeRef& node : session.all_nodes()) {
    const std::vector<Need> needs = node.needs;
    for (const Need& need : needs) {
      if (!is_sibling(need.job)) continue;
      drop_need(session, node, need.job);
      if (std::ranges::count(awaited, need.job) == 0) awaited.push_back(need.job);
    }
  }
  if (awaited.empty()) {
    session.error("no-sibling", "no job waits for another workflow, expected a scenario with \"after\"");
    return;
  }
  for (const std::string& workflow : awaited) {
    for (const NodeRef& node : publishing) add_need(node, workflow, session.where);
  }
  session.note(fmt::format("all jobs but \"{}\" start with the push", operation.publish));
}

void apply_operation(EditSession& session, const RemoveNeed& operation) {
  for (const std::string& reference : operation.jobs) {
    for (const NodeRef& node : session.nodes(reference)) {
      const std::string need = session.need_id(scope_of(node.id), operation.need);
      if (need.empty()) return;
      if (std::ranges::find(node.needs, need, &Need::job) == node.needs.end()) {
        std::vector<std::string> needs;
        for (const Need& each : node.needs) needs.push_back(each.job);
        session.report_unknown("no-such-need", fmt::format("\"{}\" does not need \"{}\" itself", node.id, need), need,
                               std::move(needs));
        break;
      }
      drop_need(session, node, need);
    }
  }
}

void apply_operation(EditSession& session, const AddNeed& operation) {
  for (const std::string& reference : operation.jobs) {
    for (const NodeRef& node : session.nodes(reference)) {
      const std::string need = session.need_id(scope_of(node.id), operation.need);
      if (need.empty()) return;
      add_need(node, need, session.where);
    }
  }
}

}  // namespace dagsim::model
