#include "base/yaml_scan.h"

#include <algorithm>

namespace dagsim::yaml {

namespace {

constexpr std::string_view kFlowIndicators = ",[]{}";

bool is_white(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

uint32_t narrow(size_t at, std::string_view text) {
  return static_cast<uint32_t>(std::min(at, text.size()));
}

unsigned byte_at(std::string_view text, size_t at) {
  return at < text.size() ? static_cast<unsigned char>(text[at]) : 0U;
}

/// Length of the well-formed UTF-8 sequence at `at`, 0 if there is none: no overlong forms, no surrogates.
size_t utf8_length(std::string_view text, size_t at) {
  const unsigned lead = byte_at(text, at);
  if (lead < 0x80) return 1;
  if (lead < 0xC2 || lead > 0xF4) return 0;
  const size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  const unsigned second = byte_at(text, at + 1);
  const unsigned lowest = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  const unsigned highest = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  if (second < lowest || second > highest) return 0;
  for (size_t i = at + 2; i < at + length; ++i) {
    if ((byte_at(text, i) & 0xC0U) != 0x80) return 0;
  }
  return length;
}

/// The end of the `!tag` or `&name` that begins at `at`.
uint32_t name_end(std::string_view text, uint32_t at) {
  size_t i = at + size_t{1};
  while (i < text.size() && !is_white(text[i]) && kFlowIndicators.find(text[i]) == std::string_view::npos) ++i;
  return narrow(i, text);
}

}  // namespace

std::optional<uint32_t> first_unreadable(std::string_view text) {
  for (size_t i = 0; i < text.size();) {
    const unsigned lead = byte_at(text, i);
    const bool control = (lead < 0x20 && !is_white(text[i])) || lead == 0x7F;
    const size_t length = lead < 0x80 ? 1 : utf8_length(text, i);
    if (length == 0 || control) return static_cast<uint32_t>(i);
    i += length;
  }
  return std::nullopt;
}

uint32_t skip_blank(std::string_view text, uint32_t at) {
  size_t i = at;
  while (i < text.size()) {
    const bool comment = text[i] == '#' && (i == 0 || is_white(text[i - 1]));
    if (!comment && !is_white(text[i])) break;
    i = comment ? std::min(text.find('\n', i), text.size()) : i + 1;
  }
  return narrow(i, text);
}

uint32_t properties_end(std::string_view text, uint32_t at) {
  uint32_t end = at;
  for (uint32_t i = at; i < text.size() && (text[i] == '&' || text[i] == '!'); i = skip_blank(text, end)) {
    const bool verbatim = text.substr(i).starts_with("!<");
    end = verbatim ? narrow(text.substr(i).find_first_of(">\n") + i + 1, text) : name_end(text, i);
  }
  return end;
}

}  // namespace dagsim::yaml
