// What well-known actions do with caches and artifacts.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/pipeline.h"

namespace dagsim::workflow {

/// Evaluates a template that is known before the run; nothing otherwise.
using EvaluateText = std::function<std::optional<std::string>(std::string_view text)>;

/// The cache use of a step, recognised by its action: actions/cache and its halves, Swatinem/rust-cache, setup-* with a
/// cache, mise-action. `job_id` is the id that GITHUB_JOB holds. `where` of the result is the step's own.
///
/// Families: of actions/cache its key up to the first `${{` (or, where nothing stands before it, its literal parts); of
/// rust-cache the evaluated shared-key, else its key (with the job id, where the key doesn't name it, since the action
/// puts it into every key that isn't shared), else the job id; of mise-action its prefix, "mise-v2"; of setup-* the
/// action and the package manager. A save-if that is known to be anything but 'true' saves nothing; an unknown one
/// saves.
std::optional<model::CacheUse> cache_use(const model::Step& step, const std::string& job_id,
                                         const EvaluateText& evaluate);

/// "cargo-registry" of "cargo-registry-${{ hashFiles('Cargo.lock') }}".
std::string key_family(std::string_view key);

/// Artifact names of upload-artifact and download-artifact ("*": all of the run), evaluated where known.
std::vector<std::string> uploaded_artifacts(const model::Step& step, const EvaluateText& evaluate);
std::vector<std::string> downloaded_artifacts(const model::Step& step, const EvaluateText& evaluate);

}  // namespace dagsim::workflow
