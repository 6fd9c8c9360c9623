#include "history/log_fold.h"
#include "tests/catch.h"
#include "tests/history/log_testing.h"

namespace dagsim::history {
namespace {

/// A step of actions/cache that asks for one key and one restore key, and what it goes on to say.
std::string cache_step(const std::string& lines) {
  return evidence_of(
      "10 ##[group]Run actions/cache@v4\n"
      "with:\n"
      "  path: ~/.cargo\n"
      "  key: Linux-cargo-0a1b2c3d\n"
      "  restore-keys: Linux-cargo-\n"
      "##[endgroup]\n" +
      lines);
}

TEST_CASE("actions/cache: a restored key that is the asked one is an exact hit") {
  CHECK(cache_step("11 Cache hit for: Linux-cargo-0a1b2c3d\n"
                   "12 Received 4466161 of 4466161 (100.0%), 21.1 MBs/sec\n"
                   "Cache Size: ~4 MB (4466161 B)\n"
                   "[command]/usr/bin/tar -xf /__w/_temp/x/cache.tzst -P -C /__w/a/a\n"
                   "13.5 Cache restored successfully\n"
                   "Cache restored from key: Linux-cargo-0a1b2c3d\n") ==
        "restore Linux-cargo exact asked=Linux-cargo-0a1b2c3d restored=Linux-cargo-0a1b2c3d 3.5s 4466161B\n");
}

TEST_CASE("actions/cache: keys that differ in case only are the same key") {
  CHECK(cache_step("12 Cache restored from key: linux-CARGO-0A1B2C3D\n") ==
        "restore Linux-cargo exact asked=Linux-cargo-0a1b2c3d restored=linux-CARGO-0A1B2C3D 2.0s\n");
}

TEST_CASE("actions/cache: until July 2025 a partial hit named the asked key, the restored key decides") {
  CHECK(cache_step("11 Cache hit for: Linux-cargo-0a1b2c3d\n"
                   "Cache Size: ~4 MB (4466161 B)\n"
                   "Cache restored successfully\n"
                   "12 Cache restored from key: Linux-cargo-99999999\n") ==
        "restore Linux-cargo partial asked=Linux-cargo-0a1b2c3d restored=Linux-cargo-99999999 2.0s 4466161B\n");
}

TEST_CASE("actions/cache: a hit for a restore key is partial, and the deciding line belongs to it") {
  CHECK(cache_step("11 Cache hit for restore-key: Linux-cargo-99999999\n"
                   "Cache Size: ~4 MB (4466161 B)\n"
                   "12 Cache restored from key: Linux-cargo-99999999\n") ==
        "restore Linux-cargo partial asked=Linux-cargo-0a1b2c3d restored=Linux-cargo-99999999 2.0s 4466161B\n");
}

TEST_CASE("actions/cache: a hit without a deciding line is exact, but not for certain") {
  CHECK(cache_step("11 Cache hit for: Linux-cargo-0a1b2c3d\n") ==
        "restore Linux-cargo exact? asked=Linux-cargo-0a1b2c3d restored=Linux-cargo-0a1b2c3d 1.0s\n");
  CHECK(cache_step("11 Cache hit for: Linux-cargo-99999999\n") ==
        "restore Linux-cargo partial asked=Linux-cargo-0a1b2c3d restored=Linux-cargo-99999999 1.0s\n");
}

TEST_CASE("actions/cache: a cache that isn't found is a miss, with the first of the keys that were asked for") {
  CHECK(cache_step("12 Cache not found for input keys: Linux-cargo-0a1b2c3d, Linux-cargo-\n") ==
        "restore Linux-cargo miss asked=Linux-cargo-0a1b2c3d restored= 2.0s\n");
  CHECK(evidence_of("Cache not found for input keys: Linux-npm-0a1b2c3d, Linux-npm-\n") ==
        "restore Linux-npm miss asked=Linux-npm-0a1b2c3d restored= 0.0s\n");
  CHECK(cache_step("##[error]Failed to restore cache entry. Exiting as fail-on-cache-miss is set. Input key: k\n") ==
        "restore Linux-cargo miss asked=Linux-cargo-0a1b2c3d restored= 0.0s\n");
}

TEST_CASE("actions/cache: an entry that is only looked up counts as it was found") {
  CHECK(cache_step("11 Cache hit for: Linux-cargo-99999999\nCache found and can be restored from key: "
                   "Linux-cargo-99999999\n") ==
        "restore Linux-cargo partial asked=Linux-cargo-0a1b2c3d restored=Linux-cargo-99999999 1.0s\n");
}

TEST_CASE("actions/cache: several restores of a job keep their order and their own keys") {
  CHECK(
      evidence_of("10 ##[group]Run actions/cache/restore@v4\nwith:\n  key: a-1\n##[endgroup]\n"
                  "11 Cache restored from key: a-1\n"
                  "20 ##[group]Run actions/cache/restore@0057852bfaa89a56745cba8c7296529d2fc39830\nwith:\n  key: b-1\n"
                  "  restore-keys: b-\nb\n##[endgroup]\n"
                  "21 Cache restored from key: b-0\n"
                  "30 ##[group]Run actions/cache@v4\nwith:\n  key: c-1\n##[endgroup]\n"
                  "31 Cache not found for input keys: c-1\n") ==
      "restore a-1 exact asked=a-1 restored=a-1 1.0s\n"
      "restore b-1 partial asked=b-1 restored=b-0 1.0s\n"
      "restore c-1 miss asked=c-1 restored= 1.0s\n");
}

TEST_CASE("actions/cache: several restore keys are read from the lines that follow the first") {
  const JobLog log =
      scan_log(github_log("##[group]Run actions/cache@v4\nwith:\n  path: a\nb\n  key: k-1\n  restore-keys: k-\nl-\n"
                          "  fail-on-cache-miss: false\nenv:\n  key: no\n##[endgroup]\n"));
  CHECK(log.steps.back().cache_key == "k-1");
  CHECK(log.steps.back().restore_keys == std::vector<std::string>{"k-", "l-"});
}

TEST_CASE("actions/cache: what was saved, kept, or lost to another job is told") {
  CHECK(evidence_of("50 Post job cleanup.\n"
                    "51 [command]/usr/bin/tar --posix -cf cache.tzst\n"
                    "52 Sent 4466161 of 4466161 (100.0%), 30.2 MBs/sec\n"
                    "53 Cache saved successfully\n"
                    "Cache saved with key: Linux-cargo-0a1b2c3d\n") ==
        "save Linux-cargo saved key=Linux-cargo-0a1b2c3d 3.0s 4466161B\n");
  CHECK(evidence_of("Post job cleanup.\n"
                    "1 Cache hit occurred on the primary key Linux-cargo-0a1b2c3d, not saving cache.\n") ==
        "save Linux-cargo kept key=Linux-cargo-0a1b2c3d 1.0s\n");
  CHECK(
      evidence_of("Post job cleanup.\n"
                  "1 ##[warning]Failed to save: Unable to reserve cache with key Linux-cargo-0a1b2c3d, another job may "
                  "be creating this cache. More details: Cache already exists.\n") ==
      "save Linux-cargo failed key=Linux-cargo-0a1b2c3d 1.0s\n");
  CHECK(evidence_of("Post job cleanup.\n"
                    "Unable to reserve cache with key k-1, another job may be creating this cache.\n") ==
        "save k-1 failed key=k-1 0.0s\n");
  CHECK(evidence_of("Post job cleanup.\nFailed to save: no space left on device\n") == "save  failed key= 0.0s\n");
}

TEST_CASE("rust-cache says itself whether the key matched in full") {
  const std::string start =
      "10 ##[group]Run Swatinem/rust-cache@v2\nwith:\n  shared-key: ci\n  key: mine\n##[endgroup]\n"
      "##[group]Cache Configuration\n"
      "Restore Key:\n"
      "    v0-rust-ci-Linux-x64-0a1b2c3d\n"
      "Cache Key:\n"
      "    v0-rust-ci-Linux-x64-0a1b2c3d-4e5f6a7b\n"
      "##[endgroup]\n"
      "... Restoring cache ...\n";
  CHECK(evidence_of(start +
                    "14 Restored from cache key \"v0-rust-ci-Linux-x64-0a1b2c3d-4e5f6a7b\" full match: true.\n") ==
        "restore v0-rust-ci-Linux-x64 exact asked=v0-rust-ci-Linux-x64-0a1b2c3d-4e5f6a7b "
        "restored=v0-rust-ci-Linux-x64-0a1b2c3d-4e5f6a7b 4.0s\n");
  CHECK(evidence_of(start +
                    "11 Cache hit for: v0-rust-ci-Linux-x64-0a1b2c3d-4e5f6a7b\n"
                    "Cache Size: ~1 MB (1048576 B)\n"
                    "12 Restored from cache key \"v0-rust-ci-Linux-x64-0a1b2c3d-00000000\" full match: false.\n") ==
        "restore v0-rust-ci-Linux-x64 partial asked=v0-rust-ci-Linux-x64-0a1b2c3d-4e5f6a7b "
        "restored=v0-rust-ci-Linux-x64-0a1b2c3d-00000000 2.0s 1048576B\n");
  CHECK(evidence_of(start +
                    "13 Restored from cache key \"v0-rust-ci-Linux-x64-0a1b2c3d-00000000\" full match: false.\n") ==
        "restore v0-rust-ci-Linux-x64 partial asked=v0-rust-ci-Linux-x64-0a1b2c3d-4e5f6a7b "
        "restored=v0-rust-ci-Linux-x64-0a1b2c3d-00000000 3.0s\n");
  CHECK(evidence_of(start + "11 No cache found.\n") ==
        "restore v0-rust-ci-Linux-x64 miss asked=v0-rust-ci-Linux-x64-0a1b2c3d-4e5f6a7b restored= 1.0s\n");
}

TEST_CASE("rust-cache shows its key again when it cleans up, so a save without a key has one") {
  const std::string start = "60 Post job cleanup.\nCache Key:\n    v0-rust-ci-Linux-x64-0a1b2c3d-4e5f6a7b\n";
  CHECK(evidence_of(start + "61 Cache up-to-date.\n") ==
        "save v0-rust-ci-Linux-x64 kept key=v0-rust-ci-Linux-x64-0a1b2c3d-4e5f6a7b 1.0s\n");
  CHECK(evidence_of(start +
                    "61 ... Cleaning workspace target ...\n62 ... Saving cache ...\n70 Cache Size: ~1 MB (1048576 B)\n"
                    "71 Cache saved successfully\n") ==
        "save v0-rust-ci-Linux-x64 saved key=v0-rust-ci-Linux-x64-0a1b2c3d-4e5f6a7b 11.0s 1048576B\n");
}

TEST_CASE("Set-up actions tell the key that they had asked for only when they clean up") {
  const std::string start =
      "##[group]Run actions/setup-python@v5\nwith:\n  cache: pip\n##[endgroup]\n"
      "1 Cache restored from key: setup-python-Linux-x64-24.04-Ubuntu-python-3.12.3-pip-0a1b2c3d\n";
  CHECK(evidence_of(start) ==
        "restore setup-python-Linux-x64-24.04-Ubuntu-python-3.12.3-pip exact? asked= "
        "restored=setup-python-Linux-x64-24.04-Ubuntu-python-3.12.3-pip-0a1b2c3d 1.0s\n");
  CHECK(evidence_of(start + "9 Post job cleanup.\nCache hit occurred on the primary key "
                            "setup-python-Linux-x64-24.04-Ubuntu-python-3.12.3-pip-0a1b2c3d, not saving cache.\n") ==
        "restore setup-python-Linux-x64-24.04-Ubuntu-python-3.12.3-pip exact "
        "asked=setup-python-Linux-x64-24.04-Ubuntu-python-3.12.3-pip-0a1b2c3d "
        "restored=setup-python-Linux-x64-24.04-Ubuntu-python-3.12.3-pip-0a1b2c3d 1.0s\n"
        "save setup-python-Linux-x64-24.04-Ubuntu-python-3.12.3-pip kept "
        "key=setup-python-Linux-x64-24.04-Ubuntu-python-3.12.3-pip-0a1b2c3d 0.0s\n");
  CHECK(evidence_of(start + "9 Post job cleanup.\nCache saved with the key: "
                            "setup-python-Linux-x64-24.04-Ubuntu-python-3.12.3-pip-ffffff00\n") ==
        "restore setup-python-Linux-x64-24.04-Ubuntu-python-3.12.3-pip partial "
        "asked=setup-python-Linux-x64-24.04-Ubuntu-python-3.12.3-pip-ffffff00 "
        "restored=setup-python-Linux-x64-24.04-Ubuntu-python-3.12.3-pip-0a1b2c3d 1.0s\n"
        "save setup-python-Linux-x64-24.04-Ubuntu-python-3.12.3-pip saved "
        "key=setup-python-Linux-x64-24.04-Ubuntu-python-3.12.3-pip-ffffff00 0.0s\n");
}

TEST_CASE("Set-up actions for Node, Java, Python and Go have their own words for a miss") {
  for (const std::string line : {"npm cache is not found", "gradle cache is not found", "pip cache is not found",
                                 "Cache is not found", "No GitHub Actions cache found for key: k"}) {
    CAPTURE(line);
    CHECK(evidence_of("##[group]Run actions/setup-x@v4\nwith:\n  cache: x\n##[endgroup]\n1 " + line + "\n")
              .find(" miss ") != std::string::npos);
  }
}

TEST_CASE("Image builds: the layer cache is exact, partial or a miss by how many instructions were found") {
  const std::string start =
      "##[group]Run docker/build-push-action@v6\nwith:\n  cache-from: type=gha\n##[endgroup]\n"
      "#1 [internal] load build definition from Dockerfile\n"
      "3 #5 importing cache manifest from gha:1234567890\n"
      "#5 DONE 0.4s\n"
      "#6 [1/3] FROM docker.io/library/rust:1\n"
      "#6 CACHED\n"
      "#7 [build 2/3] RUN cargo build\n";
  const std::string partial = start + "#7 CACHED\n#8 [build 3/3] COPY . .\n#8 DONE 0.1s\n#8 [build 3/3] COPY . .\n";
  CHECK(evidence_of(partial) ==
        "restore gha:1234567890 partial asked=gha:1234567890 restored=gha:1234567890 3.0s\n"
        "counts layers=2 layers-cached=1\n");
  CHECK(evidence_of(partial + "#8 CACHED\n#9 exporting to GitHub Actions Cache\n") ==
        "restore gha:1234567890 exact asked=gha:1234567890 restored=gha:1234567890 3.0s\n"
        "counts layers=2 layers-cached=2\n");
  CHECK(evidence_of(start) ==
        "restore gha:1234567890 miss asked=gha:1234567890 restored= 3.0s\n"
        "counts layers=1\n");
  CHECK(evidence_of("#5 importing cache manifest from ghcr.io/o/r:cache\n#5 ERROR: ghcr.io/o/r:cache: not found\n"
                    "#7 [2/2] RUN a\n#7 CACHED\n") ==
        "restore ghcr.io/o/r:cache miss asked=ghcr.io/o/r:cache restored= 0.0s\n"
        "counts layers=1 layers-cached=1\n");
}

TEST_CASE("A key's family is what doesn't change from commit to commit") {
  CHECK(cache_family("Linux-cargo-0a1b2c3d") == "Linux-cargo");
  CHECK(cache_family("v0-rust-ci-Linux-x64-0a1b2c3d-4e5f6a7b") == "v0-rust-ci-Linux-x64");
  CHECK(cache_family("node-cache-Linux-x64-npm-e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855") ==
        "node-cache-Linux-x64-npm");
  CHECK(cache_family("deps-v2") == "deps-v2");
  CHECK(cache_family("Linux-cargo-") == "Linux-cargo");
  CHECK(cache_family("feedface") == "feedface");
  CHECK(cache_family("a-deadbeef") == "a-deadbeef");
  CHECK(cache_family("") == "");
}

}  // namespace
}  // namespace dagsim::history
