#include "tests/catch.h"
#include "tests/model/pipelines.h"

using namespace dagsim;
using namespace dagsim::model;

namespace {

/// The findings, or the index of the operation's action.
std::string read(std::string text) {
  const auto file = std::make_shared<const SourceFile>("edit.yaml", std::move(text));
  Diagnostics diagnostics;
  const std::optional<yaml::Node> node = yaml::parse(file, diagnostics);
  const std::optional<Operation> operation = parse_operation(file, *node, diagnostics);
  if (!diagnostics.empty()) return render(diagnostics);
  return fmt::format("{} {}", operation->action.index(), file->text(operation->where.range));
}

template <typename T>
T read_as(std::string text) {
  const auto file = std::make_shared<const SourceFile>("edit.yaml", std::move(text));
  Diagnostics diagnostics;
  const std::optional<yaml::Node> node = yaml::parse(file, diagnostics);
  const std::optional<Operation> operation = parse_operation(file, *node, diagnostics);
  INFO(render(diagnostics));
  REQUIRE(operation);
  return std::get<T>(operation->action);
}

}  // namespace

TEST_CASE("Every operation reads its fields") {
  CHECK(read_as<RemoveJob>("remove-job: a").job == "a");
  CHECK(read_as<RemoveJob>("remove-job: {job: a}").job == "a");
  const AddJob add = read_as<AddJob>(
      "add-job: {id: w, caller: test, needs: [a, b], needed-by: c, duration: 15s..1m, runs-on: u, restores: [f], "
      "saves: g}");
  CHECK(add.id == "w");
  CHECK(add.caller == "test");
  CHECK(join(add.needs, " ") == "a b");
  CHECK(join(add.needed_by, " ") == "c");
  CHECK((add.duration->low == 15 && add.duration->high == 60));
  CHECK((add.runs_on == "u" && add.restores.at(0) == "f" && add.saves.at(0) == "g"));
  CHECK(read_as<AddJob>("add-job: {id: w, like: a}").like == "a");
  CHECK_FALSE(read_as<MoveJob>("move-job: {job: a, to: \"\"}").needs);
  CHECK(read_as<MoveJob>("move-job: {job: a, to: test, needs: []}").needs->empty());
  CHECK(read_as<RemoveNeed>("remove-need: {job: [a, b], need: c}").jobs.size() == 2);
  CHECK(read_as<AddNeed>("add-need: {job: a, need: c}").need == "c");
  CHECK(read_as<RemoveStep>("remove-step: {job: a, step: Build it}").step == "Build it");
  const BucketMatrix bucket = read_as<BucketMatrix>("bucket-matrix: {job: a, key: k, buckets: {x: [1, b], y: [c]}}");
  CHECK((bucket.buckets.size() == 2 && bucket.buckets[0].name == "x" && bucket.buckets[0].members[0] == "1"));
  CHECK(read_as<BucketMatrix>("bucket-matrix: {job: a, key: k, into: 3}").into == 3);
  CHECK(read_as<MergeJobs>("merge-jobs: {jobs: [a, b], into: c}").into == "c");
  CHECK(read_as<MergeTrigger>("merge-trigger: {publish: p}").publish == "p");
  CHECK(read_as<Scale>("scale: {job: a, by: 0.5}").by == 0.5);
  CHECK(read_as<SetDuration>("set-duration: {job: a, step: s, duration: 2m}").duration.high == 120);
  const SetCache cache = read_as<SetCache>("set-cache: {family: f, saver: \"p[g=a]\", warm: 0.9, key: k}");
  CHECK((cache.saver == "p[g=a]" && cache.warm == 0.9 && cache.key == "k"));
  CHECK(read_as<SetCondition>("set-condition: {job: a, if: always()}").condition == "always()");
  CHECK(read_as<SetRunner>("set-runner: {job: a, runs-on: [x, y], speed: 1.1..1.3}").speed->high == 1.3);
  CHECK(read_as<Include>("include: other").edit == "other");
  CHECK(read_as<ReplaceWorkflow>("replace-workflow: {with: dir}").with == "dir");
}

TEST_CASE("An operation stands where its name begins and its fields end") {
  CHECK(read("scale: {job: a, by: 2}") == "9 scale: {job: a, by: 2}");
}

