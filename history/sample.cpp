#include "history/sample.h"

#include <cmath>
#include <ctime>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <simdjson.h>

#include "base/error.h"
#include "base/text.h"

namespace dagsim::history {
namespace {

/// Names of repositories and of workflow files hold no quotes; other bytes that JSON refuses can't come from there
/// either, but may from a command line.
std::string in_json(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  }
  return out;
}

Sample sample_of(const simdjson::dom::object& record) {
  Sample sample;
  std::string_view repository;
  std::string_view workflow;
  std::string_view since;
  std::string_view next;
  if (record["repository"].get(repository) != simdjson::SUCCESS) return sample;
  if (record["workflow"].get(workflow) == simdjson::SUCCESS) sample.workflow = workflow;
  if (record["since"].get(since) == simdjson::SUCCESS) sample.since = parse_timestamp(since).value_or(0);
  if (record["next"].get(next) == simdjson::SUCCESS) sample.next = parse_timestamp(next).value_or(0);
  if (record["missing"].get(sample.missing) != simdjson::SUCCESS) sample.missing = 0;
  if (record["complete"].get(sample.is_complete) != simdjson::SUCCESS) sample.is_complete = false;
  sample.repository = repository;
  return sample;
}

}  // namespace

std::string utc_text(double time) {
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(static_cast<std::time_t>(std::floor(time))));
}

std::vector<Sample> read_samples(std::string_view text, const std::string& path) {
  std::vector<Sample> samples;
  simdjson::dom::parser parser;
  for (const std::string_view line : split(text, '\n')) {
    if (trim(line).empty()) continue;
    simdjson::dom::object record;
    Sample sample;
    if (parser.parse(std::string(line)).get(record) == simdjson::SUCCESS) sample = sample_of(record);
    if (sample.repository.empty()) {
      throw Error(
          fmt::format("\"{}\" doesn't say what was fetched: expected a JSON object with \"repository\" a line", path));
    }
    samples.push_back(std::move(sample));
  }
  return samples;
}

std::string write_samples(std::span<const Sample> samples) {
  std::string text;
  for (const Sample& sample : samples) {
    text += fmt::format(
        "{{\"repository\": \"{}\", \"workflow\": \"{}\", \"since\": \"{}\", \"next\": \"{}\", \"missing\": {}, "
        "\"complete\": {}}}\n",
        in_json(sample.repository), in_json(sample.workflow), utc_text(sample.since), utc_text(sample.next),
        sample.missing, sample.is_complete);
  }
  return text;
}

std::vector<Sample> samples_in(const FileSystem& files, const std::string& folder) {
  const std::string path = join_path(folder, kSampleFile);
  return files.is_file(path) ? read_samples(files.read(path), path) : std::vector<Sample>{};
}

std::string command_to_complete(const Sample& sample) {
  const std::string workflow = sample.workflow.empty() ? "" : " --workflow " + sample.workflow;
  return fmt::format("dagsim fetch {}{} --since {}", sample.repository, workflow, utc_text(sample.since));
}

void warn_of_truncated(std::span<const Sample> samples, const std::string& source, Diagnostics& diagnostics) {
  for (const Sample& sample : samples) {
    if (sample.is_complete) continue;
    const std::string what = sample.workflow.empty() ? sample.repository : sample.repository + ", " + sample.workflow;
    const std::string why = sample.missing > 0
                                ? fmt::format("GitHub counted {} runs or jobs more than it listed", sample.missing)
                                : fmt::format("not all runs since {} were fetched", utc_text(sample.since));
    Diagnostic& finding = diagnostics.warning(
        "truncated-sample", fmt::format("the sample of {} in \"{}\" is truncated: {}", what, source, why));
    finding.notes.push_back({fmt::format("to complete it: {}", command_to_complete(sample)), {}});
  }
}

}  // namespace dagsim::history
