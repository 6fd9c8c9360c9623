#include "history/fetch_sinks.h"

#include <algorithm>
#include <atomic>
#include <csignal>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include "history/history.h"
#include "history/import.h"
#include "history/rest_join.h"
#include "tests/catch.h"
#include "tests/history/archive_testing.h"
#include "tests/history/github_testing.h"
#include "tests/history/history_testing.h"
#include "tests/history/log_testing.h"

namespace dagsim::history {
namespace {

namespace fs = std::filesystem;

/// A folder of its own for each test, gone afterwards.
class Place {
 public:
  Place() : path_(fs::temp_directory_path() / ("dagsim-fetch-test-" + std::to_string(::getpid()))) {
    fs::remove_all(path_);
    fs::create_directories(path_);
  }
  ~Place() { fs::remove_all(path_); }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  std::string file(const std::string& name) const { return (path_ / name).string(); }
  /// All files, sorted.
  std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::recursive_directory_iterator(path_)) {
      if (entry.is_regular_file()) names.push_back(fs::relative(entry.path(), path_).string());
    }
    std::ranges::sort(names);
    return names;
  }

 private:
  fs::path path_;
};

FetchCounts fetch_into(Trial& trial, FetchSink& sink) {
  trial.client.api = trial.server.url();
  GitHub github(trial.client, trial.clock, trial.watch);
  return fetch(github, trial.options, sink, trial.progress);
}

std::string history_in(const std::string& path) {
  Diagnostics diagnostics;
  const History history = read_history(DiskFileSystem(), path, diagnostics);
  return describe(history) + render(diagnostics);
}

/// Runs with more attempts, more pages and some that go on.
std::vector<FakeRun> varied_runs() {
  std::vector<FakeRun> runs = runs_of(130, 600);
  runs[3].attempt = 2;
  runs[4].jobs = 150;
  runs[129].status = "queued";
  return runs;
}

TEST_CASE("A folder gets each answer under its own name, and is a history") {
  const Place place;
  Trial trial;
  trial.github.runs = runs_of(2, 60);
  trial.github.expired = {"1000-1"};
  trial.options.logs = trial.options.artifacts = trial.options.caches = true;
  FolderSink sink(DiskFileSystem(), place.file(""), kNewYear);
  fetch_into(trial, sink);
  CHECK(place.names() == std::vector<std::string>{"artifacts/1000-1.json", "artifacts/1001-1.json",
                                                  "caches/20260101T000000Z.json", "fetch.state", "jobs/1000-1.json",
                                                  "jobs/1001-1.json", "logs/1000-1.gone", "logs/1001-1.zip",
                                                  "runs/20260101T000000Z-000001.json"});
  CHECK(history_in(place.file("")) ==
        "1000 success workflow=CI event=push branch=main start=1767225600\n"
        "  job job 0: 60 start=5 eligible=0\n"
        "1001 success workflow=CI event=push branch=main start=1767225660\n"
        "  job job 0: 60 start=5 eligible=0\n");
}

TEST_CASE("A folder, the database it is imported into, and the database of a fetch hold the same history") {
  const Place place;
  const DiskFileSystem files;
  Trial trial;
  trial.github.runs = varied_runs();
  FolderSink folder(files, place.file("answers"), kNewYear);
  const FetchCounts counts = fetch_into(trial, folder);
  CHECK(counts.fetched == 130);
  Diagnostics diagnostics;
  {
    Store imported(place.file("imported.db"), Store::Access::Write);
    import_files(files, {place.file("answers")}, imported, ImportOptions{}, diagnostics);
    Store fetched(place.file("fetched.db"), Store::Access::Write);
    StoreSink sink(fetched, files, place.file("fetched.db"), kNewYear, LogRules(), diagnostics);
    fetch_into(trial, sink);
  }
  CHECK(render(diagnostics).empty());
  const std::string expected = history_in(place.file("answers"));
  CHECK(std::ranges::count(expected, '\n') > 300);
  CHECK(history_in(place.file("imported.db")) == expected);
  CHECK(history_in(place.file("fetched.db")) == expected);
}

