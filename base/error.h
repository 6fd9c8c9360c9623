// Failures that are not findings in a user's file: the world (I/O), numeric contracts, and our own bugs.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace dagsim {

/// The world failed: a file that can't be read or written, a network that doesn't answer. Caught once, in main; exit
/// status 3.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Throws std::domain_error "name is value, but must be finite" and the like when the contract is broken.
void check_finite(std::string_view name, double value);
void check_positive(std::string_view name, double value);
void check_not_negative(std::string_view name, double value);
void check_probability(std::string_view name, double value);

[[noreturn]] void assertion_failed(const char* condition, const char* why, const char* file, int line);

}  // namespace dagsim

/// Always on. `why` says why the condition holds; no input may be able to break it.
#define DAGSIM_ASSERT(condition, why) \
  ((condition) ? static_cast<void>(0) : ::dagsim::assertion_failed(#condition, (why), __FILE__, __LINE__))
