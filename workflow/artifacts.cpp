#include "workflow/artifacts.h"

#include "base/text.h"

namespace dagsim::workflow {

using model::Truth;

namespace {

std::string text_or(const ActionStep& step, std::string_view input, std::string_view absent) {
  std::string text = step.text(input);
  return text.empty() ? std::string(absent) : text;
}

/// With `archive: false` a single file is kept as it is, under its own name.
std::string uploaded_name(const ActionStep& step) {
  const std::string path = step.text("path");
  const bool is_file =
      step.flag("archive", true) == Truth::False && !path.empty() && path.find_first_of("*?[\n") == std::string::npos;
  return is_file ? path.substr(path.find_last_of("/\\") + 1) : text_or(step, "name", "artifact");
}

/// Without a token the action looks at its own run, whatever else it is told.
bool is_of_other_run(const ActionStep& step) {
  if (step.written("github-token").empty()) return false;
  const auto is_other = [&](std::string_view input, std::string_view own) {
    const std::string written = step.written(input);
    return !written.empty() && to_lower(written).find(own) == std::string::npos;
  };
  return is_other("run-id", "github.run_id") || is_other("repository", "github.repository");
}

ArtifactUse download(const ActionStep& step) {
  ArtifactUse use;
  if (is_of_other_run(step) || !step.written("artifact-ids").empty()) return use;
  const std::string name = step.text("name");
  use.downloads.push_back(name.empty() ? text_or(step, "pattern", "*") : name);
  return use;
}

}  // namespace

ArtifactUse artifact_use(const ActionStep& step) {
  const std::string& action = step.action();
  ArtifactUse use;
  if (action == "actions/upload-artifact") {
    use.uploads.push_back(uploaded_name(step));
    // Before version 4 a second upload added to the first.
    use.replaces = step.is_before(4) || step.may("overwrite", false);
  } else if (action == "actions/upload-artifact/merge") {
    use.downloads.push_back(text_or(step, "pattern", "*"));
    use.uploads.push_back(text_or(step, "name", "merged-artifacts"));
  } else if (action == "actions/upload-pages-artifact") {
    use.uploads.push_back(text_or(step, "name", "github-pages"));
  } else if (action == "actions/download-artifact") {
    use = download(step);
  } else if (action == "actions/deploy-pages") {
    use.downloads.push_back(text_or(step, "artifact_name", "github-pages"));
  }
  return use;
}

}  // namespace dagsim::workflow