TEST_CASE("An unknown operation is answered with the known ones") {
  CHECK(read("remove-jobs: a") ==
        "edit.yaml:1:1: error: unknown operation \"remove-jobs\", expected add-job, add-need, bucket-matrix, include, "
        "merge-jobs, merge-trigger, move-job, remove-job, remove-need, remove-step, replace-workflow, scale, "
        "set-cache, set-condition, "
        "set-duration or set-runner [unknown-operation]\n"
        " 1 | remove-jobs: a\n"
        "   | ^~~~~~~~~~~\n"
        "edit.yaml: note: did you mean \"remove-job\"?\n");
}

TEST_CASE("An unknown field is answered with the known ones") {
  CHECK(read("scale: {jobs: a, job: a, by: 2}") ==
        "edit.yaml:1:9: error: \"scale\" has no field \"jobs\", expected by, job or step [unknown-field]\n"
        " 1 | scale: {jobs: a, job: a, by: 2}\n"
        "   |         ^~~~\n"
        "edit.yaml: note: did you mean \"job\"?\n");
}

TEST_CASE("A missing field is named") {
  CHECK(read("scale: {job: a}") ==
        "edit.yaml:1:1: error: \"scale\" lacks the field \"by\" [missing-field]\n"
        " 1 | scale: {job: a}\n"
        "   | ^~~~~\n");
}

TEST_CASE("A field of the wrong kind says what it must be") {
  const auto first_line = [](const std::string& text) {
    const std::string findings = read(text);
    return findings.substr(0, findings.find('\n'));
  };
  CHECK(first_line("scale: {job: a, by: x}") ==
        "edit.yaml:1:21: error: \"by\" of \"scale\" must be a number, but is the string 'x' [field-type]");
  CHECK(first_line("scale: {job: [a], by: 1}") ==
        "edit.yaml:1:14: error: \"job\" of \"scale\" must be a string, but is a sequence [field-type]");
  CHECK(first_line("set-duration: {job: a, duration: 3m..2m}") ==
        "edit.yaml:1:34: error: \"duration\" of \"set-duration\" must be a duration such as 90s or 2m..3m, but is the "
        "string "
        "'3m..2m' [field-type]");
  CHECK(first_line("set-cache: {family: f, warm: 2}") ==
        "edit.yaml:1:1: error: \"warm\" of \"set-cache\" is 2, but must be a probability [field-type]");
  CHECK(first_line("set-runner: {job: a, runs-on: x, speed: 0}") ==
        "edit.yaml:1:41: error: \"speed\" of \"set-runner\" must be a positive factor such as 1.2 or 1.1..1.3, but is "
        "the "
        "number 0 [field-type]");
  CHECK(first_line("bucket-matrix: {job: a, key: k, buckets: {x: 1}}") ==
        "edit.yaml:1:42: error: \"buckets\" of \"bucket-matrix\" must be a mapping from names to lists of matrix "
        "values, but is "
        "a mapping [field-type]");
  CHECK(first_line("bucket-matrix: {job: a, key: k}") ==
        "edit.yaml:1:1: error: \"bucket-matrix\" takes either \"buckets\" or \"into\" [missing-field]");
  CHECK(first_line("add-job: {id: a}") ==
        "edit.yaml:1:1: error: \"add-job\" of \"a\" needs \"duration\" or \"like\" [missing-field]");
  CHECK(
      first_line("move-job: a") ==
      "edit.yaml:1:11: error: \"move-job\" takes a mapping with job, needs or to, but got the string 'a' [field-type]");
}

TEST_CASE("An item that is no operation is described") {
  CHECK(read("{remove-job: a, scale: b}") ==
        "edit.yaml:1:1: error: an operation is a mapping with one key, its name, but this is a mapping with 2 keys "
        "[operation]\n"
        " 1 | {remove-job: a, scale: b}\n"
        "   | ^~~~~~~~~~~~~~~~~~~~~~~~~\n");
  CHECK(read("just text")
            .starts_with("edit.yaml:1:1: error: an operation is a mapping with one key, its name, but this is the "
                         "string 'just text' [operation]\n"));
}
