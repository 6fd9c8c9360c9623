#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.h"
#include "model/edit.h"
#include "model/edit_fields.h"

namespace dagsim::model {

namespace {

using enum Fields::Presence;

Action read_remove_job(Fields& fields) {
  fields.expect({"job"}, "job");
  return RemoveJob{fields.text("job")};
}

Action read_add_job(Fields& fields) {
  fields.expect({"id", "caller", "needs", "needed-by", "like", "duration", "runs-on", "restores", "saves", "covers"});
  AddJob job;
  job.id = fields.text("id");
  job.caller = fields.text("caller", Optional);
  job.needs = fields.list("needs");
  job.needed_by = fields.list("needed-by");
  job.like = fields.text("like", Optional);
  job.duration = fields.duration("duration");
  job.runs_on = fields.text("runs-on", Optional);
  job.restores = fields.list("restores");
  job.saves = fields.list("saves");
  job.covers = fields.list("covers");
  if (fields.ok() && job.like.empty() && !job.duration) {
    fields.report("missing-field", fmt::format("\"add-job\" of \"{}\" needs \"duration\" or \"like\"", job.id));
  }
  return job;
}

Action read_move_job(Fields& fields) {
  fields.expect({"job", "to", "needs"});
  MoveJob move{fields.text("job"), fields.text("to"), std::nullopt};
  if (fields.has("needs")) move.needs = fields.list("needs");
  return move;
}

Action read_merge_trigger(Fields& fields) {
  fields.expect({"publish"}, "publish");
  return MergeTrigger{fields.text("publish")};
}

Action read_remove_need(Fields& fields) {
  fields.expect({"job", "need"});
  return RemoveNeed{fields.list("job", Required), fields.text("need")};
}

Action read_add_need(Fields& fields) {
  fields.expect({"job", "need"});
  return AddNeed{fields.list("job", Required), fields.text("need")};
}

Action read_remove_step(Fields& fields) {
  fields.expect({"job", "step"});
  return RemoveStep{fields.text("job"), fields.text("step")};
}

Action read_bucket_matrix(Fields& fields) {
  fields.expect({"job", "key", "buckets", "into"});
  BucketMatrix bucket{fields.text("job"), fields.text("key"), fields.buckets("buckets"), 0};
  const std::optional<double> into = fields.number("into");
  if (fields.ok() && into.has_value() == fields.has("buckets")) {
    fields.report("missing-field", "\"bucket-matrix\" takes either \"buckets\" or \"into\"");
  }
  constexpr double kMost = 256;  // jobs of a matrix on GitHub
  if (into && (*into < 1 || *into > kMost || *into != static_cast<double>(static_cast<size_t>(*into)))) {
    fields.report("field-type", "\"into\" of \"bucket-matrix\" must be a whole number from 1 to 256");
  } else if (into) {
    bucket.into = static_cast<size_t>(*into);
  }
  return bucket;
}

Action read_merge_jobs(Fields& fields) {
  fields.expect({"jobs", "into"});
  MergeJobs merge{fields.list("jobs", Required), fields.text("into")};
  if (fields.ok() && merge.jobs.size() < 2) fields.report("field-type", "\"merge-jobs\" takes at least two jobs");
  return merge;
}

Action read_scale(Fields& fields) {
  fields.expect({"job", "step", "by"});
  Scale scale{fields.text("job"), fields.text("step", Optional), 1};
  scale.by = fields.number("by", Required).value_or(1);
  if (scale.by < 0)
    fields.report("field-type", fmt::format("\"by\" of \"scale\" is {}, but must not be negative", scale.by));
  return scale;
}

Action read_set_duration(Fields& fields) {
  fields.expect({"job", "step", "duration"});
  return SetDuration{fields.text("job"), fields.text("step", Optional),
                     fields.duration("duration", Required).value_or(AssumedDuration{})};
}

Action read_set_cache(Fields& fields) {
  fields.expect({"family", "saver", "warm", "key"});
  SetCache cache{fields.text("family"), std::nullopt, fields.number("warm"), std::nullopt};
  if (fields.has("saver")) cache.saver = fields.text("saver");
  if (fields.has("key")) cache.key = fields.text("key");
  if (cache.warm && (*cache.warm < 0 || *cache.warm > 1)) {
    fields.report("field-type", fmt::format("\"warm\" of \"set-cache\" is {}, but must be a probability", *cache.warm));
  }
  if (fields.ok() && !cache.saver && !cache.warm && !cache.key) {
    fields.report("missing-field", "\"set-cache\" takes at least one of \"key\", \"saver\" and \"warm\"");
  }
  return cache;
}

Action read_set_condition(Fields& fields) {
  fields.expect({"job", "step", "if"});
  return SetCondition{fields.text("job"), fields.text("step", Optional), fields.text("if")};
}

Action read_set_runner(Fields& fields) {
  fields.expect({"job", "runs-on", "speed"});
  return SetRunner{fields.text("job"), fields.list("runs-on", Required), fields.factor("speed")};
}

Action read_include(Fields& fields) {
  fields.expect({"edit"}, "edit");
  return Include{fields.text("edit")};
}

Action read_replace_workflow(Fields& fields) {
  fields.expect({"with"}, "with");
  return ReplaceWorkflow{fields.text("with")};
}

struct Reader {
  std::string_view name;
  Action (*read)(Fields&);
};

constexpr std::array<Reader, 16> kReaders = {{
    {"add-job", read_add_job},
    {"add-need", read_add_need},
    {"bucket-matrix", read_bucket_matrix},
    {"include", read_include},
    {"merge-jobs", read_merge_jobs},
    {"merge-trigger", read_merge_trigger},
    {"move-job", read_move_job},
    {"remove-job", read_remove_job},
    {"remove-need", read_remove_need},
    {"remove-step", read_remove_step},
    {"replace-workflow", read_replace_workflow},
    {"scale", read_scale},
    {"set-cache", read_set_cache},
    {"set-condition", read_set_condition},
    {"set-duration", read_set_duration},
    {"set-runner", read_set_runner},
}};

void report_unknown(const SourceRange& where, const std::string& name, Diagnostics& diagnostics) {
  std::vector<std::string> known;
  for (const Reader& reader : kReaders) known.emplace_back(reader.name);
  Diagnostic& finding = diagnostics.error(
      "unknown-operation", fmt::format("unknown operation \"{}\", expected {}", name, any_of(known)), where);
  const std::vector<std::string> near = nearest(name, known);
  if (!near.empty()) finding.notes.push_back({fmt::format("did you mean \"{}\"?", near.front()), {}});
}

}  // namespace

std::optional<Operation> parse_operation(const std::shared_ptr<const SourceFile>& file, const yaml::Node& node,
                                         Diagnostics& diagnostics) {
  if (!node.is_mapping() || node.entries.size() != 1) {
    diagnostics.error("operation",
                      fmt::format("an operation is a mapping with one key, its name, but this is {}",
                                  node.is_mapping() ? fmt::format("a mapping with {} keys", node.entries.size())
                                                    : yaml::describe(node)),
                      {file, node.range});
    return std::nullopt;
  }
  const yaml::Entry& entry = node.entries.front();
  const auto reader = std::ranges::find(kReaders, entry.key, &Reader::name);
  if (reader == kReaders.end()) {
    report_unknown({file, entry.key_range}, entry.key, diagnostics);
    return std::nullopt;
  }
  Fields fields(file, entry, diagnostics);
  Action action = reader->read(fields);
  if (!fields.ok()) return std::nullopt;
  const Range range{entry.key_range.begin, std::max(entry.key_range.end, entry.value.range.end)};
  return Operation{std::move(action), {file, range}};
}

}  // namespace dagsim::model
