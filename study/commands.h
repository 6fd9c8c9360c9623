// What the commands of a job check, and which commands check all that others do.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "model/pipeline.h"

namespace dagsim::study {

/// What cargo is told to compile.
struct CargoScope {
  std::string toolchain;
  std::string action;  ///< "check", "clippy", "nextest run"
  bool workspace = false;
  bool all_targets = false;
  bool all_features = false;
  bool no_default_features = false;
  std::set<std::string> packages;
  std::set<std::string> targets;  ///< "lib", "bins", "test:docker_e2e", …
  std::set<std::string> features;
  std::vector<std::string> others;  ///< what must be the same: profile, triple, manifest
};

/// One command that can fail because of a change, or an action that can.
struct Duty {
  std::string text;                 ///< as it is run, white space made single
  std::optional<CargoScope> cargo;  ///< nothing where only the same text checks the same
  bool always = true;               ///< no condition stands before it
};

/// The commands of a script, without what only prepares (changes of folder, installs, downloads, output): words are
/// told apart as a shell does, variables stay as they are written.
std::vector<Duty> duties_of_script(std::string_view script);

/// What a job checks, in order. Actions that only prepare (check-outs, set-up, caches, artifacts) are left out.
std::vector<Duty> duties_of(const model::Job& job);

/// Whether whatever makes `other` fail makes `duty` fail too: the same command; or cargo on the same toolchain,
/// features and profile, for these packages and targets at least, compiling what `other` only checks (clippy, build,
/// test and nextest check all that check does, clippy no more than clippy); or `go test` where `go build` stands.
bool covers(const Duty& duty, const Duty& other);

/// Whether two jobs run on machines of the same system and architecture, by their labels.
bool same_machine(const model::Job& job, const model::Job& other);

/// A job all of whose duties another job has too, unconditionally.
struct Cover {
  model::JobId job;
  model::JobId by;
  std::string what;  ///< `cargo clippy …` does what `cargo check …` does
};

/// All of them, between jobs on machines of the same kind, the other running whenever the job does. A job without
/// duties is covered by none. Presence must be resolved.
std::vector<Cover> find_covers(const model::Pipeline& pipeline);

}  // namespace dagsim::study
