// The files in which people keep GitHub's answers and their ledgers.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/file_system.h"
#include "base/source.h"

namespace dagsim::history {

/// .json, .jsonl and .ndjson, also with .gz.
bool is_answer_name(const std::string& path);
/// .yaml and .yml.
bool is_ledger_name(const std::string& path);

/// The files below a folder whose path is wanted, in the order of their paths, depth first; hidden ones are not looked
/// at. \throws Error when a folder can't be read.
std::vector<std::string> find_files(const FileSystem& files, const std::string& folder,
                                    const std::function<bool(const std::string&)>& wanted);

/// Those of answers.
std::vector<std::string> find_answers(const FileSystem& files, const std::string& folder);

/// The text of a file piece by piece, unpacked if it is gzip, until `sink` returns false. \param most bytes that it may
/// unpack to. \throws Error as load_text does.
void read_text(const FileSystem& files, const std::string& path, uint64_t most,
               const std::function<bool(std::string_view)>& sink);

/// The text of a file, unpacked if it is gzip. \throws Error when it can't be read or unpacked.
std::shared_ptr<const SourceFile> load_text(const FileSystem& files, const std::string& path);

}  // namespace dagsim::history
