// A YAML document as a flat list of positioned events: what libyaml reports, with its gaps filled and its excesses
// stopped.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/diagnostic.h"
#include "base/source.h"
#include "base/yaml.h"

namespace dagsim::yaml {

enum class EventKind { Scalar, Alias, SequenceStart, MappingStart, End };

struct Event {
  EventKind kind = EventKind::Scalar;
  Range range;         ///< as in Node; of an alias its `*name`; unset for End
  std::string text;    ///< Scalar: its value
  std::string tag;     ///< as written and resolved; "" if none is written
  bool plain = false;  ///< Scalar
  size_t first = 0;    ///< Alias: the events [first, last) of its anchor stand for it; all lie before it
  size_t last = 0;
  size_t children = 0;  ///< of a sequence or mapping: its nodes, keys included
};

/// The events of the first document; empty for a file without one. Nothing if it can't be read or breaks a bound: why
/// is then in `diagnostics`. With every alias replaced by its anchor's events the document keeps within `limits`.
std::optional<std::vector<Event>> read_events(const std::shared_ptr<const SourceFile>& file, Diagnostics& diagnostics,
                                              const Limits& limits);

}  // namespace dagsim::yaml
