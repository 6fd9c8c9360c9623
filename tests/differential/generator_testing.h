// Makes expressions that nobody would write: every operator, function, coercion, index and filter, numbers and strings
// in all spellings, and texts that are no expressions any more.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/dice.h"

namespace dagsim {

struct Question {
  std::string expr;
  std::string contexts;  ///< JSON
};

class QuestionGenerator {
 public:
  explicit QuestionGenerator(uint64_t seed) : dice_(seed * 0x9E3779B97F4A7C15U + 1) {}

  Question next();

 private:
  std::string json(size_t depth);
  std::string json_object(size_t depth);
  std::string json_number();
  std::string relaxed(std::string text);
  std::string contexts();

  std::string expression(size_t depth);
  std::string primary(size_t depth);
  std::string literal();
  std::string number();
  std::string string();
  std::string quoted(std::string_view text) const;
  std::string access(size_t depth);
  std::string call(size_t depth);
  std::string arguments(size_t count, size_t depth);
  std::string format_string();
  std::pair<std::string, std::string> alike();
  std::string chain(size_t depth);
  std::string nest();
  std::string space();
  std::string mutated(std::string text);

  Dice dice_;
  std::vector<std::string> names_;
  std::vector<std::string> keys_;
};

}  // namespace dagsim
