// The two places for what a fetch brings: a folder of answers, and the database.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>

#include "base/diagnostic.h"
#include "base/file_system.h"
#include "history/answer_folder.h"
#include "history/fetch.h"
#include "history/log_rules.h"
#include "history/store.h"

namespace dagsim::history {

/// Files as GitHub sent them, which every reader of histories takes:
///
///     runs/20260131T120000Z-000001.json   jobs/RUN-ATTEMPT.json   logs/RUN-ATTEMPT.zip   artifacts/RUN-ATTEMPT.json
///     caches/20260131T120000Z.json        fetch.state
///
/// An empty file RUN-ATTEMPT.gone says that GitHub has deleted it.
class FolderSink final : public FetchSink {
 public:
  /// \param now Unix seconds: files of a later fetch are read after those of earlier ones. \throws Error when what is
  /// in the folder can't be read
  FolderSink(const FileSystem& files, const std::string& folder, double now);

  bool has(PageKind kind, uint64_t run, uint32_t attempt) const override;
  void take(const FetchedPage& page) override;
  void note_gone(PageKind kind, uint64_t run, uint32_t attempt) override;
  std::vector<Sample> samples() const override { return samples_; }
  void mark(const Sample& sample) override;

 private:
  AnswerFolder folder_;
  std::string stamp_;
  uint32_t listings_ = 0;
  std::vector<Sample> samples_;
};

/// All that dagsim reads into the database; logs, artifacts and caches also into a folder beside it, as a FolderSink
/// has them, since the database keeps only what it understands of them.
class StoreSink final : public FetchSink {
 public:
  /// \param store and \param files must outlive it. \param database the store's own path. \param rules what to look for
  /// in logs. \param diagnostics findings about records that can't be used
  StoreSink(Store& store, const FileSystem& files, const std::string& database, double now, LogRules rules,
            Diagnostics& diagnostics);

  bool has(PageKind kind, uint64_t run, uint32_t attempt) const override;
  void take(const FetchedPage& page) override;
  void note_gone(PageKind kind, uint64_t run, uint32_t attempt) override;
  std::vector<Sample> samples() const override { return store_.samples(); }
  void mark(const Sample& sample) override { store_.mark(sample); }

 private:
  void take_logs(const FetchedPage& page);

  Store& store_;
  const FileSystem& files_;
  std::string folder_;
  FolderSink others_;
  LogRules rules_;
  std::set<std::pair<uint64_t, uint32_t>> fetched_;
  Diagnostics& diagnostics_;
};

/// The folder beside a database for what is no row: "history.files" of "history.db".
std::string folder_beside(const std::string& database);

}  // namespace dagsim::history
