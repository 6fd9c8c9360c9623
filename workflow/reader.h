// Reads typed pieces out of a YAML tree and reports what has the wrong type or an unknown name.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "base/yaml.h"
#include "workflow/document.h"

namespace dagsim::workflow {

class Reader {
 public:
  Reader(std::shared_ptr<const SourceFile> file, Diagnostics& diagnostics)
      : file_(std::move(file)), diagnostics_(diagnostics) {}

  const std::shared_ptr<const SourceFile>& file() const { return file_; }
  SourceRange where(Range range) const { return {file_, range}; }
  Diagnostic& error(std::string rule, std::string message, Range range);
  Diagnostic& warning(std::string rule, std::string message, Range range);

  /// The text of a scalar, typed ones as GitHub prints them (`1.10` is "1.1"); "" for a collection.
  Text text(const yaml::Node& node) const;
  Text key(const yaml::Entry& entry) const { return {entry.key, where(entry.key_range)}; }

  /// Each `what` names the thing in messages: `"name" of job "test"`. A null node is absent, no error.
  std::optional<Text> scalar(const yaml::Node* node, const std::string& what);
  std::vector<Text> scalar_or_list(const yaml::Node* node, const std::string& what);
  Fields fields(const yaml::Node* node, const std::string& what);
  bool boolean(const yaml::Node* node, const std::string& what);
  bool expect_mapping(const yaml::Node& node, const std::string& what);
  bool expect_sequence(const yaml::Node& node, const std::string& what);
  /// Reports every key that isn't among `keys`, with the nearest of them or the whole list.
  void check_keys(const yaml::Node& mapping, const std::string& what, std::span<const std::string_view> keys);

 private:
  std::shared_ptr<const SourceFile> file_;
  Diagnostics& diagnostics_;
};

/// Adds the note `did you mean "x"?` when a candidate is near; says whether it did.
bool suggest(Diagnostic& diagnostic, std::string_view word, std::span<const std::string> candidates);

/// The parts of a document, each in its own file.
std::vector<Trigger> read_triggers(Reader& reader, const yaml::Node& on, Range key);
JobDocument read_job(Reader& reader, const yaml::Entry& entry);
std::vector<StepDocument> read_steps(Reader& reader, const yaml::Node& steps, const std::string& owner);
std::vector<Input> read_inputs(Reader& reader, const yaml::Node* node, const std::string& owner);

/// Whether `id` may name a job or step: `[A-Za-z_][A-Za-z0-9_-]*`, shorter than 100, not starting with `__`.
bool is_valid_id(std::string_view id);

}  // namespace dagsim::workflow
