#include "study/scenario.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "study/fields.h"

namespace dagsim::study {
namespace {

std::optional<Outcome> read_outcome(const std::shared_ptr<const SourceFile>& file, const yaml::Node* node,
                                    Diagnostics& diagnostics) {
  if (node == nullptr) return std::nullopt;
  Fields fields(file, *node, "a measured outcome", diagnostics);
  Outcome outcome{fields.duration("wall"), {}, fields.text("run")};
  fields.for_each_entry("jobs", [&](const yaml::Entry& entry) {
    const std::optional<double> seconds = parse_duration(entry.value.text);
    if (seconds && entry.value.is_scalar()) {
      outcome.jobs.emplace_back(entry.key, *seconds);
    } else {
      fields.error(entry.value, "wrong-type",
                   fmt::format("expected the measured duration of \"{}\", such as 2m16s", entry.key));
    }
  });
  fields.finish();
  return outcome;
}

EditSpec read_edit(const std::shared_ptr<const SourceFile>& file, const yaml::Node& node, Diagnostics& diagnostics) {
  Fields fields(file, node, "an edit", diagnostics);
  EditSpec edit;
  edit.where = fields.where();
  edit.id = fields.text("id");
  edit.title = fields.text("title");
  fields.for_each("do", [&](const yaml::Node& item) {
    if (auto operation = model::parse_operation(file, item, diagnostics))
      edit.operations.push_back(std::move(*operation));
  });
  edit.measured = read_outcome(file, fields.node("measured"), diagnostics);
  edit.techniques = fields.texts("techniques");
  fields.finish();
  if (node.is_mapping() && edit.id.empty()) diagnostics.error("missing-key", "an edit needs an \"id\"", edit.where);
  if (node.is_mapping() && node.find("do") == nullptr) {
    diagnostics.error("missing-key", fmt::format("edit \"{}\" needs a list of operations, \"do\"", edit.id),
                      edit.where);
  }
  return edit;
}

/// A sibling: the name of its file, or a mapping that says more.
Sibling read_sibling(const std::shared_ptr<const SourceFile>& file, const yaml::Node& node, bool is_before,
                     Diagnostics& diagnostics) {
  Sibling sibling;
  sibling.is_before = is_before;
  sibling.where = {file, node.range};
  if (node.is_scalar()) {
    sibling.file = node.text;
    return sibling;
  }
  Fields fields(file, node, "a sibling workflow", diagnostics);
  sibling.file = fields.text("workflow");
  if (const std::string event = fields.text("event"); !event.empty()) sibling.event = event;
  if (const yaml::Node* assume = fields.node("assume")) {
    Fields inner(file, *assume, "assumptions", diagnostics);
    sibling.caches = inner.cache_states("caches");
    inner.finish();
  }
  fields.finish();
  if (node.is_mapping() && sibling.file.empty()) {
    diagnostics.error("missing-key", "a sibling needs a \"workflow\", such as ci.yml", sibling.where);
  }
  return sibling;
}

NotPredicted read_not_predicted(const std::shared_ptr<const SourceFile>& file, const yaml::Node& node,
                                Diagnostics& diagnostics) {
  Fields fields(file, node, "what is not predicted", diagnostics);
  NotPredicted one{fields.text("technique"), fields.text("why")};
  if (node.is_mapping() && (one.technique.empty() || one.why.empty())) {
    fields.error(node, "missing-key", "what is not predicted needs a \"technique\" and a \"why\"");
  }
  fields.finish();
  return one;
}

void check_ids(const Scenario& scenario, Diagnostics& diagnostics) {
  for (size_t i = 0; i < scenario.edits.size(); ++i) {
    for (size_t j = 0; j < i; ++j) {
      if (scenario.edits[i].id != scenario.edits[j].id || scenario.edits[i].id.empty()) continue;
      Diagnostic& finding = diagnostics.error(
          "duplicate-edit", fmt::format("edit \"{}\" is defined twice", scenario.edits[i].id), scenario.edits[i].where);
      finding.notes.push_back({"the first is here", scenario.edits[j].where});
    }
  }
}

}  // namespace

std::optional<Scenario> read_scenario(const FileSystem& files, const std::string& path, Diagnostics& diagnostics) {
  std::shared_ptr<const SourceFile> file;
  Diagnostics found;
  const std::optional<yaml::Node> document = read_document(files, path, "scenario", file, found);
  if (document) {
    Fields fields(file, *document, "a scenario", found);
    const auto relative = [&](const std::string& name) {
      return name.empty() ? name : join_path(parent_path(path), name);
    };
    Scenario scenario;
    scenario.path = path;
    fields.text("dagsim");
    scenario.title = fields.text("title");
    scenario.workflow = relative(fields.text("workflow"));
    scenario.history = relative(fields.text("history"));
    scenario.history_before = fields.text("history-before");
    scenario.variants = fields.texts("variants");
    if (const std::string event = fields.text("event"); !event.empty()) scenario.event = event;
    if (const yaml::Node* change = fields.node("change"); change != nullptr && change->is_mapping()) {
      Fields inner(file, *change, "a change", found);
      scenario.outputs = inner.pairs("outputs");
      inner.finish();
    } else {
      scenario.change = fields.text("change");
    }
    scenario.branch = fields.text("branch");
    if (const std::string gate = fields.text("gate"); !gate.empty()) scenario.gate = gate;
    if (const yaml::Node* assume = fields.node("assume")) {
      Fields inner(file, *assume, "assumptions", found);
      scenario.caches = inner.cache_states("caches");
      inner.finish();
    }
    scenario.allow_lost_coverage = fields.flag("allow-lost-coverage");
    fields.for_each("edits", [&](const yaml::Node& item) { scenario.edits.push_back(read_edit(file, item, found)); });
    if (const yaml::Node* after = fields.node("after")) {
      scenario.siblings.push_back(read_sibling(file, *after, true, found));
    }
    fields.for_each(
        "beside", [&](const yaml::Node& item) { scenario.siblings.push_back(read_sibling(file, item, false, found)); });
    scenario.measured = read_outcome(file, fields.node("measured"), found);
    fields.for_each("not-predicted", [&](const yaml::Node& item) {
      scenario.not_predicted.push_back(read_not_predicted(file, item, found));
    });
    fields.finish();
    if (scenario.workflow.empty() && (!scenario.edits.empty() || scenario.not_predicted.empty())) {
      found.error("missing-key", "a scenario needs a \"workflow\": a repository-like folder or a workflow file",
                  fields.where());
    }
    if (scenario.edits.empty() && scenario.not_predicted.empty())
      found.error("missing-key", "a scenario needs \"edits\" to rank", fields.where());
    check_ids(scenario, found);
    diagnostics.append(found);
    if (!found.has_errors()) return scenario;
    return std::nullopt;
  }
  diagnostics.append(found);
  return std::nullopt;
}

}  // namespace dagsim::study
