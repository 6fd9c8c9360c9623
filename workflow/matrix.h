// The legs of a matrix, by the rules of GitHub's MatrixBuilder: cross product, exclude, include, display segments.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/diagnostic.h"
#include "base/yaml.h"
#include "expression/value.h"
#include "workflow/limits.h"

namespace dagsim::workflow {

/// A matrix leaf by its dotted path ("lane.name", "versions.0") and its text.
struct Leaf {
  std::string path;
  std::string value;
  bool extra = false;  ///< came from `include`, not from a vector
};

struct Leg {
  expression::Object values;          ///< the `matrix` context
  std::vector<Leaf> leaves;           ///< of `values`, vectors first
  std::vector<std::string> segments;  ///< what the display name shows in brackets
};

/// Where a matrix stands, for findings: its node (keys and items give places when it is a literal) and who owns it.
struct MatrixPlace {
  const yaml::Node* node = nullptr;
  std::shared_ptr<const SourceFile> file;
  std::string owner;  ///< `job "test"`
};

/// Expands an evaluated matrix. Errors are appended and give no legs. Where exclude leaves nothing and no include adds
/// a leg, the job counts as one without values; GitHub's documentation is silent on that, so a warning says it.
/// - Vectors are all keys but `include` and `exclude` (in this spelling), the first the slowest; each must be a
///   non-empty array.
/// - A combination is dropped when any exclude item matches; exclude runs before include.
/// - An include item is split into the part whose keys are vectors and the rest. Where the part matches an original
///   combination the rest is merged: later items win, originals never change. An item that matches none is a leg of its
///   own, the part first, to which no other item adds anything.
/// - Segments are the non-empty primitive leaves before the merge; a leg of its own shows all of its leaves.
/// Time and memory are bounded by `limits`; beyond them the matrix is an error.
std::vector<Leg> expand_matrix(const expression::Value& matrix, const MatrixPlace& place, const Limits& limits,
                               Diagnostics& diagnostics);

/// Says whether filters (items of exclude, the vector part of items of include) match combinations, and counts what
/// that costs.
class Matcher {
 public:
  /// \param budget how many leaves may be compared, long texts counting more
  explicit Matcher(size_t budget) : budget_(budget) {}

  /// Whether `matrix['key'][…] == leaf` holds for every leaf of the filter, `==` being the coercing one: nested objects
  /// match partially, arrays by prefix, and an empty object or array constrains nothing. False once exhausted.
  bool matches(const expression::Object& filter, const expression::Object& combination);
  /// Takes other work off the budget; false when there is not enough left.
  bool spend(size_t cost);
  /// Whether the budget was too small; then the answers mean nothing.
  bool exhausted() const { return exhausted_; }

 private:
  bool matches(const expression::Value& filter, const expression::Value* value, size_t depth);

  size_t budget_;
  bool exhausted_ = false;
};

/// The primitive leaves of a value below `path`, in order; depth is bounded by the readers of YAML and JSON.
void append_leaves(const expression::Value& value, const std::string& path, std::vector<Leaf>& leaves);

/// `job (a, b)`, cut to 97 characters and "..." beyond 100. Characters are counted in UTF-16, as GitHub counts them.
std::string display_name(const std::string& name, const std::vector<std::string>& segments);

/// The ids by which GitHub tells the legs of a job apart in its own records: the segments joined by "_", all but
/// letters, digits, "-" and "_" replaced by "_", cut to 25 characters and made unique by "_2", "_3", … ignoring case.
std::vector<std::string> configuration_ids(const std::vector<Leg>& legs);

}  // namespace dagsim::workflow
