#include "history/import.h"

#include <fmt/format.h>

#include "history/answer_files.h"

namespace dagsim::history {
namespace {

void add(Counts& all, const Counts& more) {
  all.added += more.added;
  all.changed += more.changed;
  all.known += more.known;
}

/// The files that a path stands for.
std::vector<std::string> files_at(const FileSystem& files, const std::string& path, Diagnostics& diagnostics) {
  if (files.is_directory(path)) {
    std::vector<std::string> found = find_answers(files, path);
    if (found.empty()) {
      diagnostics.error("empty-history", fmt::format("there is no .json file in the folder \"{}\"", path));
    }
    return found;
  }
  if (!files.is_file(path)) {
    diagnostics.error("missing-file", fmt::format("there is no file or folder \"{}\" to import", path));
    return {};
  }
  if (is_ledger_name(path)) {
    diagnostics.error("ledger-import",
                      fmt::format("\"{}\" is a ledger: name it as the history itself, it needs no import", path));
    return {};
  }
  return {path};
}

}  // namespace

ImportCounts import_answers(const FileSystem& files, const std::vector<std::string>& paths, Store& store,
                            const std::function<void(double)>& progress, Diagnostics& diagnostics) {
  std::vector<std::string> wanted;
  for (const std::string& path : paths) {
    const std::vector<std::string> found = files_at(files, path, diagnostics);
    wanted.insert(wanted.end(), found.begin(), found.end());
  }
  ImportCounts counts;
  for (size_t i = 0; i < wanted.size(); ++i) {
    read_rest(
        load_text(files, wanted[i]),
        [&](const RestRows& rows) {
          const ImportCounts more = store.add(rows);
          add(counts.runs, more.runs);
          add(counts.jobs, more.jobs);
          counts.steps += more.steps;
        },
        diagnostics);
    if (progress) progress(static_cast<double>(i + 1) / static_cast<double>(wanted.size()));
  }
  return counts;
}

}  // namespace dagsim::history
