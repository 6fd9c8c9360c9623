#include "study/project.h"

#include <fmt/format.h>

#include "study/fields.h"

namespace dagsim::study {
namespace {

std::string find_file(const FileSystem& files, const std::string& repository) {
  for (const char* place : {"dagsim.yaml", ".github/dagsim.yaml", "../dagsim.yaml"}) {
    const std::string path = join_path(repository, place);
    if (files.is_file(path)) return path;
  }
  return {};
}

void read_pools(Fields& fields, const std::shared_ptr<const SourceFile>& file, Project& project,
                Diagnostics& diagnostics) {
  const yaml::Node* pools = fields.node("pools");
  if (pools == nullptr) return;
  for (const yaml::Entry& entry : pools->entries) {
    Fields inner(file, entry.value, "a pool", diagnostics);
    model::Pool pool;
    pool.name = entry.key;
    pool.labels = inner.texts("labels");
    if (const std::optional<double> slots = inner.number("slots"))
      pool.slots = static_cast<uint32_t>(*slots < 0 ? 0 : *slots);
    pool.price_per_minute = inner.number("price-per-minute").value_or(0);
    inner.finish();
    project.pools.push_back(std::move(pool));
  }
}

void read_changes(Fields& fields, const std::shared_ptr<const SourceFile>& file, Project& project,
                  Diagnostics& diagnostics) {
  const yaml::Node* changes = fields.node("changes");
  if (changes == nullptr) return;
  for (const yaml::Entry& entry : changes->entries) {
    Fields inner(file, entry.value, "a change class", diagnostics);
    ChangeClass change;
    change.name = entry.key;
    change.title = inner.text("title");
    change.outputs = inner.pairs("outputs");
    change.inputs = inner.pairs("inputs");
    inner.finish();
    project.changes.push_back(std::move(change));
  }
}

void read_coverage(Fields& fields, const std::shared_ptr<const SourceFile>& file, Project& project,
                   Diagnostics& diagnostics) {
  fields.for_each("coverage", [&](const yaml::Node& item) {
    Fields inner(file, item, "a defect kind", diagnostics);
    model::DefectKind kind;
    kind.name = inner.text("kind");
    kind.jobs = inner.texts("jobs");
    kind.rate = inner.number("rate");
    kind.where = inner.where();
    inner.finish();
    project.defects.push_back(std::move(kind));
  });
}

void read_cache_words(Fields& fields, const std::shared_ptr<const SourceFile>& file, Project& project,
                      Diagnostics& diagnostics) {
  const yaml::Node* words = fields.node("cache-states");
  if (words == nullptr || !words->is_mapping()) return;
  Fields inner(file, *words, "cache states", diagnostics);
  for (const yaml::Entry& entry : words->entries) project.cache_words[entry.key] = inner.cache_states(entry.key);
}

}  // namespace

const ChangeClass* Project::find_change(const std::string& name) const {
  for (const ChangeClass& change : changes) {
    if (change.name == name) return &change;
  }
  return nullptr;
}

Project read_project(const FileSystem& files, const std::string& repository, Diagnostics& diagnostics) {
  Project project;
  project.path = repository.empty() ? std::string{} : find_file(files, repository);
  if (!project.path.empty()) {
    std::shared_ptr<const SourceFile> file;
    if (const std::optional<yaml::Node> document =
            read_document(files, project.path, "project file", file, diagnostics)) {
      Fields fields(file, *document, "dagsim.yaml", diagnostics);
      fields.text("dagsim");
      if (const std::string history = fields.text("history"); !history.empty()) {
        project.history = join_path(parent_path(project.path), history);
      }
      for (const auto& [workflow, gate] : fields.pairs("gates")) project.gates[workflow] = gate;
      read_pools(fields, file, project, diagnostics);
      read_changes(fields, file, project, diagnostics);
      project.default_change = fields.text("default-change");
      read_coverage(fields, file, project, diagnostics);
      read_cache_words(fields, file, project, diagnostics);
      for (const auto& [old_name, new_name] : fields.pairs("job-names")) project.job_names[old_name] = new_name;
      fields.finish();
    }
  }
  return project;
}

}  // namespace dagsim::study
