// One line of a log taken apart: GitHub's time, and the message without colours and blanks around it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace dagsim::history {

/// Views into a line.
struct LogLine {
  std::string_view time;  ///< "2025-09-04T12:00:00.1234567Z", empty when the line begins otherwise
  std::string_view body;  ///< what follows the time and one blank, with colours and blanks
};

LogLine split_log_line(std::string_view line);

/// The body from its first visible byte on: without the blanks and colour codes that come before.
std::string_view skip_to_text(std::string_view body);

/// The body without colour codes and blanks around it; `buffer` holds the result where something inside had to go.
std::string_view message_of(std::string_view body, std::string& buffer);

/// Bytes of "123", "45.6 MB", "1.5 MiB", "12 kB"; nothing for anything else.
std::optional<uint64_t> parse_bytes(std::string_view text);

/// Seconds of "1.23s", "2m 05s", "1h 02m 03s", "7"; nothing for anything else.
std::optional<double> parse_log_seconds(std::string_view text);

}  // namespace dagsim::history
