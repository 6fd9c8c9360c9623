#include <algorithm>

#include <fmt/format.h>

#include "history/archive.h"
#include "history/log_origin.h"
#include "history/log_text.h"
#include "tests/catch.h"
#include "tests/dice.h"
#include "tests/history/archive_testing.h"
#include "tests/history/log_testing.h"

namespace dagsim::history {
namespace {

const std::string kPieces[] = {"2025-09-04T12:00:00.1234567Z ",
                               "2025-09-04T12:00:0",
                               "9999-99-99T99:99:99.9Z ",
                               "\n",
                               "\r\n",
                               "\xEF\xBB\xBF",
                               "\x1b[36;1m",
                               "\x1b[",
                               "\x1b",
                               "##[group]Run ",
                               "##[group]Run actions/cache@v4\n",
                               "##[endgroup]\n",
                               "with:\n",
                               "  key: ",
                               "  restore-keys: ",
                               "env:\n",
                               "Cache hit for: ",
                               "Cache hit for restore-key: ",
                               "Cache restored from key: ",
                               "Cache not found for input keys: ",
                               "Restored from cache key \"",
                               "\" full match: ",
                               "Cache Key:\n",
                               "Cache Size: ~4 MB (99999999999999999999 B)\n",
                               "Cache saved successfully\n",
                               "Post job cleanup.\n",
                               "   Compiling a v1.0.0",
                               "Downloaded 18446744073709551616 crates (1e99 GB) in 9h",
                               "Updating crates.io index\n",
                               "#7 CACHED\n",
                               "#7 [2/3] RUN ",
                               "#7 importing cache manifest from ",
                               "#7 ERROR: ",
                               "Current runner version: '2'\n",
                               "Cleaning up orphan processes\n",
                               std::string(1, '\0'),
                               "\xff\xfe",
                               "x"};

std::string random_log(Dice& dice) {
  std::string text;
  for (size_t i = dice.roll(60); i > 0; --i) text += dice.pick(kPieces);
  return text;
}

std::string mutated(std::string bytes, Dice& dice) {
  for (size_t i = 1 + dice.roll(4); i > 0 && !bytes.empty(); --i) {
    const size_t at = dice.roll(bytes.size());
    switch (dice.roll(4)) {
      case 0:
        bytes[at] = static_cast<char>(dice.roll(256));
        break;
      case 1:
        bytes.erase(at, 1 + dice.roll(8));
        break;
      case 2:
        bytes.insert(at, bytes.substr(dice.roll(bytes.size()), dice.roll(16)));
        break;
      default:
        bytes.resize(at);
    }
  }
  return bytes;
}

const LogLimits kSmall{.line_bytes = 60, .markers = 20, .steps = 6};

std::string scanned(const std::string& text, Dice& dice) {
  LogScanner scanner{LogRules(), kSmall};
  for (size_t at = 0; at < text.size();) {
    const size_t length = 1 + dice.roll(40);
    scanner.feed(std::string_view(text).substr(at, length));
    at += length;
  }
  return describe(scanner.finish());
}

TEST_CASE("Any text is a log: the result is the same however it is cut, and bounded") {
  Dice dice;
  const LogRules rules;
  for (int round = 0; round < 3'000; ++round) {
    const std::string text = mutated(random_log(dice), dice);
    CAPTURE(text);
    const JobLog log = scan_log(text, rules, kSmall);
    const LogEvidence evidence = fold(log);
    REQUIRE(log.bytes == text.size());
    REQUIRE(log.markers.size() <= kSmall.markers);
    REQUIRE(log.steps.size() <= kSmall.steps);
    REQUIRE(evidence.counts.size() == log.steps.size());
    REQUIRE(evidence.restores.size() <= log.markers.size());
    REQUIRE(std::ranges::all_of(log.markers, [&](const Marker& marker) { return marker.step < log.steps.size(); }));
    REQUIRE(std::ranges::all_of(
        log.steps, [](const LogStep& step) { return !step.end || (step.start && *step.start <= *step.end); }));
    REQUIRE(describe(log) == scanned(text, dice));
  }
}

TEST_CASE("Any text may stand behind the names of jobs and steps") {
  Dice dice;
  const LogRules rules;
  const std::string names[] = {"a\tb\t", "a\tc\t", "b\tUNKNOWN STEP\t", "\t\t", "a\t", ""};
  for (int round = 0; round < 1'000; ++round) {
    std::string text;
    for (size_t i = dice.roll(30); i > 0; --i)
      text += dice.pick(names) + dice.pick(kPieces) + (dice.one_in(3) ? "" : "\n");
    CAPTURE(text);
    LogReader whole(rules, kSmall);
    whole.feed(text);
    LogReader pieces(rules, kSmall);
    for (const char c : text) pieces.feed({&c, 1});
    const std::vector<NamedLog> expected = whole.finish();
    const std::vector<NamedLog> found = pieces.finish();
    REQUIRE(found.size() == expected.size());
    for (size_t i = 0; i < found.size(); ++i) {
      REQUIRE(found[i].job == expected[i].job);
      REQUIRE(describe(found[i].log) == describe(expected[i].log));
    }
  }
}

TEST_CASE("Any bytes are taken as a zip or refused") {
  Dice dice;
  const LogRules rules;
  std::string first = github_log("0 Current runner version: '2'\n1 Cache up-to-date.\n");
  for (int i = 0; i < 6; ++i) first += first;
  const std::string zip = make_zip({{"0_a.txt", first}, {"a/1_Set up job.txt", first}, {"1_b.txt", "x"}, {"b/", ""}});
  size_t opened = 0;
  for (int round = 0; round < 3'000; ++round) {
    const std::string bytes = mutated(zip, dice);
    Diagnostics diagnostics;
    std::optional<Archive> archive = Archive::open(bytes, "z", {}, diagnostics);
    REQUIRE(archive.has_value() != diagnostics.has_errors());
    if (!archive) continue;
    ++opened;
    for (const ArchivedJob& job : archive->jobs()) {
      const std::optional<JobLog> log = scan_job(*archive, job, rules, kSmall);
      if (log) fold(*log);
    }
    report_excluded(*archive, "z", diagnostics);
  }
  CHECK(opened > 100);
  CHECK(opened < 3'000);
}

TEST_CASE("Any path and any name are taken") {
  Dice dice;
  const std::string pieces[] = {"logs_", "12", "-", "/", ".zip", ".txt", ".gz", "_", ":", " ", "99999999999999999999",
                                "a",     "."};
  for (int round = 0; round < 3'000; ++round) {
    std::string path;
    for (size_t i = dice.roll(8); i > 0; --i) path += dice.pick(pieces);
    CAPTURE(path);
    REQUIRE(log_origin(path).attempt <= 1'000);
    const std::vector<std::string> candidates = {"a", path + "a", "12 / a"};
    const JobMatch match = match_archived_job(path, candidates);
    REQUIRE(match.index.has_value() == match.why_not.empty());
  }
}

}  // namespace
}  // namespace dagsim::history
