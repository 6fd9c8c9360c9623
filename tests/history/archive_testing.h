// Zips in memory, for tests.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace dagsim::history {

using Files = std::vector<std::pair<std::string, std::string>>;

/// A zip of files by name, in this order. A password encrypts them all.
std::string make_zip(const Files& files, const std::string& password = "");

}  // namespace dagsim::history
