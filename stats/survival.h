// Times of which some are known only to be longer than what was seen: right-censored data.
#pragma once

#include <optional>
#include <span>

namespace dagsim::stats {

/// The p-quantile of a time by the product-limit estimator (Kaplan and Meier 1958): the shortest time by which at least
/// a share p has ended. It assumes that what is cut short is no different from what is not. Nothing when so much was
/// cut short that the curve does not come that far. \param ended times seen to their end. \param cut_short times up to
/// which the rest was seen. Both in any order.
/// \throws std::domain_error for p outside [0, 1].
std::optional<double> survival_quantile(std::span<const double> ended, std::span<const double> cut_short, double p);

}  // namespace dagsim::stats
