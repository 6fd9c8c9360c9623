// What an event would run, for people and for tools.
#pragma once

#include <string>

#include "report/text.h"
#include "study/plan.h"

namespace dagsim::report {

/// Whether the event starts the workflow, the jobs that run in creation order, and why each other one doesn't.
std::string plan_text(const study::Plan& plan, const TextOptions& options);

/// `{"schema": "dagsim.plan/1", "workflow", "event", "start": {"runs", "reason"}, "conclusion", "jobs": [{"key", "id",
/// "name", "needs": [keys], "matrix", "strategy", "if", "runs_on", "runs", "result", "reason", "steps": [{"name", "id",
/// "uses", "run", "if", "with", "cache", "uploads", "downloads"}]}]}`. "runs" is null where nobody supplies what
/// decides; "matrix" and "strategy" are null without a matrix, or where the job is skipped before it.
std::string plan_json(const study::Plan& plan);

}  // namespace dagsim::report
