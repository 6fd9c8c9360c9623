#include "study/commands.h"

#include "base/text.h"
#include "tests/catch.h"
#include "tests/model/pipelines.h"

namespace dagsim::study {
namespace {

/// The duties of a script, "; " between.
std::string told(std::string_view script) {
  std::vector<std::string> texts;
  for (const Duty& duty : duties_of_script(script)) texts.push_back(duty.text);
  return join(texts, "; ");
}

/// Whether the first command does all that the second does.
bool does(std::string_view command, std::string_view other) {
  return covers(duties_of_script(command).at(0), duties_of_script(other).at(0));
}

TEST_CASE("The commands of a script are told, without what only prepares") {
  CHECK(told("cargo fetch && cargo check") == "cargo check");
  CHECK(told("set -euo pipefail\ncd app\nnpm ci\nnpm test   # all of them\n") == "npm test");
  CHECK(told("sudo apt-get install -y x; RUSTFLAGS='-D warnings' cargo  build\\\n  --release") ==
        "cargo build --release");
  CHECK(told("if ! pytest -q > log.txt 2>&1; then\n  cat log.txt\n  exit 1\nfi") == "pytest -q");
  CHECK(told("mise exec rust@1 -- cargo nextest run | tee out") == "cargo nextest run");
  CHECK(told("cargo +\"$(yq -r .rust Cargo.toml)\" check") == "cargo +$(yq -r .rust Cargo.toml) check");
  CHECK(told("cat <<'EOF' > x.sh\nmake everything\nEOF\n./x.sh") == "./x.sh");
  CHECK(told("make ${{ inputs.target || 'all' }}") == "make ${{ inputs.target || 'all' }}");
  CHECK(told("cargo --version; rustup toolchain install nightly; echo done").empty());
  CHECK(told("").empty());
  CHECK(told("'unclosed").empty() == false);
  CHECK(told("cat << EOF\nmake").empty());
}

TEST_CASE("Clippy, builds and tests check what cargo check does, over the same packages, targets and features") {
  CHECK(does("cargo clippy --workspace --all-targets", "cargo check --workspace --all-targets --locked"));
  CHECK(does("cargo clippy --workspace --all-targets -- --deny warnings", "cargo check --workspace"));
  CHECK(does("cargo build", "cargo check"));
  CHECK(does("cargo test --workspace", "cargo check --all"));
  CHECK(does("cargo nextest run --workspace", "cargo check --workspace --tests"));
  CHECK(does("cargo check --workspace", "cargo check -p core"));
  CHECK(does("cargo check --all-targets", "cargo check --lib"));
  CHECK(does("cargo test", "cargo test --no-run"));
}

TEST_CASE("Less, other features, another toolchain or profile is not the same") {
  CHECK_FALSE(does("cargo check", "cargo clippy"));
  CHECK_FALSE(does("cargo check", "cargo build"));
  CHECK_FALSE(does("cargo clippy", "cargo check --all-targets"));
  CHECK_FALSE(does("cargo clippy --all-features", "cargo check"));
  CHECK_FALSE(does("cargo clippy", "cargo check --all-features"));
  CHECK_FALSE(does("cargo clippy -p core", "cargo check --workspace"));
  CHECK_FALSE(does("cargo clippy -p core", "cargo check -p other"));
  CHECK_FALSE(does("cargo +nightly clippy", "cargo check"));
  CHECK_FALSE(does("cargo clippy --release", "cargo check"));
  CHECK_FALSE(does("cargo clippy --target wasm32-unknown-unknown", "cargo check"));
  CHECK_FALSE(does("cargo clippy -- -D warnings", "cargo clippy"));
  CHECK_FALSE(does("cargo nextest run --test one", "cargo check --tests"));
  CHECK_FALSE(does("cargo test --no-run", "cargo test"));
  CHECK_FALSE(does("cargo clippy -Zunstable", "cargo check"));
}

TEST_CASE("Other tools do the same where the command is the same, and go test builds what it tests") {
  CHECK(does("npm   run lint", "npm run lint"));
  CHECK_FALSE(does("npm run lint", "npm run test"));
  CHECK(does("go test ./...", "go build ./..."));
  CHECK_FALSE(does("go build ./...", "go test ./..."));
  CHECK_FALSE(does("go test ./a", "go build ./..."));
}

model::Step script(const std::string& text, const std::string& condition = "success()") {
  model::Step step;
  step.run = text;
  step.condition = condition;
  return step;
}

/// "a by b: why" for each cover.
std::string covers_of(const model::Pipeline& pipeline) {
  std::string text;
  for (const Cover& cover : find_covers(pipeline)) {
    text += pipeline.job(cover.job).key + " by " + pipeline.job(cover.by).key + ": " + cover.what + "\n";
  }
  return text;
}

TEST_CASE("A job is covered by one that does all its duties, on a machine of its kind, and always") {
  model::Pipeline pipeline = model::testing::graph("a, b");
  pipeline.jobs[0].steps = {script("cargo check"), script("echo done")};
  pipeline.jobs[1].steps = {script("cargo fmt --check"), script("cargo clippy")};
  CHECK(covers_of(pipeline) == "a by b: cargo clippy does what cargo check does\n");

  model::Pipeline partly = pipeline;
  partly.jobs[0].steps.push_back(script("./more.sh"));
  CHECK(covers_of(partly).empty());
  model::Pipeline elsewhere = pipeline;
  elsewhere.jobs[1].runs_on = {"windows-2022"};
  CHECK(covers_of(elsewhere).empty());
  model::Pipeline sometimes = pipeline;
  sometimes.jobs[1].steps[1].condition = "success() && (github.ref == 'refs/heads/main')";
  CHECK(covers_of(sometimes).empty());
  model::Pipeline skipped = pipeline;
  skipped.jobs[1].presence = model::Presence::Skipped;
  skipped.jobs[1].condition = "false";
  CHECK(covers_of(skipped).empty());
  model::Pipeline idle = pipeline;
  idle.jobs[0].steps = {script("echo nothing")};
  CHECK(covers_of(idle).empty());
}

TEST_CASE("Legs that are written alike do not the same") {
  model::Pipeline pipeline = model::testing::graph("t[k=a|b]");
  for (model::Job& job : pipeline.jobs) job.steps = {script("make ${{ matrix.k }}")};
  CHECK(covers_of(pipeline).empty());
  for (model::Job& job : pipeline.jobs) job.steps = {script("make")};
  CHECK(covers_of(pipeline) == "t[k=a] by t[k=b]: both run make\nt[k=b] by t[k=a]: both run make\n");
}

TEST_CASE("Actions that may fail because of a change are duties, those that prepare are none") {
  model::Job job;
  for (const char* name : {"actions/checkout", "actions/setup-node", "Swatinem/rust-cache", "actions/upload-artifact",
                           "EmbarkStudios/cargo-deny-action"}) {
    model::Step step;
    step.uses = name;
    step.condition = "success()";
    job.steps.push_back(step);
  }
  const std::vector<Duty> duties = duties_of(job);
  REQUIRE(duties.size() == 1);
  CHECK(duties[0].text == "uses EmbarkStudios/cargo-deny-action");
}

}  // namespace
}  // namespace dagsim::study
