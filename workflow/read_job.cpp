#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>

#include "base/text.h"
#include "expression/expression.h"
#include "workflow/reader.h"

namespace dagsim::workflow {

namespace {

/// "group", "org/group" or "enterprise/group".
void check_group(Reader& reader, const Text& group) {
  if (expression::is_template(group.value)) return;
  const std::vector<std::string_view> parts = split(group.value, '/');
  constexpr std::array<std::string_view, 4> kOwners = {"org", "organization", "ent", "enterprise"};
  const bool fine = parts.size() == 1 ||
                    (parts.size() == 2 && !parts[1].empty() && std::ranges::find(kOwners, parts[0]) != kOwners.end());
  if (fine) return;
  reader.error("runner-group",
               fmt::format("\"{}\" can't be a runner group; expected a name, perhaps with \"org/\" or \"enterprise/\" "
                           "in front",
                           group.value),
               group.where.range);
}

void read_runs_on(Reader& reader, const yaml::Node* node, JobDocument& job) {
  if (node == nullptr || !node->is_mapping()) {
    job.runs_on = reader.scalar_or_list(node);
    return;
  }
  const std::optional<Text> group = reader.scalar(node->find("group"));
  if (group) check_group(reader, *group);
  job.runs_on = reader.scalar_or_list(node->find("labels"));
  if (job.runs_on.empty() && group) job.runs_on.push_back(*group);
}

/// Whether there is an expression anywhere; depth is bounded by the YAML reader.
bool holds_expression(const yaml::Node& node) {
  if (node.is_string()) return expression::is_template(node.text);
  return std::ranges::any_of(node.items, holds_expression) ||
         std::ranges::any_of(node.entries, [](const yaml::Entry& entry) { return holds_expression(entry.value); });
}

/// The image of a container or service; a mapping without one is an error unless an expression may yet bring it.
std::optional<Text> image_of(Reader& reader, const yaml::Node* node, std::string_view what) {
  if (node == nullptr || !node->is_mapping()) return reader.scalar(node);
  std::optional<Text> image = reader.scalar(node->find("image"));
  if (!image && !holds_expression(*node)) {
    reader.error("missing-key", fmt::format("{} has no \"image\"", what), node->range);
  }
  return image;
}

Fields read_services(Reader& reader, const yaml::Node* node) {
  Fields services;
  if (node == nullptr) return services;
  for (const yaml::Entry& entry : node->entries) {
    const std::string what = fmt::format("service \"{}\"", entry.key);
    services.push_back({reader.key(entry), image_of(reader, &entry.value, what).value_or(Text{})});
  }
  return services;
}

std::optional<Text> read_environment(const Reader& reader, const yaml::Node* node) {
  if (node == nullptr) return std::nullopt;
  return reader.scalar(node->is_mapping() ? node->find("name") : node);
}

/// Depth is bounded by the YAML reader (Limits::depth).
void collect_readings(const Reader& reader, const yaml::Node& node, bool condition, std::vector<Reading>& out) {
  for (const yaml::Node& item : node.items) collect_readings(reader, item, false, out);
  for (const yaml::Entry& entry : node.entries) collect_readings(reader, entry.value, entry.key == "if", out);
  if (!node.is_string()) return;
  const bool is_template = expression::is_template(node.text);
  if (is_template || condition) out.push_back({reader.text(node), !is_template});
}

}  // namespace

JobDocument read_job(Reader& reader, const yaml::Entry& entry) {
  JobDocument job;
  job.id = reader.key(entry);
  check_id(reader, job.id, "job");
  const yaml::Node& node = entry.value;
  const auto text = [&](const char* key) { return reader.scalar(node.find(key)); };
  job.name = text("name");
  job.condition = text("if");
  job.uses = text("uses");
  job.timeout = text("timeout-minutes");
  job.continue_on_error = text("continue-on-error");
  job.cache_mode = text("cache-mode");
  job.needs = reader.scalar_or_list(node.find("needs"));
  read_runs_on(reader, node.find("runs-on"), job);
  if (const yaml::Node* strategy = node.find("strategy")) job.strategy = *strategy;
  job.environment = read_environment(reader, node.find("environment"));
  job.concurrency = read_concurrency(reader, node.find("concurrency"));
  job.permissions = read_permissions(reader, node.find("permissions"));
  job.container = image_of(reader, node.find("container"), fmt::format("the container of job \"{}\"", entry.key));
  job.services = read_services(reader, node.find("services"));
  job.env = reader.fields(node.find("env"));
  job.defaults = read_defaults(reader, node);
  job.with = reader.fields(node.find("with"));
  const yaml::Node* secrets = node.find("secrets");
  job.secrets = reader.fields(secrets);
  job.inherits_secrets = secrets != nullptr && secrets->is_string();
  job.outputs = reader.fields(node.find("outputs"));
  if (const yaml::Node* steps = node.find("steps")) job.steps = read_steps(reader, *steps);
  if (!job.uses && job.steps.empty()) {
    reader.warning("no-steps", fmt::format("job \"{}\" has no steps, so it does nothing", entry.key), entry.key_range);
  }
  collect_readings(reader, node, false, job.readings);
  return job;
}

}  // namespace dagsim::workflow
