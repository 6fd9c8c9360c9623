// The workflow that somebody means, as GitHub knows it.
#pragma once

#include <string>

#include "history/github.h"
#include "history/github_pages.h"

namespace dagsim::history {

/// The workflow with this file name, path, number or name. \throws GitHubError with the workflows that there are
ListedWorkflow find_workflow(GitHub& github, const std::string& repository, const std::string& wanted);

/// "ci.yml" of ".github/workflows/ci.yml".
std::string file_name_of(const std::string& path);

/// Text as a part of a URL's path or query.
std::string percent_encoded(std::string_view text);

}  // namespace dagsim::history
