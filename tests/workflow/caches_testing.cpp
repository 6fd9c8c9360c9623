#include "tests/workflow/caches_testing.h"

#include <fmt/format.h>

#include "base/text.h"
#include "tests/workflow/workflow_testing.h"

namespace dagsim::workflow {

std::string cache_text(const model::CacheUse& use) {
  std::string text =
      fmt::format("{}{}{}: {}\n", use.restores ? "restores " : "", use.saves ? "saves " : "", use.family, use.key);
  const auto line = [&](const char* name, const std::string& value) {
    if (!value.empty()) text += fmt::format("  {} {}\n", name, value);
  };
  if (use.known_key != use.key) line("known", use.known_key);
  line("then", join(use.restore_keys, " | "));
  line("paths", join(use.paths, " | "));
  line("saves as", use.saved_family);
  if (use.save_condition != "success()") line("saves if", use.save_condition);
  if (use.miss_output != "") line("a miss says", use.miss_output);
  if (use.fails_on_miss) text += "  fails on a miss\n";
  if (use.windows_only) text += "  Windows only\n";
  if (use.scope != "refs/pull/1/merge") line("scope", use.scope.empty() ? "any" : use.scope);
  return text;
}

std::string cached(const std::string& steps, const CacheScene& scene) {
  std::vector<std::pair<std::string, std::string>> files = scene.files;
  files.emplace_back(".github/workflows/ci.yml",
                     fmt::format("on: {}\n{}jobs:\n  build:\n{}    runs-on: {}\n    steps:\n{}", scene.event, scene.env,
                                 scene.job, scene.runner, steps));
  Request request;
  request.path = "r/.github/workflows/ci.yml";
  request.event = scene.event;
  Diagnostics diagnostics;
  const std::optional<model::Pipeline> pipeline = load(repository(files), request, diagnostics);
  std::string text = render(diagnostics);
  if (!pipeline) return text;
  for (const model::Job& job : pipeline->jobs) {
    if (pipeline->jobs.size() > 1) text += job.key + "\n";
    for (const model::Step& step : job.steps) text += step.cache ? cache_text(*step.cache) : "no cache\n";
  }
  return text;
}

}  // namespace dagsim::workflow