TEST_CASE("Logs, artifacts and caches that are fetched are read into the database, and kept beside it") {
  const Place place;
  Trial trial;
  trial.github.runs = runs_of(2, 60);
  trial.github.logs = make_zip({{"0_job 0.txt", github_log("0 Cache not found for input keys: deps-1\n")}});
  trial.github.expired = {"1000-1"};
  trial.options.logs = trial.options.artifacts = trial.options.caches = true;
  Diagnostics diagnostics;
  Store store(place.file("a.db"), Store::Access::Write);
  {
    const DiskFileSystem files;
    StoreSink sink(store, files, place.file("a.db"), kNewYear, LogRules(), diagnostics);
    fetch_into(trial, sink);
  }
  // The log of run 1001 is of another year than the job, so that no job is known to have written it.
  CHECK_THAT(render(diagnostics),
             Catch::Contains("\"" + place.file("a.files/logs/1001-1.zip") + "\": the log of \"job 0\" begins"));
  CHECK(store.summary().artifacts == 2);
  CHECK(store.summary().artifact_bytes == 2000);
  CHECK(store.summary().caches == 1);
  const std::vector<std::string> names = place.names();
  for (const char* name : {"a.files/artifacts/1000-1.json", "a.files/caches/20260101T000000Z.json",
                           "a.files/logs/1000-1.gone", "a.files/logs/1001-1.zip"}) {
    CHECK(std::ranges::count(names, name) == 1);
  }
}

TEST_CASE("What a database or a folder has is not asked for again, and what was imported neither") {
  const Place place;
  const DiskFileSystem files;
  Trial trial;
  trial.github.runs = varied_runs();
  FolderSink folder(files, place.file("answers"), kNewYear);
  fetch_into(trial, folder);
  FolderSink again(files, place.file("answers"), kNewYear + 60);
  CHECK(fetch_into(trial, again).known == 130);
  CHECK(again.samples().size() == 1);

  Store store(place.file("a.db"), Store::Access::Write);
  Diagnostics diagnostics;
  import_files(files, {place.file("answers")}, store, ImportOptions{}, diagnostics);
  StoreSink sink(store, files, place.file("a.db"), kNewYear, LogRules(), diagnostics);
  CHECK(fetch_into(trial, sink).known == 130);
}

TEST_CASE("A run that has completed since an earlier fetch is known as completed, in a folder and in a database") {
  const Place place;
  const DiskFileSystem files;
  Trial trial;
  trial.github.runs = runs_of(1, 60);
  trial.github.runs[0].status = "in_progress";
  Diagnostics diagnostics;
  Store store(place.file("a.db"), Store::Access::Write);
  const auto fetch_both = [&](double now) {
    FolderSink folder(files, place.file("answers"), now);
    fetch_into(trial, folder);
    StoreSink sink(store, files, place.file("a.db"), now, LogRules(), diagnostics);
    fetch_into(trial, sink);
  };
  fetch_both(kNewYear);
  trial.github.runs[0].status = "completed";
  fetch_both(kNewYear + 60);
  CHECK(history_in(place.file("answers")).starts_with("1000 success"));
  CHECK(history_in(place.file("a.db")).starts_with("1000 success"));
}

TEST_CASE("Runs without jobs and deleted runs are not asked for again by a database") {
  const Place place;
  const DiskFileSystem files;
  Trial trial;
  trial.github.runs = runs_of(2, 60);
  trial.github.runs[0].jobs = 0;
  trial.github.first = [](const Received& request, size_t) -> std::optional<Reply> {
    if (request.target.find("/1001/attempts/1/jobs") == std::string::npos) return std::nullopt;
    return json_reply(R"({"message": "Not Found"})", 404);
  };
  Store store(place.file("a.db"), Store::Access::Write);
  Diagnostics diagnostics;
  StoreSink first(store, files, place.file("a.db"), kNewYear, LogRules(), diagnostics);
  CHECK(fetch_into(trial, first).gone == 1);
  StoreSink second(store, files, place.file("a.db"), kNewYear, LogRules(), diagnostics);
  CHECK(fetch_into(trial, second).known == 2);
}

TEST_CASE("Whoever reads or imports a truncated sample is warned") {
  const Place place;
  const DiskFileSystem files;
  Trial trial;
  trial.github.runs = runs_of(20, 60);
  trial.watch = [](const GitHubState& state) { return state.requests > 10; };
  FolderSink folder(files, place.file("answers"), kNewYear);
  CHECK_THROWS_AS(fetch_into(trial, folder), Interrupted);
  const std::string warning =
      " is truncated: not all runs since 2026-01-01T00:00:00Z were fetched [truncated-sample]\n"
      "note: to complete it: dagsim fetch o/r --workflow ci.yml --since 2026-01-01T00:00:00Z\n";
  CHECK(history_in(place.file("answers"))
            .ends_with(fmt::format("warning: the sample of o/r, ci.yml in \"{}\"{}", place.file("answers"), warning)));
  {
    Store store(place.file("a.db"), Store::Access::Write);
    Diagnostics diagnostics;
    import_files(files, {place.file("answers")}, store, ImportOptions{}, diagnostics);
    CHECK(render(diagnostics) ==
          fmt::format("warning: the sample of o/r, ci.yml in \"{}\"{}", place.file("answers"), warning));
  }
  CHECK(history_in(place.file("a.db"))
            .ends_with(fmt::format("warning: the sample of o/r, ci.yml in \"{}\"{}", place.file("a.db"), warning)));
}

