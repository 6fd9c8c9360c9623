#include "sim/program_builder.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include <fmt/format.h>

#include "base/error.h"

namespace dagsim::sim {
namespace {

/// The index of `key`, which is `next` when it is new.
template <class Key>
std::pair<uint32_t, bool> intern(std::map<Key, uint32_t>& known, const Key& key, size_t next) {
  const auto [place, added] = known.emplace(key, static_cast<uint32_t>(next));
  return {place->second, added};
}

void check_law(const model::Law& law, size_t rows) {
  if (law.location.size() != rows || law.spread.size() != rows) {
    throw std::domain_error(
        fmt::format("law \"{}\" has {} locations and {} spreads, but must have one of each for {} rows", law.stream,
                    law.location.size(), law.spread.size(), rows));
  }
  for (const float location : law.location) {
    if (std::isnan(location) || location == INFINITY) {
      throw std::domain_error(
          fmt::format("law \"{}\" has the location {}, but it must be below infinity", law.stream, location));
    }
  }
  for (const float spread : law.spread) {
    check_not_negative("spread of law \"" + law.stream + "\"", static_cast<double>(spread));
  }
  for (const float shift : law.shifts) check_finite("shift of law \"" + law.stream + "\"", static_cast<double>(shift));
  check_not_negative("uncertainty of law \"" + law.stream + "\"", static_cast<double>(law.uncertainty));
}

}  // namespace

uint32_t ProgramBuilder::bit_stream(const std::string& name) {
  const auto [index, added] = intern(streams_, name, program.streams.size());
  if (added) {
    program.streams.push_back({stats::Stream(seed_, name), {}, name.empty()});
  }
  return index;
}

uint32_t ProgramBuilder::shift(const std::string& name) {
  const auto [index, added] = intern(shifts_, name, program.shifts.size());
  if (added) {
    program.shifts.push_back(name);
  }
  return index;
}

uint32_t ProgramBuilder::sample(const model::Law& law, const std::string& stream) {
  check_law(law, program.rows->size());
  // Without spread all streams give the same.
  const bool is_drawn = std::ranges::any_of(law.spread, [](float spread) { return spread != 0; });
  const uint32_t bits = bit_stream(is_drawn ? stream : "");
  const LawKey key{bits, law.stream, law.location, law.spread, law.uncertainty, law.shifts};
  const auto [index, added] = intern(samples_, key, program.samples.size());
  if (added) {
    program.samples.push_back({.law = &law, .shift = shift(law.stream + "/location")});
    program.streams[bits].samples.push_back(index);
  }
  return index;
}

uint32_t ProgramBuilder::assumption(const model::Assumption& assumption) {
  check_finite("low of assumption \"" + assumption.name + "\"", assumption.low);
  check_finite("high of assumption \"" + assumption.name + "\"", assumption.high);
  const ProgramAssumption key{assumption.name, assumption.low, assumption.high};
  const auto [index, added] = intern(assumptions_, key, program.assumptions.size());
  if (added) {
    program.assumptions.push_back(key);
  }
  return index;
}

uint32_t ProgramBuilder::mask(const std::vector<uint8_t>& runs) {
  if (runs.size() != program.rows->size()) {
    throw std::domain_error(
        fmt::format("runs has {} values, but must have one for each of {} rows", runs.size(), program.rows->size()));
  }
  if (std::all_of(runs.begin(), runs.end(), [](uint8_t value) { return value != 0; })) {
    return kNone;
  }
  const auto [index, added] = intern(masks_, std::string(runs.begin(), runs.end()), program.masks.size());
  if (added) {
    program.masks.push_back(runs);
  }
  return index;
}

uint32_t ProgramBuilder::time(Time time) {
  const auto [index, added] = intern(times_, time, program.times.size());
  if (added) {
    for (const ProgramTerm& term : time.terms) {
      Sample& sample = program.samples[term.sample];
      if (time.terms.size() == 1) {
        sample.times.push_back(index);
      } else {
        sample.is_summed = true;
      }
    }
    program.times.push_back(std::move(time));
  }
  return index;
}

uint32_t ProgramBuilder::node(Node node) {
  std::sort(node.needs.begin(), node.needs.end());
  node.needs.erase(std::unique(node.needs.begin(), node.needs.end()), node.needs.end());
  const auto [index, added] = intern(nodes_, node, program.nodes.size());
  if (added) {
    program.nodes.push_back(std::move(node));
  }
  return index;
}

uint32_t ProgramBuilder::fraction(const std::string& stream) {
  const auto [index, added] = intern(fractions_, stream, program.fractions.size());
  if (added) {
    program.fractions.emplace_back(seed_, stream);
  }
  return index;
}

}  // namespace dagsim::sim
