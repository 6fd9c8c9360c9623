#include "base/error.h"

#include <cmath>
#include <cstdio>
#include <cstdlib>

#include <fmt/format.h>

namespace dagsim {

namespace {

[[noreturn]] void contract_broken(std::string_view name, double value, std::string_view must_be) {
  throw std::domain_error(fmt::format("{} is {}, but must be {}", name, value, must_be));
}

}  // namespace

void check_finite(std::string_view name, double value) {
  if (!std::isfinite(value)) contract_broken(name, value, "finite");
}

void check_positive(std::string_view name, double value) {
  if (!std::isfinite(value) || value <= 0) contract_broken(name, value, "positive and finite");
}

void check_not_negative(std::string_view name, double value) {
  if (!std::isfinite(value) || value < 0) contract_broken(name, value, "zero or positive, and finite");
}

void check_probability(std::string_view name, double value) {
  if (!(value >= 0 && value <= 1)) contract_broken(name, value, "a probability between 0 and 1");
}

void assertion_failed(const char* condition, const char* why, const char* file, int line) {
  std::fprintf(stderr, "%s:%d: internal error: %s does not hold, although %s\n", file, line, condition, why);
  std::abort();
}

}  // namespace dagsim
