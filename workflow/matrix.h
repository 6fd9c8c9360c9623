// The legs of a matrix, by the rules of GitHub's MatrixBuilder: cross product, exclude, include, display segments.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/diagnostic.h"
#include "base/yaml.h"
#include "expression/value.h"

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

/// GitHub's bound on the legs of one matrix.
inline constexpr size_t kMaxLegs = 256;

/// Where a matrix stands, for findings: its node (keys and items give places when it is a literal) and who owns it.
struct MatrixPlace {
  const yaml::Node* node = nullptr;
  std::shared_ptr<const SourceFile> file;
  std::string owner;  ///< `job "test"`
};

/// Expands an evaluated matrix. Errors are appended and give no legs.
/// - Vectors are all keys but include and exclude, the first the slowest; each must be a non-empty array.
/// - A combination is dropped when any exclude item matches; exclude runs before include.
/// - An include item is split into the part whose keys are vectors and the rest: where the part equals an original
/// combination the
///   rest is merged (later items win, originals never change); an item that fits none is a leg of its own.
/// - Items match by the coercing `==` on every leaf: nested objects partially, arrays by prefix.
/// - Segments are the non-empty primitive leaves before the merge; a leg of its own shows all of its leaves.
std::vector<Leg> expand_matrix(const expression::Value& matrix, const MatrixPlace& place, Diagnostics& diagnostics);

/// `job (a, b)`, cut to 97 characters and "..." beyond 100.
std::string display_name(const std::string& name, const std::vector<std::string>& segments);

/// The primitive leaves of a value below `path`, in order; depth is bounded by the readers of YAML and JSON.
void append_leaves(const expression::Value& value, const std::string& path, std::vector<Leaf>& leaves);

}  // namespace dagsim::workflow
