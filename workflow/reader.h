// Reads typed pieces out of a YAML tree whose shape the schema has already checked (schema_check.h): what has the wrong
// kind was reported there and is passed over here.
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

  /// The text of a scalar, typed ones as GitHub prints them (`1.10` is "1.1"), `${{ 'x' }}` as x; "" for a collection.
  Text text(const yaml::Node& node) const;
  Text key(const yaml::Entry& entry) const { return {entry.key, where(entry.key_range)}; }

  /// A null pointer is absent, as is a collection where a scalar should be.
  std::optional<Text> scalar(const yaml::Node* node) const;
  std::vector<Text> scalar_or_list(const yaml::Node* node) const;
  /// The scalar values of a mapping.
  Fields fields(const yaml::Node* node) const;

 private:
  std::shared_ptr<const SourceFile> file_;
  Diagnostics& diagnostics_;
};

/// Adds the note `did you mean "x"?` when a candidate is near; says whether it did.
bool suggest(Diagnostic& diagnostic, std::string_view word, std::span<const std::string> candidates);

/// The parts of a document, each in its own file. Each checks what no schema can say.
std::vector<Trigger> read_triggers(Reader& reader, const yaml::Node& on);
JobDocument read_job(Reader& reader, const yaml::Entry& entry);
std::vector<StepDocument> read_steps(Reader& reader, const yaml::Node& steps);
std::vector<Input> read_inputs(Reader& reader, const yaml::Node* node);
std::optional<yaml::Node> read_concurrency(Reader& reader, const yaml::Node* node);
std::optional<Permissions> read_permissions(const Reader& reader, const yaml::Node* node);
/// `defaults.run`
Fields read_defaults(const Reader& reader, const yaml::Node& owner);

/// Reports an id that may not name a job or step: `[A-Za-z_][A-Za-z0-9_-]*`, shorter than 100, not starting with `__`.
/// \param what "job", "step"
bool check_id(Reader& reader, const Text& id, std::string_view what);

}  // namespace dagsim::workflow
