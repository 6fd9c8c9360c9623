#include "report/layout.h"

#include <array>
#include <cstdint>
#include <utility>

#include "base/text.h"

namespace dagsim::report {

namespace {

struct Character {
  uint32_t code = 0;
  size_t bytes = 1;
};

bool continues(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U;
}

/// The first character of a text that is not empty; bytes that are no UTF-8 are taken one by one.
Character first_character(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  size_t bytes = 1;
  uint32_t code = lead;
  if ((lead & 0xE0U) == 0xC0U) {
    bytes = 2;
    code = lead & 0x1FU;
  } else if ((lead & 0xF0U) == 0xE0U) {
    bytes = 3;
    code = lead & 0x0FU;
  } else if ((lead & 0xF8U) == 0xF0U) {
    bytes = 4;
    code = lead & 0x07U;
  }
  if (bytes > text.size()) return {lead, 1};
  for (size_t i = 1; i < bytes; ++i) {
    if (!continues(text[i])) return {lead, 1};
    code = (code << 6U) | (static_cast<unsigned char>(text[i]) & 0x3FU);
  }
  return {code, bytes};
}

struct CodeRange {
  uint32_t first;
  uint32_t last;
};

// The blocks that matter in job names (Unicode 15, East Asian Width W and F; Mn of the common scripts), not the whole
// table.
constexpr std::array<CodeRange, 9> kWide = {{{0x1100, 0x115F},
                                             {0x2E80, 0x303E},
                                             {0x3041, 0xA4CF},
                                             {0xAC00, 0xD7A3},
                                             {0xF900, 0xFAFF},
                                             {0xFE30, 0xFE6F},
                                             {0xFF00, 0xFF60},
                                             {0x1F300, 0x1FAFF},
                                             {0x20000, 0x3FFFD}}};
constexpr std::array<CodeRange, 5> kZero = {
    {{0x0300, 0x036F}, {0x1AB0, 0x1AFF}, {0x200B, 0x200F}, {0x20D0, 0x20FF}, {0xFE00, 0xFE0F}}};

template <size_t N>
bool within(const std::array<CodeRange, N>& ranges, uint32_t code) {
  for (const CodeRange& range : ranges) {
    if (range.first <= code && code <= range.last) return true;
  }
  return false;
}

size_t columns(uint32_t code) {
  if (within(kZero, code)) return 0;
  return within(kWide, code) ? 2 : 1;
}

std::string_view code_of(Style style) {
  switch (style) {
    case Style::Plain:
      return "";
    case Style::Bold:
      return "\x1b[1m";
    case Style::Dim:
      return "\x1b[2m";
    case Style::Good:
      return "\x1b[32m";
    case Style::Bad:
      return "\x1b[31m";
    case Style::Caution:
      return "\x1b[33m";
  }
  return "";
}

/// "%" and "s", with punctuation: what must not lose its number to the line before.
bool is_unit(std::string_view word) {
  if (word.starts_with('%')) return true;
  return word.starts_with('s') &&
         (word.size() == 1 || std::string_view(":,;.)").find(word[1]) != std::string_view::npos);
}

/// Takes the last word off a line if it ends in a digit and is not the line's only word.
std::string take_number(std::string& line) {
  const size_t space = line.rfind(' ');
  if (space == std::string::npos || line.back() < '0' || line.back() > '9') return "";
  std::string word = line.substr(space + 1);
  line.resize(space);
  return word;
}

}  // namespace

size_t display_width(std::string_view text) {
  size_t width = 0;
  while (!text.empty()) {
    const Character character = first_character(text);
    width += columns(character.code);
    text.remove_prefix(character.bytes);
  }
  return width;
}

std::string cut(std::string_view text, size_t width) {
  if (display_width(text) <= width) return std::string(text);
  if (width == 0) return "";
  size_t used = 0;
  size_t bytes = 0;
  while (bytes < text.size()) {
    const Character character = first_character(text.substr(bytes));
    const size_t wider = used + columns(character.code);
    if (wider + 1 > width) break;
    used = wider;
    bytes += character.bytes;
  }
  return std::string(text.substr(0, bytes)) + "…";
}

std::vector<std::string> wrap(std::string_view text, size_t width) {
  std::vector<std::string> lines;
  std::string line;
  size_t used = 0;
  for (const std::string_view word : split(text, ' ')) {
    if (word.empty()) continue;
    const size_t wide = display_width(word);
    if (!line.empty() && used + 1 + wide > width) {
      std::string carried = is_unit(word) ? take_number(line) : "";
      lines.push_back(line);
      line = std::move(carried);
      used = display_width(line);
    }
    if (!line.empty()) {
      line += ' ';
      ++used;
    }
    line += word;
    used += wide;
  }
  lines.push_back(line);
  return lines;
}

std::string styled(std::string_view text, Style style, bool color) {
  if (!color || style == Style::Plain || text.empty()) return std::string(text);
  return std::string(code_of(style)) + std::string(text) + "\x1b[0m";
}

}  // namespace dagsim::report
