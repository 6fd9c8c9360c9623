#include "history/log_rules.h"

#include "base/error.h"
#include "tests/catch.h"
#include "tests/history/log_testing.h"

namespace dagsim::history {
namespace {

/// "kind key=… bytes=…" of a line, "" when no rule matches it.
std::string said(std::string_view line, const LogRules& rules = LogRules()) {
  const std::optional<LogMatch> match = rules.match(line);
  if (!match) return "";
  CHECK((rules.may_match(first_bytes(line)) || rules.has_floating_rules()));
  std::string text(to_string(match->rule->kind));
  const auto show = [&](const std::string& name, std::string_view value) {
    if (!value.empty()) text += " " + name + "=" + std::string(value);
  };
  show("key", match->key);
  show("bytes", match->bytes);
  show("seconds", match->seconds);
  show("count", match->count);
  show("name", match->rule->name);
  return text;
}

TEST_CASE("cargo: crates of this repository are told from crates of others by their folder") {
  CHECK(said("Compiling serde v1.0.219") == "third-party-compile key=serde v1.0.219");
  CHECK(said("Checking serde_json v1.0.0-rc.1+build") == "third-party-compile key=serde_json v1.0.0-rc.1+build");
  CHECK(said("Compiling a v0.1.0 (https://github.com/o/a?rev=0a1b2c3#0a1b2c3d)") == "third-party-compile key=a v0.1.0");
  CHECK(said("Compiling a v0.1.0 (registry `mine`)") == "third-party-compile key=a v0.1.0");
  CHECK(said("Compiling mine v0.1.0 (/__w/mine/mine)") == "workspace-compile key=mine v0.1.0");
  CHECK(said("Checking mine v0.1.0 (D:\\a\\mine\\mine)") == "workspace-compile key=mine v0.1.0");
  CHECK(said("Compiling the kernel") == "");
}

TEST_CASE("cargo: index updates, downloads, and how long a build took") {
  CHECK(said("Updating crates.io index") == "index-update");
  CHECK(said("Updating `mine` index") == "index-update key=mine");
  CHECK(said("Updating git repository `https://github.com/o/a`") == "index-update key=https://github.com/o/a");
  CHECK(said("Updating files: 100% (12/12), done.") == "");
  CHECK(said("Downloaded serde v1.0.219") == "crate-download key=serde v1.0.219");
  CHECK(said("Downloaded 123 crates (45.6 MB) in 1.23s (largest was `windows` at 11.9 MB)") ==
        "crate-downloads bytes=45.6 MB seconds=1.23s  count=123");
  CHECK(said("Downloaded 1 crate (12.3 KiB) in 0.15s") == "crate-downloads bytes=12.3 KiB seconds=0.15s count=1");
  CHECK(said("Finished `test` profile [unoptimized + debuginfo] target(s) in 1m 05s") ==
        "cargo-finished seconds=1m 05s");
  CHECK(said("Finished dev [unoptimized + debuginfo] target(s) in 4.56s") == "cargo-finished seconds=4.56s");
  CHECK(evidence_of("1 Updating crates.io index\n4.5 Downloading crates ...\nDownloaded a v1.0.0\nDownloaded b v1.0.0\n"
                    "Downloaded 3 crates (1.5 MB) in 0.20s\n20 Finished `dev` profile target(s) in 1m 02s\n") ==
        "counts index-updates=1 index-seconds=3.5 crates=3 crate-bytes=1500000 cargo-seconds=62.00\n");
}

TEST_CASE("cargo: what is compiled for a tool that is installed from source is counted apart") {
  CHECK(said("Installing cargo-nextest v0.9.100") == "tool-install key=cargo-nextest v0.9.100");
  CHECK(evidence_of(
            "Installing cargo-nextest v0.9.100\nUpdating crates.io index\nCompiling a v1.0.0\nCompiling b v1.0.0\n"
            "Installing /home/runner/.cargo/bin/cargo-nextest\n"
            "Installed package `cargo-nextest v0.9.100` (executable `cargo-nextest`)\n"
            "Compiling c v1.0.0\nCompiling mine v0.1.0 (/w)\n") ==
        "counts index-updates=1 third-party=1 workspace=1 tools=1 tool-crates=2\n");
}

TEST_CASE("sccache: the counters that are shown last count, without their splits by language") {
  CHECK(said("Cache hits                          400") == "compiler-cache-hits count=400");
  CHECK(said("Cache hits (Rust)                   390") == "");
  CHECK(said("Cache hits rate                   83.33 %") == "");
  CHECK(said("Cache misses                         80") == "compiler-cache-misses count=80");
  CHECK(evidence_of("Cache hits 1\nCache misses 0\nCache hits 400\nCache hits (Rust) 390\nCache misses 80\n") ==
        "counts hits=400 misses=80\n");
}

TEST_CASE("Artifacts come with their sizes") {
  CHECK(evidence_of("Artifact bin-linux has been successfully uploaded! Final size is 12345 bytes. Artifact ID is 77\n"
                    "Preparing to download the following artifacts:\n"
                    "- bin-linux (ID: 77, Size: 12345, Expected Digest: sha256:00)\n"
                    "Total of 1 artifact(s) downloaded\n") ==
        "artifact up bin-linux 12345B\nartifact down bin-linux 12345B\n");
}

TEST_CASE("GitHub's red lines are counted") {
  CHECK(evidence_of("##[error]Process completed with exit code 101.\n##[warning]careful\n") == "counts errors=1\n");
}

TEST_CASE("A user's rules come first, may match anywhere, and may count what they like") {
  const std::vector<LogRule> more = {{"cache (?:hit|bypass), (?P<key>[a-z]+)", MarkerKind::CacheExact, ""},
                                     {"^Compiling serde", MarkerKind::Count, "serde"},
                                     {"slow test|(?i)FLAKY", MarkerKind::Count, "slow"},
                                     {"^took (?P<count>[0-9]+) turns", MarkerKind::Count, "turns"}};
  const LogRules rules(more);
  CHECK(rules.has_floating_rules());
  CHECK(said("app:build: cache hit, replaying logs 0a1b", rules) == "cache-exact key=replaying");
  CHECK(said("Compiling serde v1.0.0", rules) == "count name=serde");
  CHECK(said("Compiling tokio v1.0.0", rules) == "third-party-compile key=tokio v1.0.0");
  CHECK(said("a flaky one", rules) == "count name=slow");
  CHECK(said("took 12 turns", rules) == "count count=12 name=turns");
  CHECK(said("nothing", rules) == "");
  const LogEvidence evidence = fold(scan_log("took 12 turns\ntook 3 turns\nx slow test\n", rules));
  CHECK(evidence.total.own == std::map<std::string, uint64_t>{{"slow", 1}, {"turns", 15}});
}

TEST_CASE("Rules that are told by a line's first bytes lose no line that the pattern matches") {
  const std::vector<LogRule> more = {{"^(?:a|bc|)d+", MarkerKind::Count, "1"},
                                     {"^(?:x)?(?:y)?z", MarkerKind::Count, "2"},
                                     {"^[m-o]p", MarkerKind::Count, "3"},
                                     {"^(?:q|r)*s", MarkerKind::Count, "4"},
                                     {"^(?:t|u)", MarkerKind::Count, "5"},
                                     {"^\\[v\\]", MarkerKind::Count, "6"},
                                     {"^w|^k", MarkerKind::Count, "7"},
                                     {"^(?:l[|]|l\\|)1", MarkerKind::Count, "8"},
                                     {"^(?i)Hello", MarkerKind::Count, "9"},
                                     {"^ab?cdefghijkl", MarkerKind::Count, "10"},
                                     {"^\xC3\xA4|^\xC3\xB6", MarkerKind::Count, "11"}};
  const LogRules rules(more);
  const std::vector<std::pair<std::string, std::string>> lines = {{"add", "1"},
                                                                  {"bcd", "1"},
                                                                  {"d", "1"},
                                                                  {"xyz", "2"},
                                                                  {"yz", "2"},
                                                                  {"z", "2"},
                                                                  {"xz", "2"},
                                                                  {"np", "3"},
                                                                  {"qrqs", "4"},
                                                                  {"s", "4"},
                                                                  {"tail", "5"},
                                                                  {"u", "5"},
                                                                  {"[v]", "6"},
                                                                  {"w", "7"},
                                                                  {"k", "7"},
                                                                  {"l|1", "8"},
                                                                  {"hELLO", "9"},
                                                                  {"abcdefghijkl", "10"},
                                                                  {"acdefghijklm", "10"},
                                                                  {"\xC3\xB6", "11"}};
  for (const auto& [line, name] : lines) {
    CAPTURE(line);
    CHECK(said(line, rules).ends_with(" name=" + name));
  }
}

TEST_CASE("A pattern that RE2 refuses can't become a rule") {
  const std::vector<LogRule> wrong = {{"(", MarkerKind::Count, "x"}};
  CHECK_THROWS_AS(LogRules(wrong), Error);
}

TEST_CASE("Each kind has a name, and each name a kind") {
  for (int i = 0; i <= static_cast<int>(MarkerKind::Count); ++i) {
    const auto kind = static_cast<MarkerKind>(i);
    CHECK(read_marker_kind(to_string(kind)) == kind);
  }
  CHECK_FALSE(read_marker_kind("cache"));
  CHECK_FALSE(read_marker_kind(""));
}

/// What reading a `logs:` list says, after the patterns that were taken.
std::string read_rules(const std::string& text) {
  Diagnostics diagnostics;
  const auto file = std::make_shared<const SourceFile>("dagsim.yaml", text);
  const std::optional<yaml::Node> node = yaml::parse(file, diagnostics);
  std::string result;
  for (const LogRule& rule : read_log_rules(*node, file, diagnostics)) {
    result += std::string(to_string(rule.kind)) + " " + rule.pattern + " " + rule.name + "\n";
  }
  return result + render(diagnostics);
}

TEST_CASE("Log rules of dagsim.yaml are read") {
  CHECK(read_rules("- pattern: 'cache hit, (?P<key>\\S+)'\n  kind: cache-exact\n- {pattern: ^slow, kind: count, name: "
                   "slow}\n") == "cache-exact cache hit, (?P<key>\\S+) \ncount ^slow slow\n");
  CHECK(read_rules("") == "");
}

TEST_CASE("A pattern that RE2 refuses is shown with its place and what RE2 says, the other rules are taken") {
  CHECK(read_rules("- {pattern: 'a(', kind: count, name: a}\n- {pattern: b, kind: count, name: b}\n") ==
        "count b b\n"
        "dagsim.yaml:1:13: error: the pattern \"a(\" of a log rule is wrong: missing ): a( [bad-pattern]\n"
        " 1 | - {pattern: 'a(', kind: count, name: a}\n"
        "   |             ^~~~\n");
}

TEST_CASE("Other faults of log rules are named with what was expected") {
  CHECK(read_rules("- {pattern: a, kind: cache-mis}\n")
            .find("dagsim.yaml:1:22: error: unknown kind \"cache-mis\" of a log "
                  "rule, expected artifact-download, artifact-upload, ") == 0);
  CHECK(read_rules("- {pattern: a, kind: cache-mis}\n").find("note: did you mean \"cache-miss\"?") !=
        std::string::npos);
  CHECK(read_rules("- {pattern: a, kind: count}\n")
            .find("a log rule of kind \"count\" needs \"name\": what is counted [missing-key]") != std::string::npos);
  CHECK(read_rules("- {kind: error}\n").find("a log rule needs \"pattern\" [missing-key]") != std::string::npos);
  CHECK(read_rules("- {pattern: a, kind: error, nam: b}\n")
            .find("unknown key \"nam\" in a log rule, expected kind, name or pattern [unknown-key]") !=
        std::string::npos);
  CHECK(read_rules("- {pattern: '(?P<kee>a)', kind: error}\n")
            .find("unknown group \"kee\" in the pattern of a log rule, expected bytes, count, key or seconds") !=
        std::string::npos);
  CHECK(read_rules("- {pattern: 'a*', kind: error}\n").find("would match every line [bad-pattern]") !=
        std::string::npos);
  CHECK(read_rules("- a\n").find("expected a log rule (a mapping of pattern and kind), found the string 'a'") !=
        std::string::npos);
  CHECK(read_rules("{pattern: a}\n").find("\"logs\" must be a list of log rules, found a mapping") !=
        std::string::npos);
}

}  // namespace
}  // namespace dagsim::history