TEST_CASE("A fetch that is killed loses nothing that it had taken, and the next one goes on") {
  const Place place;
  const DiskFileSystem files;
  for (const bool into_store : {false, true}) {
    Trial trial;
    trial.github.runs = runs_of(60, 60);
    const auto work = [&](FetchCounts& counts) {
      if (into_store) {
        Store store(place.file("a.db"), Store::Access::Write);
        Diagnostics diagnostics;
        StoreSink sink(store, files, place.file("a.db"), kNewYear, LogRules(), diagnostics);
        counts = fetch_into(trial, sink);
      } else {
        FolderSink sink(files, place.file("answers"), kNewYear);
        counts = fetch_into(trial, sink);
      }
    };
    // From its fortieth request on, the child waits for its end.
    std::atomic<bool> is_slow = true;
    trial.github.first = [&](const Received&, size_t number) -> std::optional<Reply> {
      if (!is_slow || number < 40) return std::nullopt;
      Reply reply = json_reply("{}");
      reply.misbehaviour = Reply::Misbehaviour::Stall;
      return reply;
    };
    FetchCounts counts;
    const pid_t child = ::fork();
    if (child == 0) {
      work(counts);
      ::_exit(0);
    }
    while (trial.server.received().size() < 42) ::usleep(200);
    ::kill(child, SIGKILL);
    int status = 0;
    ::waitpid(child, &status, 0);
    is_slow = false;
    REQUIRE(WIFSIGNALED(status));
    const std::string path = place.file(into_store ? "a.db" : "answers");
    CHECK(history_in(path).find("truncated-sample") != std::string::npos);
    work(counts);
    CHECK(counts.known > 15);
    CHECK(counts.known + counts.fetched == 60);
    CHECK(counts.sample.is_complete);
    const std::string told = history_in(path);
    CHECK(std::ranges::count(told, '\n') == 120);
    CHECK(told.find("truncated-sample") == std::string::npos);
  }
}

TEST_CASE("A folder that can't be written says so, and leaves nothing behind") {
  const Place place;
  std::ofstream(place.file("jobs")) << "a file where a folder should be";
  FolderSink sink(DiskFileSystem(), place.file(""), kNewYear);
  CHECK_THROWS_WITH(sink.take({PageKind::Jobs, 1, 1, "{}"}),
                    fmt::format("cannot write \"{}\": Not a directory", place.file("jobs")));
  CHECK(place.names() == std::vector<std::string>{"jobs"});
}

TEST_CASE("A damaged record of what was fetched is an error that names it") {
  MemoryFileSystem files;
  for (const char* text : {"{\"repository\": ", "[]", "{\"repository\": 3}", "\xff"}) {
    files.write("runs/fetch.state", text);
    CHECK_THROWS_WITH(samples_in(files, "runs"),
                      "\"runs/fetch.state\" doesn't say what was fetched: expected a JSON object with \"repository\" a "
                      "line");
  }
}

TEST_CASE("Records of what was fetched are read as they were written") {
  const std::vector<Sample> samples = {{"o/r", "ci.yml", kNewYear, kNewYear + 60, 3, false},
                                       {"o/r", "", kNewYear + 1, 0, 0, true}};
  CHECK(write_samples(read_samples(write_samples(samples), "x")) == write_samples(samples));
  CHECK(read_samples("", "x").empty());
}

TEST_CASE("Pruning forgets what was fetched and completes no sample") {
  const Place place;
  Store store(place.file("a.db"), Store::Access::Write);
  Trial trial;
  trial.github.runs = runs_of(2, 86'400);
  Diagnostics diagnostics;
  {
    const DiskFileSystem files;
    StoreSink sink(store, files, place.file("a.db"), kNewYear, LogRules(), diagnostics);
    fetch_into(trial, sink);
  }
  CHECK(store.fetched().size() == 2);
  CHECK(store.prune(kNewYear + 3600) == 1);
  CHECK(store.fetched() == std::vector<std::pair<uint64_t, uint32_t>>{{1001, 1}});
  REQUIRE(store.samples().size() == 1);
  CHECK(store.samples().front().since == kNewYear + 3600);
}

}  // namespace
}  // namespace dagsim::history
