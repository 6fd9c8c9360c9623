// remove-need, add-need.
#include <algorithm>

#include <fmt/format.h>

#include "model/edit_session.h"
#include "model/scope.h"

namespace dagsim::model {

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
