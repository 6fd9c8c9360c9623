#include "report/json.h"

#include "report/words.h"

namespace dagsim::report {

namespace {

using study::EditLine;
using study::PipelineLine;
using study::Prediction;

constexpr int kShareDecimals = 4;

void write_interval(JsonWriter& json, const stats::Interval& interval) {
  json.key("low").number(interval.low);
  json.key("high").number(interval.high);
  json.key("confidence").number(interval.confidence);
}

void write_distribution(JsonWriter& json, const study::Distribution& seconds) {
  json.begin_object();
  json.key("mean").number(seconds.mean);
  json.key("p10").number(seconds.p10);
  json.key("p50").number(seconds.p50);
  json.key("p90").number(seconds.p90);
  json.end_object();
}

void write_change(JsonWriter& json, const study::Change& change) {
  json.begin_object();
  json.key("mean").number(change.mean);
  write_interval(json, change.interval);
  json.end_object();
}

void write_first_red(JsonWriter& json, const PipelineLine& pipeline) {
  json.begin_object();
  json.key("mix");
  if (pipeline.first_red) {
    write_distribution(json, *pipeline.first_red);
  } else {
    json.null();
  }
  json.key("kinds").begin_array();
  for (const study::FirstRedLine& line : pipeline.first_red_by_kind) {
    json.begin_object();
    json.key("kind").string(line.kind);
    json.key("covered").boolean(line.covered);
    json.key("seconds");
    if (line.covered) {
      write_distribution(json, line.seconds);
    } else {
      json.null();
    }
    json.key("shown_by").string(line.shown_by);
    json.key("share").number(line.share, kShareDecimals);
    json.end_object();
  }
  json.end_array();
  json.end_object();
}

void write_job(JsonWriter& json, const study::JobLine& job) {
  json.begin_object();
  json.key("key").string(job.key);
  json.key("name").string(job.name);
  json.key("runs").boolean(job.runs);
  if (job.runs) {
    json.key("mean").number(job.mean);
    json.key("criticality").number(job.criticality, kShareDecimals);
    json.key("slack").number(job.slack);
    json.key("drag").number(job.drag);
    json.key("presence").number(job.presence, kShareDecimals);
    json.key("origin").string(job.origin);
    json.key("observations").integer(job.observations);
  } else {
    json.key("reason").string(job.reason);
  }
  json.end_object();
}

void write_two_runs(JsonWriter& json, const study::TwoRuns& two_runs) {
  json.begin_object();
  write_interval(json, two_runs.change);
  json.key("runs_to_confirm");
  if (two_runs.runs_to_confirm) {
    json.integer(*two_runs.runs_to_confirm);
  } else {
    json.null();
  }
  json.end_object();
}

void write_first_red_change(JsonWriter& json, const EditLine& edit) {
  json.begin_object();
  json.key("mix");
  if (edit.first_red_change) {
    write_change(json, *edit.first_red_change);
  } else {
    json.null();
  }
  json.key("kinds").begin_object();
  for (const auto& [kind, change] : edit.first_red_changes) json.key(kind).number(change);
  json.end_object();
  json.end_object();
}

void write_prediction_of(JsonWriter& json, const EditLine& edit) {
  json.key("wall");
  write_distribution(json, edit.pipeline.wall);
  json.key("wall_change");
  write_change(json, edit.wall_change);
  json.key("p50_change").number(edit.p50_change);
  json.key("behind_best");
  if (edit.dropped) {
    json.null();
  } else {
    write_change(json, edit.behind_best);
  }
  json.key("ties_best").boolean(edit.ties_best);
  json.key("dropped").boolean(edit.dropped);
  json.key("two_runs");
  write_two_runs(json, edit.two_runs);
  json.key("p_faster").number(edit.p_faster, kShareDecimals);
  if (edit.dropped) {
    for (const char* name : {"first_red_change", "minutes", "minutes_change", "pareto", "next_bottleneck"}) {
      json.key(name).null();
    }
    return;
  }
  json.key("pareto").boolean(edit.pareto);
  json.key("first_red_change");
  write_first_red_change(json, edit);
  json.key("minutes").number(edit.pipeline.minutes);
  json.key("minutes_change");
  write_change(json, edit.minutes_change);
  json.key("long_pole_before").string(edit.long_pole_before);
  json.key("long_pole_after").string(edit.long_pole_after);
  json.key("next_bottleneck").string(edit.next_bottleneck);
  json.key("sensitivities").begin_array();
  for (const study::Sensitivity& one : edit.sensitivities) {
    json.begin_object();
    json.key("assumption").string(one.assumption);
    json.key("at_low").number(one.at_low);
    json.key("at_high").number(one.at_high);
    json.end_object();
  }
  json.end_array();
  write_break_evens(json, edit.break_evens);
}

void write_best_set(JsonWriter& json, const study::BestSet& best) {
  json.begin_object();
  json.key("most").integer(best.most);
  json.key("candidates").integer(best.candidates);
  json.key("illegal").integer(best.illegal);
  json.key("wall_change");
  write_change(json, best.wall_change);
  json.key("steps").begin_array();
  for (const study::SetStep& step : best.steps) {
    json.begin_object();
    json.key("edit").string(step.edit);
    json.key("wall");
    write_distribution(json, step.wall);
    json.key("gain");
    write_change(json, step.gain);
    json.key("next_bottleneck").string(step.next_bottleneck);
    json.end_object();
  }
  json.end_array();
  json.key("tied").integer(best.tied);
  json.key("ties").strings(best.ties);
  json.key("race_replications").integer(best.race_replications);
  json.end_object();
}

void write_by_change(JsonWriter& json, const study::ByChange& classes) {
  const auto optional = [&](const std::optional<double>& value) {
    if (value) {
      json.number(*value);
    } else {
      json.null();
    }
  };
  json.begin_object();
  json.key("declared").boolean(classes.declared);
  json.key("classes").begin_array();
  for (const study::ChangeLine& line : classes.lines) {
    json.begin_object();
    json.key("name").string(line.name);
    json.key("share");
    optional(line.share);
    json.key("runs").integer(line.runs);
    json.key("wall");
    write_distribution(json, line.wall);
    json.key("edits").begin_array();
    for (const auto& [id, change] : line.edits) {
      json.begin_object();
      json.key("id").string(id);
      json.key("wall_change");
      if (change) {
        write_change(json, *change);
      } else {
        json.null();
      }
      json.end_object();
    }
    json.end_array();
    json.end_object();
  }
  json.end_array();
  json.key("mean");
  optional(classes.mean);
  json.key("edits").begin_array();
  for (const auto& [id, mean] : classes.edits) {
    json.begin_object();
    json.key("id").string(id);
    json.key("mean_change").number(mean);
    json.end_object();
  }
  json.end_array();
  json.end_object();
}

std::string document(const Prediction& prediction, const char* schema, bool edits) {
  JsonWriter json;
  json.begin_object();
  json.key("schema").string(schema);
  write_subject(json, prediction);
  json.key("history");
  write_history(json, prediction.history);
  json.key("baseline");
  write_pipeline(json, prediction.baseline);
  if (edits) {
    json.key("edits").begin_array();
    for (const EditLine& edit : prediction.edits) write_edit(json, edit);
    json.end_array();
    json.key("best_set");
    if (prediction.best_set) {
      write_best_set(json, *prediction.best_set);
    } else {
      json.null();
    }
  }
  json.key("by_change");
  if (prediction.by_change) {
    write_by_change(json, *prediction.by_change);
  } else {
    json.null();
  }
  json.key("assumptions").strings(prediction.assumptions);
  json.key("warnings").strings(prediction.warnings);
  json.key("diagnostics");
  write_diagnostics(json, prediction.diagnostics);
  json.end_object();
  return json.take() + "\n";
}

std::string_view severity_name(Severity severity) {
  switch (severity) {
    case Severity::Note:
      return "note";
    case Severity::Warning:
      return "warning";
    case Severity::Error:
      return "error";
  }
  return "";
}

}  // namespace

void write_break_evens(JsonWriter& json, const std::vector<study::BreakEven>& break_evens) {
  json.key("break_evens").begin_array();
  for (const study::BreakEven& one : break_evens) {
    json.begin_object();
    json.key("assumption").string(one.assumption);
    json.key("seconds").number(one.seconds);
    json.key("pays_below").boolean(one.pays_below);
    json.end_object();
  }
  json.end_array();
}

void write_subject(JsonWriter& json, const Prediction& prediction) {
  json.key("title").string(prediction.title);
  json.key("workflow").string(prediction.workflow);
  json.key("event").string(prediction.event);
  json.key("change").string(prediction.change);
  json.key("branch").string(prediction.branch);
  json.key("gate").string(prediction.gate);
  json.key("replications").integer(prediction.replications);
  json.key("precision").number(prediction.precision, 6);
  json.key("seed").integer(prediction.seed);
  json.key("resamples").integer(prediction.resamples);
}

void write_history(JsonWriter& json, const study::HistoryLine& history) {
  json.begin_object();
  json.key("source").string(history.source);
  json.key("runs").integer(history.runs_used);
  json.key("first_run").string(history.first_run);
  json.key("last_run").string(history.last_run);
  json.key("before").string(history.before);
  json.key("branch_runs").integer(history.branch_runs);
  json.key("branch_share").number(history.branch_share, 4);
  json.key("retrospective").boolean(history.before.empty());
  json.key("excluded").begin_object();
  for (const auto& [reason, runs] : history.excluded) json.key(reason).integer(runs);
  json.end_object();
  json.key("replay").begin_object();
  json.key("walls").integer(history.walls);
  json.key("replayed").integer(history.replayed);
  json.key("median_residual").number(history.replay_residual, kShareDecimals);
  json.end_object();
  json.key("dispatch").begin_object();
  json.key("median").number(history.dispatch_median);
  json.key("origin").string(history.dispatch_origin);
  json.end_object();
  json.key("measured_wall");
  if (history.measured_wall) {
    write_distribution(json, *history.measured_wall);
  } else {
    json.null();
  }
  json.key("measured_walls").integer(history.measured_walls);
  json.key("red_runs").integer(history.red_runs);
  json.key("told_failures").integer(history.told_failures);
  json.key("failure_median").number(history.failure_median);
  json.key("measured_first_red");
  if (history.measured_first_red) {
    write_distribution(json, *history.measured_first_red);
  } else {
    json.null();
  }
  json.end_object();
}

void write_pipeline(JsonWriter& json, const PipelineLine& pipeline) {
  json.begin_object();
  json.key("wall");
  write_distribution(json, pipeline.wall);
  json.key("first_red");
  write_first_red(json, pipeline);
  json.key("minutes").number(pipeline.minutes);
  json.key("cost").number(pipeline.cost);
  json.key("engine").string(pipeline.waits.empty() ? "block" : "event");
  json.key("waits").strings(pipeline.waits);
  json.key("critical_chains").begin_array();
  for (const study::ChainLine& chain : pipeline.chains) {
    json.begin_object();
    json.key("jobs").strings(chain.jobs);
    json.key("probability").number(chain.probability, kShareDecimals);
    json.end_object();
  }
  json.end_array();
  json.key("jobs").begin_array();
  for (const study::JobLine& job : pipeline.jobs) write_job(json, job);
  json.end_array();
  json.end_object();
}

void write_edit(JsonWriter& json, const EditLine& edit) {
  json.begin_object();
  json.key("id").string(edit.id);
  json.key("title").string(edit.title);
  json.key("rank").integer(edit.rank);
  json.key("verdict").string(verdict_name(edit.verdict));
  if (edit.verdict == study::Verdict::Illegal) {
    for (const char* name : {"wall", "wall_change", "two_runs", "p_faster", "behind_best", "ties_best",
                             "first_red_change", "minutes_change", "next_bottleneck"}) {
      json.key(name).null();
    }
  } else {
    write_prediction_of(json, edit);
  }
  json.key("lost_coverage").strings(edit.lost_coverage);
  json.key("notes").strings(edit.notes);
  json.key("assumptions").strings(edit.assumptions);
  json.key("measured");
  if (edit.measured_wall) {
    json.begin_object();
    json.key("wall").number(*edit.measured_wall);
    json.key("run").string(edit.measured_run);
    json.end_object();
  } else {
    json.null();
  }
  json.key("diagnostics");
  write_diagnostics(json, edit.diagnostics);
  json.end_object();
}

void write_diagnostics(JsonWriter& json, const Diagnostics& diagnostics) {
  json.begin_array();
  for (const Diagnostic& diagnostic : diagnostics.list()) {
    json.begin_object();
    json.key("severity").string(severity_name(diagnostic.severity));
    json.key("rule").string(diagnostic.rule);
    json.key("message").string(diagnostic.message);
    if (diagnostic.where) {
      const Position position = diagnostic.where.file->position(diagnostic.where.range.begin);
      json.key("file").string(diagnostic.where.file->path());
      json.key("line").integer(position.line);
      json.key("column").integer(position.column);
    }
    json.key("notes").begin_array();
    for (const DiagnosticNote& note : diagnostic.notes) json.string(note.message);
    json.end_array();
    json.end_object();
  }
  json.end_array();
}

std::string what_if_json(const Prediction& prediction) {
  return document(prediction, "dagsim.what-if/1", true);
}

std::string simulate_json(const Prediction& prediction) {
  return document(prediction, "dagsim.simulate/1", false);
}

}  // namespace dagsim::report
