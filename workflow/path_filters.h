// Actions that tell a job which files a commit changed, evaluated without a run: dorny/paths-filter and
// tj-actions/changed-files.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/file_system.h"
#include "model/pipeline.h"

namespace dagsim::workflow {

/// Whether a glob means a path, as picomatch has it (with `dot`): `*` and `?` stay within a folder, `**` does not,
/// `a/**` means `a` too; `[ab]`, `[!ab]`, `{a,b}` and `\` as usual; a `!` in front turns it round.
bool glob_means(std::string_view glob, std::string_view path);

using StepOutputs = std::vector<std::pair<std::string, std::string>>;

/// The outputs of a step that follow from the changed files; nothing for other actions, and where the filters can't be
/// read (they are known to the run only, or no YAML). What hangs on how a file changed (added, modified, …) counts as
/// any change.
/// \param root of the repository, whose files may hold the filters
std::optional<StepOutputs> path_filter_outputs(const model::Step& step, const std::vector<std::string>& changed_files,
                                               const FileSystem& files, const std::string& root);

}  // namespace dagsim::workflow
