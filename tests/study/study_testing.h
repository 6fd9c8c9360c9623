// Helpers of the study's tests: repositories in memory, and the case study with a changed ledger.
#pragma once

#include <string>

#include "base/file_system.h"
#include "study/study.h"

namespace dagsim::study {

/// "a" needs nothing, "b" needs "a", "gate" needs both; a ledger with three green runs; a scenario that removes b.
/// Under /repo.
MemoryFileSystem small_repository();

/// Path of a file or folder under scenarios/.
std::string scenario_path(const std::string& name);

/// The disk with one file replaced.
class PatchedFileSystem final : public FileSystem {
 public:
  PatchedFileSystem(std::string path, std::string content) : path_(std::move(path)), content_(std::move(content)) {}
  std::string read(const std::string& path) const override { return path == path_ ? content_ : disk_.read(path); }
  bool is_file(const std::string& path) const override { return disk_.is_file(path); }
  bool is_directory(const std::string& path) const override { return disk_.is_directory(path); }
  std::vector<std::string> list(const std::string& path) const override { return disk_.list(path); }

 private:
  std::string path_;
  std::string content_;
  DiskFileSystem disk_;
};

/// Reads the scenario and predicts; on failure the prediction is empty and `messages` tells why.
struct Outcomes {
  std::optional<Prediction> prediction;
  std::string messages;
};
Outcomes predict(const FileSystem& files, const std::string& scenario, Options options = {});

}  // namespace dagsim::study
