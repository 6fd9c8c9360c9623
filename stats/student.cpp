// Student's t quantile: Hill's expansion (1970, Algorithm 396, CACM 13(10)) as a start, then Newton steps on the
// distribution function, which is an incomplete beta function by its continued fraction (modified Lentz method,
// Thompson and Barnett 1986). Some ten steps.
#include <algorithm>
#include <cmath>
#include <numbers>
#include <stdexcept>

#include <fmt/format.h>

#include "stats/estimate.h"
#include "stats/random.h"

namespace dagsim::stats {
namespace {

/// The continued fraction of the incomplete beta function I_x(a, b), good for x < (a + 1) / (a + b + 2).
double beta_fraction(double a, double b, double x) {
  constexpr double kTiny = 1e-300;
  const auto away_from_zero = [](double value) { return std::abs(value) < kTiny ? kTiny : value; };
  double c = 1;
  double d = 1 / away_from_zero(1 - (a + b) * x / (a + 1));
  double fraction = d;
  for (int m = 1; m <= 10'000; ++m) {
    const double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / away_from_zero(1 + even * d);
    c = away_from_zero(1 + even / c);
    fraction *= d * c;
    const double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / away_from_zero(1 + odd * d);
    c = away_from_zero(1 + odd / c);
    fraction *= d * c;
    if (std::abs(d * c - 1) < 1e-16) {
      break;
    }
  }
  return fraction;
}

double log_beta(double a, double b) {
  return std::lgamma(a) + std::lgamma(b) - std::lgamma(a + b);
}

/// P(T > t) for t >= 0.
double upper_tail(double t, double degrees) {
  const double a = degrees / 2;
  const double b = 0.5;
  const double x = degrees / (degrees + t * t);
  const double y = t * t / (degrees + t * t);
  const double front = std::exp(a * std::log(x) + b * std::log(y) - log_beta(a, b));
  if (x < (a + 1) / (a + b + 2)) {
    return 0.5 * front * beta_fraction(a, b, x) / a;
  }
  return t == 0 ? 0.5 : 0.5 * (1 - front * beta_fraction(b, a, y) / b);
}

double density(double t, double degrees) {
  return std::exp(-log_beta(degrees / 2, 0.5) - (degrees + 1) / 2 * std::log1p(t * t / degrees)) / std::sqrt(degrees);
}

/// Hill's approximation of the t that P(|T| > t) = `two_sided` gives.
double hill(double two_sided, double n) {
  const double a = 1 / (n - 0.5);
  const double b = 48 / (a * a);
  double c = ((20700 * a / b - 98) * a - 16) * a + 96.36;
  const double d = ((94.5 / (b + c) - 3) / b + 1) * std::sqrt(a * std::numbers::pi / 2) * n;
  double y = std::pow(d * two_sided, 2 / n);
  if (y > 0.05 + a) {
    const double x = normal_quantile(two_sided / 2);
    y = x * x;
    c = n < 5 ? c + 0.3 * (n - 4.5) * (x + 0.6) : c;
    c = (((0.05 * d * x - 5) * x - 7) * x - 2) * x + b + c;
    y = (((((0.4 * y + 6.3) * y + 36) * y + 94.5) / c - y - 3) / b + 1) * x;
    y = std::expm1(a * y * y);
  } else {
    y = ((1 / (((n + 6) / (n * y) - 0.089 * d - 0.822) * (n + 2) * 3) + 0.5 / (n + 4)) * y - 1) * (n + 1) / (n + 2) +
        1 / y;
  }
  return std::sqrt(n * y);
}

}  // namespace

double student_quantile(double p, double degrees) {
  if (!(p > 0 && p < 1)) {
    throw std::domain_error(fmt::format("p is {}, but must be between 0 and 1", p));
  }
  if (!(degrees > 0) || !std::isfinite(degrees)) {
    throw std::domain_error(fmt::format("degrees is {}, but must be positive and finite", degrees));
  }
  if (p == 0.5) {
    return 0;
  }
  const double tail = std::min(p, 1 - p);
  // Hill's series needs at least one degree; for a single one the quantile is Cauchy's.
  double t = degrees <= 1 ? 1 / std::tan(std::numbers::pi * tail) : hill(2 * tail, degrees);
  for (int step = 0; step < 60; ++step) {
    const double change = (upper_tail(t, degrees) - tail) / density(t, degrees);
    t = std::max(t / 16, t + change);
    if (std::abs(change) <= 1e-14 * t) {
      break;
    }
  }
  return p < 0.5 ? -t : t;
}

}  // namespace dagsim::stats
