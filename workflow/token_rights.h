// What a job may do with GITHUB_TOKEN, scope by scope, and what a called workflow may ask for.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/source.h"
#include "workflow/document.h"

namespace dagsim::workflow {

enum class PermissionLevel : uint8_t { None, Read, Write };

struct TokenRights {
  std::map<std::string, PermissionLevel> scopes;  ///< every scope that isn't None
  SourceRange where;                              ///< nowhere for `permissions: {}`

  PermissionLevel of(std::string_view scope) const;
};

/// A scope that isn't named has no access. Of id-token and copilot-requests there is no reading, of models and
/// vulnerability-alerts no writing. What is no permission is passed over, since reading the file reports it.
TokenRights token_rights(const Permissions& permissions);

/// One scope in which a request goes beyond what is allowed.
struct Excess {
  std::string scope;
  PermissionLevel asked;
  PermissionLevel allowed;
};

/// The excesses of a request, sorted by scope. A called workflow's permissions can only shrink.
std::vector<Excess> excess(const TokenRights& asked, const TokenRights& allowed);

/// "none", "read" or "write".
std::string_view to_string(PermissionLevel level);

}  // namespace dagsim::workflow
