// The fields of one operation of an edit, read one by one; faults become findings.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "base/yaml.h"
#include "model/edit.h"

namespace dagsim::model {

/// A field that is absent gives an empty value; a required one that is absent, or one of the wrong kind, is a finding.
class Fields {
 public:
  enum class Presence { Optional, Required };

  /// `operation` is the entry "name: fields" of an edit's list.
  Fields(std::shared_ptr<const SourceFile> file, const yaml::Entry& operation, Diagnostics& diagnostics);

  /// Reports fields that are none of `known`. With a `main` field the fields may be given as its bare value.
  void expect(std::vector<std::string> known, std::string_view main = "");

  bool has(std::string_view name) const { return find(name) != nullptr; }
  std::string text(std::string_view name, Presence presence = Presence::Required);
  /// A scalar or a sequence of scalars.
  std::vector<std::string> list(std::string_view name, Presence presence = Presence::Optional);
  std::optional<double> number(std::string_view name, Presence presence = Presence::Optional);
  /// "2m16s" or "2m..3m".
  std::optional<AssumedDuration> duration(std::string_view name, Presence presence = Presence::Optional);
  /// "1.2" or "1.1..1.3", positive.
  std::optional<AssumedDuration> factor(std::string_view name);
  /// A mapping from names to lists.
  std::vector<Bucket> buckets(std::string_view name);

  SourceRange at(Range range) const { return {file_, range}; }
  const std::string& operation() const { return operation_.key; }
  /// A finding about the operation as a whole.
  void report(std::string rule, std::string message);
  bool ok() const { return ok_; }

 private:
  const yaml::Node* find(std::string_view name) const;
  const yaml::Node* get(std::string_view name, Presence presence);
  void report_kind(std::string_view name, const yaml::Node& node, std::string_view expected);
  std::optional<AssumedDuration> range(std::string_view name, const yaml::Node& node,
                                       std::optional<double> (*parse)(std::string_view), std::string_view expected);

  std::shared_ptr<const SourceFile> file_;
  const yaml::Entry& operation_;
  Diagnostics& diagnostics_;
  std::string main_;
  bool ok_ = true;
};

}  // namespace dagsim::model
