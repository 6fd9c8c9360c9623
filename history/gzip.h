// Compressed texts: GitHub's answers and logs are often kept as .gz.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace dagsim::history {

/// Whether the bytes begin as gzip does (RFC 1952).
bool is_gzip(std::string_view bytes);

/// The text in all members of a gzip file. \param most bytes that it may hold: a small file can hold gigabytes of
/// nothing. \throws Error, with `name`, when it is damaged, cut off or holds more.
std::string gunzip(std::string_view bytes, const std::string& name, uint64_t most = uint64_t{1} << 31U);

/// The same piece by piece, until `sink` returns false; what it was given before a fault is what could be read.
void gunzip(std::string_view bytes, const std::string& name, uint64_t most,
            const std::function<bool(std::string_view)>& sink);

}  // namespace dagsim::history
