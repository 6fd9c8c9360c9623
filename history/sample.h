// Which runs of a repository were asked for, and whether all of them came: a truncated sample is never used silently.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "base/file_system.h"

namespace dagsim::history {

struct Sample {
  std::string repository;    ///< "OWNER/REPO"
  std::string workflow;      ///< its file, "ci.yml"; "" for all workflows
  double since = 0;          ///< Unix seconds: runs that were created from here on
  double next = 0;           ///< Unix seconds from which the next fetch has to look; 0 before the first has ended
  uint64_t missing = 0;      ///< runs and jobs that GitHub counted, but didn't list
  bool is_complete = false;  ///< all that GitHub has came
};

/// The file in a folder of answers that says what was fetched into it: a JSON object a line.
constexpr const char* kSampleFile = "fetch.state";

/// \param path of the text, for the message. \throws Error when it is no such file
std::vector<Sample> read_samples(std::string_view text, const std::string& path);
std::string write_samples(std::span<const Sample> samples);

/// The samples of a folder; none if nothing was fetched into it. \throws Error
std::vector<Sample> samples_in(const FileSystem& files, const std::string& folder);

/// A warning for each sample that is not complete. \param source the folder or database, for the message
void warn_of_truncated(std::span<const Sample> samples, const std::string& source, Diagnostics& diagnostics);

/// The command line that completes a sample.
std::string command_to_complete(const Sample& sample);

/// `time` in Unix seconds as "2026-01-31T23:59:59Z".
std::string utc_text(double time);

}  // namespace dagsim::history
