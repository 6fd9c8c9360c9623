#include <string_view>

#include "report/json_writer.h"
#include "report/log.h"

namespace dagsim::report {

namespace {

class LogDocument {
 public:
  explicit LogDocument(const LogReport& report) : report_(report) {}

  std::string text() {
    json_.begin_object().key("schema").string("dagsim.log/1");
    json_.key("file").string(report_.file);
    text("job", report_.job);
    id("run", report_.origin.run);
    id("attempt", report_.origin.attempt);
    id("job_id", report_.origin.job);
    extent();
    runner();
    restores();
    saves();
    artifacts();
    json_.key("counts");
    counts(report_.evidence.total);
    steps();
    json_.end_object();
    return json_.take() + "\n";
  }

 private:
  void text(std::string_view key, std::string_view value) {
    json_.key(key);
    value.empty() ? json_.null() : json_.string(value);
  }

  void id(std::string_view key, uint64_t value) {
    json_.key(key);
    value == 0 ? json_.null() : json_.integer(value);
  }

  void integer(std::string_view key, const std::optional<uint64_t>& value) {
    json_.key(key);
    value ? json_.integer(*value) : json_.null();
  }

  void time(std::string_view key, const std::optional<double>& value) {
    json_.key(key);
    value ? json_.number(*value, 6) : json_.null();
  }

  void extent() {
    const history::JobLog& log = report_.log;
    time("start", log.start);
    time("end", log.end);
    json_.key("lines").integer(log.lines).key("bytes").integer(log.bytes).key("matched").integer(log.matched);
    json_.key("cut_lines").integer(log.cut_lines).key("left_out").integer(log.left_out);
    json_.key("truncated").boolean(log.is_truncated);
  }

  void runner() {
    const history::RunnerFacts& runner = report_.evidence.runner;
    json_.key("runner").begin_object();
    text("job_name", runner.job_name);
    text("definition", runner.definition);
    text("labels", runner.labels);
    text("name", runner.name);
    text("version", runner.version);
    text("image", runner.image);
    text("image_version", runner.image_version);
    time("wait", runner.wait_seconds);
    json_.end_object();
  }

  void restores() {
    json_.key("restores").begin_array();
    for (const history::CacheRestore& restore : report_.evidence.restores) {
      json_.begin_object().key("step").integer(restore.step).key("line").integer(restore.line);
      json_.key("family").string(restore.family);
      text("asked", restore.asked);
      text("restored", restore.restored);
      json_.key("state").string(to_string(restore.state)).key("certain").boolean(restore.is_certain);
      time("seconds", restore.seconds);
      integer("bytes", restore.bytes);
      json_.end_object();
    }
    json_.end_array();
  }

  void saves() {
    json_.key("saves").begin_array();
    for (const history::CacheSave& save : report_.evidence.saves) {
      json_.begin_object().key("step").integer(save.step).key("line").integer(save.line);
      json_.key("family").string(save.family);
      text("key", save.key);
      json_.key("outcome").string(to_string(save.outcome));
      time("seconds", save.seconds);
      integer("bytes", save.bytes);
      json_.end_object();
    }
    json_.end_array();
  }

  void artifacts() {
    json_.key("artifacts").begin_array();
    for (const history::ArtifactTransfer& artifact : report_.evidence.artifacts) {
      json_.begin_object().key("step").integer(artifact.step).key("name").string(artifact.name);
      json_.key("direction").string(artifact.is_upload ? "upload" : "download");
      integer("bytes", artifact.bytes);
      json_.end_object();
    }
    json_.end_array();
  }

  void counts(const history::LogCounts& counts) {
    json_.begin_object();
    json_.key("index_updates").integer(counts.index_updates).key("index_seconds").number(counts.index_seconds);
    json_.key("crates_downloaded").integer(counts.crates_downloaded).key("crate_bytes").integer(counts.crate_bytes);
    json_.key("third_party_compiled").integer(counts.third_party_compiled);
    json_.key("workspace_compiled").integer(counts.workspace_compiled);
    json_.key("tools_installed").integer(counts.tools_installed);
    json_.key("tool_crates_compiled").integer(counts.tool_crates_compiled);
    json_.key("cargo_seconds").number(counts.cargo_seconds);
    integer("compiler_cache_hits", counts.compiler_cache_hits);
    integer("compiler_cache_misses", counts.compiler_cache_misses);
    json_.key("layers").integer(counts.layers).key("layers_cached").integer(counts.layers_cached);
    json_.key("errors").integer(counts.errors).key("own").begin_object();
    for (const auto& [name, count] : counts.own) json_.key(name).integer(count);
    json_.end_object().end_object();
  }

  void steps() {
    json_.key("steps").begin_array();
    for (size_t i = 0; i < report_.log.steps.size(); ++i) {
      const history::LogStep& step = report_.log.steps[i];
      json_.begin_object().key("name").string(step.name);
      text("file", step.file);
      id("number", step.number);
      json_.key("line").integer(step.line);
      time("start", step.start);
      time("end", step.end);
      if (report_.evidence.counts[i] != history::LogCounts{}) {
        json_.key("counts");
        counts(report_.evidence.counts[i]);
      }
      json_.end_object();
    }
    json_.end_array();
  }

  const LogReport& report_;
  JsonWriter json_;
};

}  // namespace

std::string log_json(const LogReport& report) {
  return LogDocument(report).text();
}

}  // namespace dagsim::report
