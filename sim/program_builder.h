// Builds a Program piece by piece; asking for a piece that exists already gives the same index.
#pragma once

#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "sim/program.h"

namespace dagsim::sim {

class ProgramBuilder {
 public:
  explicit ProgramBuilder(uint64_t seed) : seed_(seed) {}

  /// `law` drawn with normals from the stream `stream`.
  uint32_t sample(const model::Law& law, const std::string& stream);
  uint32_t assumption(const model::Assumption& assumption);
  uint32_t mask(const std::vector<uint8_t>& runs);
  uint32_t time(Time time);
  uint32_t node(Node node);
  /// The stream of the points at which a job fails.
  uint32_t fraction(const std::string& stream);

  Program program;

 private:
  using LawKey = std::tuple<uint32_t, std::string, std::vector<float>, std::vector<float>, float, std::vector<float>>;

  uint32_t bit_stream(const std::string& name);
  uint32_t shift(const std::string& name);

  uint64_t seed_;
  std::map<std::string, uint32_t> streams_;
  std::map<std::string, uint32_t> shifts_;
  std::map<std::string, uint32_t> fractions_;
  std::map<LawKey, uint32_t> samples_;
  std::map<ProgramAssumption, uint32_t> assumptions_;
  std::map<std::string, uint32_t> masks_;
  std::map<Time, uint32_t> times_;
  std::map<Node, uint32_t> nodes_;
};

}  // namespace dagsim::sim
