// Reads the fields of a positioned YAML mapping and says what is wrong with them.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/diagnostic.h"
#include "base/file_system.h"
#include "base/yaml.h"
#include "model/cache.h"

namespace dagsim::study {

/// A mapping with known keys. Reading a field of the wrong kind, or calling finish() with keys that nobody read, is a
/// finding.
class Fields {
 public:
  /// \param what names the mapping in messages: "a scenario", "an edit".
  Fields(std::shared_ptr<const SourceFile> file, const yaml::Node& node, std::string what, Diagnostics& diagnostics);

  /// The text of a scalar field, "" when absent.
  std::string text(std::string_view key);
  std::optional<double> number(std::string_view key);
  /// Seconds of a duration field.
  std::optional<double> duration(std::string_view key);
  bool flag(std::string_view key);
  /// One string or a list of them.
  std::vector<std::string> texts(std::string_view key);
  /// The field itself, or null.
  const yaml::Node* node(std::string_view key);
  /// Calls `each` with every entry of a mapping field.
  void for_each_entry(std::string_view key, const std::function<void(const yaml::Entry&)>& each);
  /// Key and scalar text of each entry of a mapping field.
  std::vector<std::pair<std::string, std::string>> pairs(std::string_view key);
  /// Family globs and cache states.
  std::vector<std::pair<std::string, model::CacheState>> cache_states(std::string_view key);
  /// Calls `each` with the value of every item of a list field.
  void for_each(std::string_view key, const std::function<void(const yaml::Node&)>& each);
  /// Reports the keys that no call has asked for, with the nearest known one.
  void finish();

  SourceRange where(const yaml::Node& node) const { return {file_, node.range}; }
  SourceRange where() const { return {file_, node_.range}; }
  void error(const yaml::Node& at, std::string rule, std::string message);

 private:
  std::shared_ptr<const SourceFile> file_;
  const yaml::Node& node_;
  std::string what_;
  Diagnostics& diagnostics_;
  std::vector<std::string> known_;
};

/// The cache state that a word names ("exact", "partial", "miss"; "hot" and "cold" for the ends).
std::optional<model::CacheState> read_cache_state(std::string_view word);

/// Opens and parses a YAML file whose top is a mapping with `dagsim: 1`; findings otherwise.
std::optional<yaml::Node> read_document(const FileSystem& files, const std::string& path, std::string_view what,
                                        std::shared_ptr<const SourceFile>& file, Diagnostics& diagnostics);

}  // namespace dagsim::study
