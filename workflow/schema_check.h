// Compares a YAML tree with a schema, as GitHub's parser does: kinds, keys, constants, and where which expressions may
// stand.
#pragma once

#include <memory>
#include <string_view>

#include "base/diagnostic.h"
#include "base/yaml.h"
#include "workflow/schema.h"

namespace dagsim::workflow {

/// Appends an error for everything that the schema doesn't allow; goes on after each. `what` names the root in
/// messages: "the workflow". Depth is that of the tree, which the YAML reader bounds.
void check_schema(const yaml::Node& root, const Schema& schema, std::string_view what,
                  const std::shared_ptr<const SourceFile>& file, Diagnostics& diagnostics);

}  // namespace dagsim::workflow
