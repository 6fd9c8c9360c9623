// What the expressions of one job may refer to, and which of it is known.
#pragma once

#include <string>
#include <string_view>

#include "expression/expression.h"
#include "model/pipeline.h"

namespace dagsim::model {

/// The id path of a name as written in a workflow: "test" and "changes" give "test/changes".
std::string qualify(std::string_view scope, std::string_view name);

/// The workflow that an id path lies in: "test/packages" gives "test", "clippy" "".
std::string scope_of(std::string_view id);

/// The contexts that the pipeline knows, with the inputs of the workflow that `scope` calls ("" for the top one).
expression::Object workflow_contexts(const Pipeline& pipeline, std::string_view scope);

/// The `matrix` of a leg; axes "lane.name" become nested.
expression::Object matrix_context(const Job& job);

/// Whether a lower-cased dotted reference ("github.event.action") leads to something in `contexts`.
bool resolves(const expression::Object& contexts, std::string_view reference);

}  // namespace dagsim::model
