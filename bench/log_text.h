// A job's log as a Rust project's test job writes it, of any length: mostly plain lines of cargo and of tests, two in a
// hundred are markers. The same on every machine.
#pragma once

#include <cstddef>
#include <string>

namespace dagsim {

/// At least `bytes` of whole lines.
std::string make_log_text(size_t bytes);

/// The built-in log patterns as grep -E reads them, one a line, behind GitHub's time, colours and blanks.
std::string log_patterns_for_grep();

}  // namespace dagsim
