// Pipelines for tests, drawn as text, and pipelines as text again.
#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "base/text.h"
#include "base/yaml.h"
#include "model/edit.h"
#include "model/graph.h"
#include "model/pipeline.h"

namespace dagsim::model::testing {

/// The legs that a drawing has of an id, made at its first mention: "p[k=a|b]" has two.
inline void mention(Pipeline& pipeline, const std::shared_ptr<const SourceFile>& file, Range range) {
  std::string_view text = file->text(range);
  std::optional<AssumedDuration> duration;
  if (const size_t colon = text.rfind(':'); colon != std::string_view::npos) {
    const double seconds = parse_duration(text.substr(colon + 1)).value();
    duration = AssumedDuration{seconds, seconds, {file, range}};
    text = text.substr(0, colon);
  }
  const size_t bracket = text.find('[');
  const std::string id(text.substr(0, bracket));
  if (pipeline.find_caller(id) != nullptr || std::ranges::find(pipeline.jobs, id, &Job::id) != pipeline.jobs.end())
    return;
  Job job;
  job.id = job.key = job.name = job.stream = id;
  job.duration = duration;
  job.runs_on = {"linux"};
  job.where = {file, range};
  if (const size_t slash = id.rfind('/'); slash != std::string::npos) {
    job.caller = id.substr(0, slash);
    job.name = job.caller + " / " + id.substr(slash + 1);
    if (pipeline.find_caller(job.caller) == nullptr) {
      pipeline.callers.emplace_back();
      pipeline.callers.back().id = job.caller;
    }
  }
  if (bracket == std::string_view::npos) {
    pipeline.jobs.push_back(job);
    return;
  }
  const std::string_view axis = text.substr(bracket + 1, text.size() - bracket - 2);
  const size_t equals = axis.find('=');
  for (const std::string_view value : split(axis.substr(equals + 1), '|')) {
    Job leg = job;
    leg.matrix = {{std::string(axis.substr(0, equals)), std::string(value)}};
    leg.key = leg.stream = fmt::format("{}[{}={}]", id, axis.substr(0, equals), value);
    leg.name = fmt::format("{} ({})", job.name, value);
    pipeline.jobs.push_back(std::move(leg));
  }
}

/// "a:3 -> b:2 -> d, a -> c:5 -> d": chains, an arrow leads from a job to one that needs it; ":3" is a duration. An id
/// "test/b" lies below the caller "test", "p[k=a|b]" has two legs. Jobs are created in the order of their first
/// mention.
inline Pipeline graph(std::string text) {
  const auto file = std::make_shared<const SourceFile>("graph", std::move(text));
  Pipeline pipeline;
  size_t begin = 0;
  for (const std::string_view chain : split(file->text(), ',')) {
    std::string previous;
    SourceRange previous_where;
    size_t at = begin;
    begin += chain.size() + 1;
    std::string_view rest = chain;
    while (true) {
      const size_t arrow = rest.find("->");
      const std::string_view word = trim(rest.substr(0, arrow));
      const auto start =
          static_cast<uint32_t>(at + (word.empty() ? 0 : static_cast<size_t>(word.data() - rest.data())));
      const Range range{start, start + static_cast<uint32_t>(word.size())};
      mention(pipeline, file, range);
      const std::string id(word.substr(0, word.find_first_of("[:")));
      if (!previous.empty()) {
        for (Job& job : pipeline.jobs) {
          if (job.id == id) job.needs.push_back({previous, previous_where});
        }
        for (Caller& caller : pipeline.callers) {
          if (caller.id == id) caller.needs.push_back({previous, previous_where});
        }
      }
      previous = id;
      previous_where = {file, {range.begin, range.begin + static_cast<uint32_t>(id.size())}};
      if (arrow == std::string_view::npos) break;
      at += arrow + 2;
      rest = rest.substr(arrow + 2);
    }
  }
  return pipeline;
}

inline std::string describe_needs(const std::vector<Need>& needs) {
  std::vector<std::string> ids;
  for (const Need& need : needs) ids.push_back(need.job);
  return ids.empty() ? "" : " <- " + join(ids, ", ");
}

/// One line for each job and caller: "key <- needs if condition = parts".
inline std::string describe(const Pipeline& pipeline) {
  std::string text;
  for (const Job& job : pipeline.jobs) {
    text += job.key + describe_needs(job.needs);
    if (job.condition != "success()") text += " if " + job.condition;
    for (const Part& part : job.parts) {
      text += fmt::format(" + {}{}", part.share == Share::Whole ? "" : "work of ", part.job->key);
    }
    text += "\n";
  }
  for (const Caller& caller : pipeline.callers) {
    text += caller.id + "/*" + describe_needs(caller.needs);
    if (caller.condition != "success()") text += " if " + caller.condition;
    text += "\n";
  }
  return text;
}

/// Reads a list of operations and applies it; the findings as text, or the pipeline that it leaves and its notes.
inline std::string edit(Pipeline& pipeline, std::string operations, ApplyOptions options = {}) {
  const auto file = std::make_shared<const SourceFile>("edit.yaml", std::move(operations));
  Diagnostics diagnostics;
  const std::optional<yaml::Node> list = yaml::parse(file, diagnostics);
  std::vector<Operation> parsed;
  for (const yaml::Node& item : list->items) {
    if (std::optional<Operation> operation = parse_operation(file, item, diagnostics)) parsed.push_back(*operation);
  }
  if (diagnostics.has_errors()) return render(diagnostics);
  const EditEffects effects = apply(pipeline, parsed, diagnostics, options);
  if (!diagnostics.empty()) return render(diagnostics);
  std::string text = describe(pipeline);
  for (const std::string& note : effects.notes) text += "note: " + note + "\n";
  for (const std::string& kind : effects.lost_coverage) text += "lost: " + kind + "\n";
  for (const auto& family : effects.warm) text += fmt::format("warm: {} {}\n", family.first, family.second);
  return text;
}

}  // namespace dagsim::model::testing
