// Packed texts, for tests.
#pragma once

#include <string>

namespace dagsim::history {

/// One gzip member.
std::string gzipped(const std::string& text);

}  // namespace dagsim::history
