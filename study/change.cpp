#include "study/change.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "workflow/path_filters.h"

namespace dagsim::study {

namespace {

const ChangeClass* find_change(const Project& project, const std::string& name, Diagnostics& diagnostics) {
  const std::string wanted = name.empty() ? project.default_change : name;
  if (wanted.empty()) return nullptr;
  const ChangeClass* change = project.find_change(wanted);
  if (change == nullptr) {
    std::vector<std::string> known;
    for (const ChangeClass& one : project.changes) known.push_back(one.name);
    Diagnostic& error = diagnostics.error(
        "unknown-change", known.empty()
                              ? fmt::format("change class \"{}\" is not known: dagsim.yaml declares none", wanted)
                              : fmt::format("change class \"{}\" is not declared in {}, expected {}", wanted,
                                            project.path, any_of(known)));
    for (const std::string& near : nearest(wanted, known))
      error.notes.push_back({fmt::format("did you mean \"{}\"?", near), {}});
  }
  return change;
}

}  // namespace

std::string change_of_files(const Project& project, const std::vector<std::string>& changed_files) {
  for (const ChangeClass& change : project.changes) {
    if (change.paths.empty() || changed_files.empty()) continue;
    const bool holds_all = std::ranges::all_of(changed_files, [&](const std::string& path) {
      return std::ranges::any_of(change.paths,
                                 [&](const std::string& glob) { return workflow::glob_means(glob, path); });
    });
    if (holds_all) return change.name;
  }
  return "";
}

void add_outputs(const std::vector<std::pair<std::string, std::string>>& pairs, workflow::Request& request,
                 Diagnostics& diagnostics) {
  for (const auto& [name, value] : pairs) {
    const size_t dot = name.rfind('.');
    if (dot == std::string::npos) {
      diagnostics.error("bad-output", fmt::format("output \"{}\" must be named job.output", name));
      continue;
    }
    request.outputs.push_back({name.substr(0, dot), name.substr(dot + 1), value});
  }
}

void apply_change(const Project& project, const std::string& name, workflow::Request& request,
                  Diagnostics& diagnostics) {
  const ChangeClass* change = find_change(project, name, diagnostics);
  if (change == nullptr) return;
  add_outputs(change->outputs, request, diagnostics);
  request.inputs.insert(request.inputs.end(), change->inputs.begin(), change->inputs.end());
}

}  // namespace dagsim::study
