// Which caches were warm when a run started, from what its jobs' logs say of their restores.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "history/history.h"
#include "model/cache.h"
#include "model/pipeline.h"

namespace dagsim::calibration {

/// How many characters of a key follow from a step's template, if the key may be one of that template at all: what
/// stands in `${{ }}` or `<>` may be anything, and upper and lower case are the same, as they are to caches.
std::optional<size_t> likeness(const model::CacheUse& use, std::string_view key);

/// The state of each family that the logs tell of, as the job that started first found it: a later one may find what an
/// earlier one saved. A restore belongs to the step of its job whose template is most like its key, each step once; a
/// key like no template counts where the job's log has as many restores as the job has such steps. \param jobs of the
/// pipeline that a record's job name means.
model::CacheStates states_at_start(const history::RunRecord& run, const model::Pipeline& pipeline,
                                   const std::function<std::vector<model::JobId>(const std::string&)>& jobs);

}  // namespace dagsim::calibration
