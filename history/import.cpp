#include "history/import.h"

#include <algorithm>
#include <array>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <string_view>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "history/answer_files.h"
#include "history/import_logs.h"
#include "history/ledger.h"
#include "history/sample.h"

namespace dagsim::history {
namespace {

constexpr uint64_t kMostUnpacked = uint64_t{1} << 34U;  // bytes of a file

void add(Counts& all, const Counts& more) {
  all.added += more.added;
  all.changed += more.changed;
  all.known += more.known;
}

bool is_wanted(const std::string& path) {
  return is_answer_name(path) || is_log_name(path);
}

/// Whether a file that was named itself is a log.
bool is_log(const std::string& path) {
  const std::string name = to_lower(path);
  const auto ends_with = [&](std::string_view ending) { return name.ends_with(ending); };
  return std::ranges::any_of(std::array<std::string_view, 5>{".zip", ".txt", ".log", ".txt.gz", ".log.gz"}, ends_with);
}

/// The files that a path stands for.
std::vector<std::string> files_at(const FileSystem& files, const std::string& path, Diagnostics& diagnostics) {
  if (files.is_directory(path)) {
    std::vector<std::string> found = find_files(files, path, is_wanted);
    if (found.empty()) {
      diagnostics.error("empty-history", fmt::format("there is no .json file and no log in the folder \"{}\"", path));
    }
    return found;
  }
  if (!files.is_file(path)) {
    diagnostics.error("missing-file", fmt::format("there is no file or folder \"{}\" to import", path));
    return {};
  }
  return {path};
}

/// Writes documents in a thread of its own, in order, while the next ones are read. Those that wait are taken together
/// in one transaction, so that the threads seldom wake one another and pages are written once, and are few, so that
/// memory stays bounded.
class Writer {
 public:
  explicit Writer(Store& store) : store_(store), thread_([this] { work(); }) {}
  ~Writer() { stop(); }
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  /// \throws what the store threw on an earlier document.
  void add(RestRows rows) {
    std::unique_lock lock(mutex_);
    taken_.wait(lock, [&] { return waiting_.size() < kMostWaiting || failure_; });
    if (failure_) std::rethrow_exception(failure_);
    waiting_.push_back(std::move(rows));
    if (waiting_.size() == 1) added_.notify_one();
  }

  /// Waits for the last document. \throws what the store threw.
  ImportCounts finish() {
    stop();
    if (failure_) std::rethrow_exception(failure_);
    return counts_;
  }

 private:
  static constexpr size_t kMostWaiting = 64;

  void stop() {
    {
      const std::lock_guard lock(mutex_);
      is_over_ = true;
      added_.notify_one();
    }
    if (thread_.joinable()) thread_.join();
  }

  void work() {
    std::unique_lock lock(mutex_);
    while (true) {
      added_.wait(lock, [&] { return !waiting_.empty() || is_over_; });
      if (waiting_.empty()) return;
      const std::vector<RestRows> documents = std::exchange(waiting_, {});
      taken_.notify_one();
      lock.unlock();
      std::exception_ptr failure;
      try {
        count(store_.add(documents));
      } catch (...) {
        failure = std::current_exception();
      }
      lock.lock();
      if (!failure) continue;
      failure_ = failure;
      taken_.notify_one();
      return;
    }
  }

  void count(const ImportCounts& more) {
    history::add(counts_.runs, more.runs);
    history::add(counts_.jobs, more.jobs);
    counts_.steps += more.steps;
    history::add(counts_.artifacts, more.artifacts);
    history::add(counts_.caches, more.caches);
  }

  Store& store_;
  std::mutex mutex_;
  std::condition_variable added_;
  std::condition_variable taken_;
  std::vector<RestRows> waiting_;
  ImportCounts counts_;  ///< of the thread, until it ends
  std::exception_ptr failure_;
  bool is_over_ = false;
  std::thread thread_;  // last: it uses all the others
};

/// What is known of a fetch goes along with its answers.
void take_samples(const FileSystem& files, const std::string& folder, Store& store, Diagnostics& diagnostics) {
  const std::vector<Sample> samples = samples_in(files, folder);
  warn_of_truncated(samples, folder, diagnostics);
  const std::vector<Sample> known = store.samples();
  for (const Sample& sample : samples) {
    const bool is_known = std::ranges::any_of(known, [&](const Sample& one) {
      return one.repository == sample.repository && one.workflow == sample.workflow;
    });
    if (!is_known || !sample.is_complete) store.mark(sample);
  }
}

}  // namespace

/// A ledger that can't be read whole is not taken.
void import_ledger(const FileSystem& files, const std::string& path, Store& store, Counts& counts,
                   Diagnostics& diagnostics) {
  const std::shared_ptr<const SourceFile> file = load_text(files, path);
  History runs;
  Diagnostics found;
  read_ledger(file, runs, found);
  diagnostics.append(found);
  if (!found.has_errors()) store.add({path, std::string(file->text())}, counts);
}

ImportCounts import_files(const FileSystem& files, const std::vector<std::string>& paths, Store& store,
                          const ImportOptions& options, Diagnostics& diagnostics) {
  std::vector<std::string> wanted;
  for (const std::string& path : paths) {
    const std::vector<std::string> found = files_at(files, path, diagnostics);
    wanted.insert(wanted.end(), found.begin(), found.end());
  }
  // Logs need the jobs that they belong to.
  const auto ledgers =
      std::stable_partition(wanted.begin(), wanted.end(), [](const auto& path) { return !is_ledger_name(path); });
  const auto logs = std::stable_partition(wanted.begin(), ledgers, [](const auto& path) { return !is_log(path); });
  size_t done = 0;
  const auto tell_progress = [&] {
    if (options.progress) options.progress(static_cast<double>(++done) / static_cast<double>(wanted.size()));
  };
  Writer writer(store);
  for (auto answer = wanted.begin(); answer != logs; ++answer) {
    RestStream stream(
        *answer, [&](RestRows rows) { writer.add(std::move(rows)); }, diagnostics);
    read_text(files, *answer, kMostUnpacked, [&](std::string_view piece) { return stream.feed(piece); });
    stream.finish();
    tell_progress();
  }
  ImportCounts counts = writer.finish();
  for (auto log = logs; log != ledgers; ++log) {
    import_log(files, *log, options.log_rules, options.archive_limits, store, counts, diagnostics);
    tell_progress();
  }
  for (auto ledger = ledgers; ledger != wanted.end(); ++ledger) {
    import_ledger(files, *ledger, store, counts.ledgers, diagnostics);
    tell_progress();
  }
  for (const std::string& path : paths) {
    if (files.is_directory(path)) take_samples(files, path, store, diagnostics);
  }
  return counts;
}

}  // namespace dagsim::history
