// The width of a partial order.
#pragma once

#include <cstddef>
#include <functional>

namespace dagsim::model {

/// The size of a largest set of elements 0…count-1 no two of which are ordered. \param before a strict partial order
/// (transitive).
size_t widest_antichain(size_t count, const std::function<bool(size_t before, size_t after)>& before);

}  // namespace dagsim::model
