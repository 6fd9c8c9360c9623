#include "study/project.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "base/text.h"
#include "study/fields.h"
#include "study/findings.h"

namespace dagsim::study {
namespace {

std::string find_file(const FileSystem& files, const std::string& repository) {
  for (const char* place : {"dagsim.yaml", ".github/dagsim.yaml", "../dagsim.yaml"}) {
    const std::string path = join_path(repository, place);
    if (files.is_file(path)) return path;
  }
  return {};
}

/// A count that a field gives; 0 when it is absent or, with a finding, no whole number.
uint32_t read_count(Fields& fields, std::string_view key) {
  const double count = fields.number(key).value_or(0);
  if (count >= 0 && count <= 1e6 && count == std::floor(count)) return static_cast<uint32_t>(count);
  const yaml::Node& place = *fields.node(key);
  fields.error(place, "wrong-type",
               fmt::format("\"{}\" must be a whole number from 0 to 1000000, found {}", key, describe(place)));
  return 0;
}

/// A figure that can't be negative.
std::optional<double> read_amount(Fields& fields, std::string_view key) {
  const std::optional<double> amount = fields.number(key);
  if (!amount || (*amount >= 0 && std::isfinite(*amount))) return amount;
  const yaml::Node& place = *fields.node(key);
  fields.error(place, "wrong-type", fmt::format("\"{}\" must not be negative, found {}", key, describe(place)));
  return std::nullopt;
}

void read_pools(Fields& fields, const std::shared_ptr<const SourceFile>& file, Project& project,
                Diagnostics& diagnostics) {
  fields.for_each_entry("pools", [&](const yaml::Entry& entry) {
    Fields inner(file, entry.value, "a pool", diagnostics);
    model::Pool pool;
    pool.name = entry.key;
    pool.labels = inner.texts("labels");
    pool.slots = read_count(inner, "slots");
    pool.price_per_minute = read_amount(inner, "price-per-minute").value_or(0);
    inner.finish();
    project.pools.push_back(std::move(pool));
  });
}

void read_changes(Fields& fields, const std::shared_ptr<const SourceFile>& file, Project& project,
                  Diagnostics& diagnostics) {
  fields.for_each_entry("changes", [&](const yaml::Entry& entry) {
    Fields inner(file, entry.value, "a change class", diagnostics);
    ChangeClass change;
    change.name = entry.key;
    change.title = inner.text("title");
    change.paths = inner.texts("paths");
    change.weight = read_amount(inner, "weight");
    change.outputs = inner.pairs("outputs");
    change.inputs = inner.pairs("inputs");
    inner.finish();
    project.changes.push_back(std::move(change));
  });
}

void read_coverage(Fields& fields, const std::shared_ptr<const SourceFile>& file, Project& project,
                   Diagnostics& diagnostics) {
  fields.for_each("coverage", [&](const yaml::Node& item) {
    Fields inner(file, item, "a defect kind", diagnostics);
    model::DefectKind kind;
    kind.name = inner.text("kind");
    kind.jobs = inner.texts("jobs");
    kind.rate = read_amount(inner, "rate");
    kind.where = inner.where();
    inner.finish();
    project.defects.push_back(std::move(kind));
  });
}

void read_cache_words(Fields& fields, const std::shared_ptr<const SourceFile>& file, Project& project,
                      Diagnostics& diagnostics) {
  const yaml::Node* words = fields.node("cache-states");
  if (words == nullptr || words->is_null()) return;
  Fields inner(file, *words, "cache states", diagnostics);
  for (const yaml::Entry& entry : words->entries) project.cache_words[entry.key] = inner.cache_states(entry.key);
}

/// What a rule's findings count as; `off` leaves them out.
void read_findings(Fields& fields, const std::shared_ptr<const SourceFile>& file, Project& project,
                   Diagnostics& diagnostics) {
  constexpr std::array<std::pair<std::string_view, std::optional<Severity>>, 4> kWords = {
      {{"error", Severity::Error}, {"note", Severity::Note}, {"off", std::nullopt}, {"warning", Severity::Warning}}};
  std::vector<std::string> rules;
  for (const FindingRule& rule : finding_rules()) rules.emplace_back(rule.name);
  fields.for_each_entry("findings", [&](const yaml::Entry& entry) {
    const SourceRange key{file, entry.key_range};
    if (std::ranges::count(rules, entry.key) == 0) {
      Diagnostic& error =
          diagnostics.error("unknown-rule", fmt::format("no finding has the rule \"{}\"", entry.key), key);
      for (const std::string& near : nearest(entry.key, rules)) {
        error.notes.push_back({fmt::format("did you mean \"{}\"?", near), {}});
      }
      return;
    }
    const auto word = std::ranges::find(kWords, std::string_view(entry.value.text),
                                        &std::pair<std::string_view, std::optional<Severity>>::first);
    if (!entry.value.is_scalar() || word == kWords.end()) {
      fields.error(entry.value, "wrong-type", "expected error, warning, note or off");
      return;
    }
    project.finding_severity[entry.key] = word->second;
  });
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
      for (const std::string& folder : fields.texts("vendor")) {
        project.vendor.push_back(join_path(parent_path(project.path), folder));
      }
      for (const auto& [workflow, gate] : fields.pairs("gates")) project.gates[workflow] = gate;
      read_pools(fields, file, project, diagnostics);
      read_changes(fields, file, project, diagnostics);
      project.default_change = fields.text("default-change");
      read_coverage(fields, file, project, diagnostics);
      read_cache_words(fields, file, project, diagnostics);
      for (const auto& [old_name, new_name] : fields.pairs("job-names")) project.job_names[old_name] = new_name;
      if (const yaml::Node* logs = fields.node("logs")) {
        project.log_rules = history::read_log_rules(*logs, file, diagnostics);
      }
      read_findings(fields, file, project, diagnostics);
      fields.finish();
    }
  }
  return project;
}

}  // namespace dagsim::study
