// References to actions and workflows of other repositories: `owner/repo/path@ref`, and where a vendor folder keeps
// them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/file_system.h"

namespace dagsim::workflow {

struct RemoteReference {
  std::string owner;
  std::string repository;
  std::string path;  ///< below the repository, "" for its root
  std::string ref;   ///< a branch, tag or commit
};

/// Nothing for anything else: local paths, images, references without `@`, and parts that are empty, "." or "..", or
/// hold a backslash, a colon or a control character. So no reference leads out of a folder that it is joined to.
std::optional<RemoteReference> parse_remote(std::string_view uses);

/// Where a vendor folder keeps what a reference means: "owner/repo/ref/path". "" where parse_remote gives nothing.
std::string vendored_path(std::string_view uses);

/// The repository's folder in a vendor folder: "VENDOR/owner/repo/ref". The ref is matched as written, owner and
/// repository ignore case as on GitHub. Nothing when it isn't there.
std::optional<std::string> vendored_root(const FileSystem& files, const std::string& vendor,
                                         const RemoteReference& reference);

}  // namespace dagsim::workflow
