#include "history/log_line.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>

#include "base/text.h"

namespace dagsim::history {

namespace {

constexpr char kEscape = '\x1b';
constexpr size_t kSecondsEnd = 19;  // of "2025-09-04T12:00:00"

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r';
}

/// The length of a time at the front of a line, 0 if there is none. Digits are left to whoever needs the time.
size_t time_length(std::string_view line) {
  if (line.size() <= kSecondsEnd || line[4] != '-' || line[7] != '-' || line[10] != 'T' || line[13] != ':' ||
      line[16] != ':' || !is_digit(line[0]) || !is_digit(line[18])) {
    return 0;
  }
  size_t end = kSecondsEnd;
  if (line[end] == '.') {
    ++end;
    while (end < line.size() && end < kSecondsEnd + 10 && is_digit(line[end])) ++end;
  }
  if (end >= line.size() || line[end] != 'Z') return 0;
  ++end;
  return end == line.size() || is_blank(line[end]) ? end : 0;
}

/// The length of the colour code or other escape sequence at `at`.
size_t escape_length(std::string_view text, size_t at) {
  size_t end = at + 1;
  if (end < text.size() && text[end] == '[') {
    ++end;
    while (end < text.size() && text[end] >= 0x20 && text[end] < 0x40) ++end;
    if (end < text.size()) ++end;
  } else if (end < text.size() && text[end] == '(') {
    end = std::min(end + 2, text.size());
  }
  return end - at;
}

std::string_view without_trailing_blanks(std::string_view text) {
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

}  // namespace

LogLine split_log_line(std::string_view line) {
  const size_t length = time_length(line);
  if (length == 0) return {{}, line};
  LogLine result{line.substr(0, length), line.substr(length)};
  if (!result.body.empty()) result.body.remove_prefix(1);
  return result;
}

std::string_view skip_to_text(std::string_view body) {
  size_t at = 0;
  while (at < body.size()) {
    if (is_blank(body[at])) {
      ++at;
    } else if (body[at] == kEscape) {
      at += escape_length(body, at);
    } else {
      break;
    }
  }
  return body.substr(at);
}

std::string_view message_of(std::string_view body, std::string& buffer) {
  const std::string_view text = skip_to_text(body);
  size_t at = text.find(kEscape);
  if (at == std::string_view::npos) return without_trailing_blanks(text);
  buffer.assign(text.substr(0, at));
  while (at < text.size()) {
    at += escape_length(text, at);
    const size_t next = std::min(text.find(kEscape, at), text.size());
    buffer.append(text.substr(at, next - at));
    at = next;
  }
  return without_trailing_blanks(buffer);
}

std::optional<uint64_t> parse_bytes(std::string_view text) {
  static constexpr std::array<std::pair<std::string_view, double>, 12> kUnits{{{"", 1},
                                                                               {"b", 1},
                                                                               {"bytes", 1},
                                                                               {"kb", 1e3},
                                                                               {"kib", 1024},
                                                                               {"mb", 1e6},
                                                                               {"mib", 1048576},
                                                                               {"gb", 1e9},
                                                                               {"gib", 1073741824},
                                                                               {"tb", 1e12},
                                                                               {"tib", 1099511627776},
                                                                               {"byte", 1}}};
  double value = 0;
  const std::string_view trimmed = trim(text);
  const auto [end, error] = std::from_chars(trimmed.data(), trimmed.data() + trimmed.size(), value);
  if (error != std::errc() || !(value >= 0) || value > 1e15) return std::nullopt;
  const std::string unit = to_lower(trim(trimmed.substr(static_cast<size_t>(end - trimmed.data()))));
  for (const auto& [name, factor] : kUnits) {
    if (name == unit && value * factor < 1e15) return static_cast<uint64_t>(std::llround(value * factor));
  }
  return std::nullopt;
}

std::optional<double> parse_log_seconds(std::string_view text) {
  std::string joined(trim(text));
  std::erase(joined, ' ');
  return parse_duration(joined);
}

}  // namespace dagsim::history
