// Cache states as jobs see them: what is warm when the run starts, and who fills what is not, decided by the needs
// alone.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "model/graph.h"
#include "model/pipeline.h"

namespace dagsim::model {

enum class CacheState : uint8_t { Exact, Partial, Miss };

std::string_view to_string(CacheState state);

/// The state of every family at the start of a run; absent families are Exact.
using CacheStates = std::map<std::string, CacheState>;

/// The families that the steps of a job restore, sorted, each once.
std::vector<std::string> restored_families(const Job& job);

/// The families of a whole pipeline, sorted, each once.
std::vector<std::string> families(const Pipeline& pipeline);

/// The family that a use saves, "" when it saves nothing.
std::string_view saved_family(const CacheUse& use);

/// What `use` finds of its family when `other` saved just before. Keys written alike are the same entry only if what is
/// known of them is the same: legs with a key each don't fill each other's. Then it is an exact hit, a partial one
/// where a restore key begins what was saved, else a miss; under other paths always a miss. Keys written differently
/// are one family all the same, by what a family is, so there it is an exact hit.
CacheState filled_by(const CacheUse& use, const CacheUse& other);

/// What `job` sees of each family that it restores, given the states at the start of the run: a family that is absent
/// at the start is what an ancestor that saves it makes of it, and a miss otherwise (jobs side by side all miss). Of
/// several uses of a family the worst counts.
CacheStates states_seen(const Pipeline& pipeline, const Graph& graph, JobId job, const CacheStates& at_start);

/// Whether a step runs when its job sees `states`: conditions on `steps.<id>.outputs.cache-hit` are evaluated,
/// everything else that is not known is taken as true.
bool step_runs(const Pipeline& pipeline, const Job& job, const Step& step, const CacheStates& states);

}  // namespace dagsim::model
