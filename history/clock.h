// Time and waiting behind an interface, so that tests of rate limits and back-off don't wait.
#pragma once

namespace dagsim::history {

class Clock {
 public:
  virtual ~Clock() = default;
  /// Unix seconds.
  virtual double now() const = 0;
  virtual void sleep(double seconds) = 0;
};

/// The system's.
class SystemClock final : public Clock {
 public:
  double now() const override;
  void sleep(double seconds) override;
};

}  // namespace dagsim::history
