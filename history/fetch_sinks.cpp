#include "history/fetch_sinks.h"

#include <algorithm>
#include <filesystem>
#include <memory>

#include <fmt/format.h>

#include "base/source.h"
#include "history/import_logs.h"
#include "history/rest.h"

namespace dagsim::history {
namespace {

std::string folder_of(PageKind kind) {
  switch (kind) {
    case PageKind::Runs:
      return "runs";
    case PageKind::Jobs:
      return "jobs";
    case PageKind::Artifacts:
      return "artifacts";
    case PageKind::Caches:
      return "caches";
    case PageKind::Logs:
      return "logs";
  }
  return "";
}

std::string file_of(PageKind kind, uint64_t run, uint32_t attempt, const char* ending) {
  return fmt::format("{}/{}-{}.{}", folder_of(kind), run, attempt, ending);
}

std::string stamp_of(double time) {
  std::string text = utc_text(time);
  std::erase_if(text, [](char c) { return c == '-' || c == ':'; });
  return text;
}

}  // namespace

FolderSink::FolderSink(const FileSystem& files, const std::string& folder, double now)
    : folder_(folder), stamp_(stamp_of(now)), samples_(samples_in(files, folder)) {}

bool FolderSink::has(PageKind kind, uint64_t run, uint32_t attempt) const {
  const char* ending = kind == PageKind::Logs ? "zip" : "json";
  return folder_.has(file_of(kind, run, attempt, ending)) || folder_.has(file_of(kind, run, attempt, "gone"));
}

void FolderSink::take(const FetchedPage& page) {
  if (page.kind == PageKind::Runs) {
    folder_.put(fmt::format("runs/{}-{:06}.json", stamp_, ++listings_), page.body);
  } else if (page.kind == PageKind::Caches) {
    folder_.put(fmt::format("caches/{}.json", stamp_), page.body);
  } else {
    folder_.put(file_of(page.kind, page.run, page.attempt, page.kind == PageKind::Logs ? "zip" : "json"), page.body);
  }
}

void FolderSink::note_gone(PageKind kind, uint64_t run, uint32_t attempt) {
  folder_.put(file_of(kind, run, attempt, "gone"), "");
}

void FolderSink::mark(const Sample& sample) {
  const auto known = std::ranges::find_if(samples_, [&](const Sample& one) {
    return one.repository == sample.repository && one.workflow == sample.workflow;
  });
  if (known == samples_.end()) {
    samples_.push_back(sample);
  } else {
    *known = sample;
  }
  folder_.put(kSampleFile, write_samples(samples_));
}

StoreSink::StoreSink(Store& store, const FileSystem& files, const std::string& database, double now, LogRules rules,
                     Diagnostics& diagnostics)
    : store_(store),
      files_(files),
      folder_(folder_beside(database)),
      others_(files, folder_, now),
      rules_(std::move(rules)),
      diagnostics_(diagnostics) {
  for (const auto& attempt : store_.fetched()) fetched_.insert(attempt);
}

bool StoreSink::has(PageKind kind, uint64_t run, uint32_t attempt) const {
  return kind == PageKind::Jobs ? fetched_.contains({run, attempt}) : others_.has(kind, run, attempt);
}

void StoreSink::take(const FetchedPage& page) {
  if (page.kind == PageKind::Logs) return take_logs(page);
  const auto source = std::make_shared<const SourceFile>("GitHub's answer", std::string(page.body));
  const std::vector<std::shared_ptr<const SourceFile>> sources = {source};
  store_.add(read_rest(sources, diagnostics_));
  if (page.kind == PageKind::Jobs) store_.note_fetched(page.run, page.attempt);
  // The file comes last: it says that the rows are there.
  if (page.kind == PageKind::Artifacts || page.kind == PageKind::Caches) others_.take(page);
}

void StoreSink::take_logs(const FetchedPage& page) {
  others_.take(page);
  ImportCounts ignored;
  import_log(files_, join_path(folder_, file_of(PageKind::Logs, page.run, page.attempt, "zip")), rules_, {}, store_,
             ignored, diagnostics_);
}

void StoreSink::note_gone(PageKind kind, uint64_t run, uint32_t attempt) {
  if (kind == PageKind::Jobs) return store_.note_fetched(run, attempt);
  others_.note_gone(kind, run, attempt);
}

std::string folder_beside(const std::string& database) {
  return std::filesystem::path(database).replace_extension("files").string();
}

}  // namespace dagsim::history
