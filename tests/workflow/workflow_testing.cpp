#include "tests/workflow/workflow_testing.h"

#include <fmt/format.h>

#include "base/text.h"

namespace dagsim::workflow {

namespace {

std::string needs_text(const std::vector<model::Need>& needs) {
  std::string text;
  for (const model::Need& need : needs) text += (text.empty() ? " needs " : ", ") + need.job;
  return text;
}

std::string reads_text(const std::vector<model::OutputUse>& reads) {
  std::string text;
  for (const model::OutputUse& read : reads) text += fmt::format("  reads {}.{}\n", read.job, read.output);
  return text;
}

std::string step_text(const model::Step& step) {
  std::string text = "  - " + step.name;
  if (!step.id.empty()) text += " #" + step.id;
  if (step.condition != "success()") text += " if " + step.condition;
  if (step.cache) {
    text += fmt::format(" [{}{}{}]", step.cache->restores ? "restores " : "", step.cache->saves ? "saves " : "",
                        step.cache->family);
  }
  for (const std::string& name : step.uploads) text += " up:" + name;
  for (const std::string& name : step.downloads) text += " down:" + name;
  return text + "\n";
}

std::string job_text(const model::Job& job) {
  std::string text =
      fmt::format("{} \"{}\" on {}{}\n", job.key, job.name, join(job.runs_on, ","), needs_text(job.needs));
  if (job.condition != "success()") text += "  if " + job.condition + "\n";
  for (const auto& [axis, value] : job.matrix) text += fmt::format("  {} = {}\n", axis, value);
  if (job.timeout_minutes) text += fmt::format("  timeout {}\n", *job.timeout_minutes);
  if (job.continue_on_error) text += "  continues on error\n";
  if (!job.outputs.empty()) text += "  outputs " + join(job.outputs, ", ") + "\n";
  text += reads_text(job.reads);
  for (const model::Step& step : job.steps) text += step_text(step);
  return text;
}

}  // namespace

MemoryFileSystem repository(const std::vector<std::pair<std::string, std::string>>& files) {
  MemoryFileSystem result;
  for (const auto& [path, content] : files) result.write("r/" + path, content);
  return result;
}

std::string dump(const model::Pipeline& pipeline) {
  std::string text = fmt::format("{} ({})\n", pipeline.title, pipeline.event);
  for (const model::Caller& caller : pipeline.callers) {
    text += fmt::format("call {}{}\n", caller.id, needs_text(caller.needs));
    if (caller.condition != "success()") text += "  if " + caller.condition + "\n";
    text += reads_text(caller.reads);
  }
  for (const model::Job& job : pipeline.jobs) text += job_text(job);
  return text;
}

std::string loaded(const FileSystem& files, const Request& request) {
  Diagnostics diagnostics;
  const std::optional<model::Pipeline> pipeline = load(files, request, diagnostics);
  return render(diagnostics) + (pipeline ? dump(*pipeline) : "");
}

std::string keys(const model::Pipeline& pipeline) {
  std::string text;
  for (const model::Job& job : pipeline.jobs) text += job.key + "\n";
  return text;
}

}  // namespace dagsim::workflow
