// The front end beside yaml-cpp's bare parse of the same bytes: the workflows of the case study, each thirty times, and
// one file of 20,000 lines.
#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/parser.h>

#include "base/file_system.h"
#include "base/yaml.h"
#include "workflow/document.h"
#include "workflow/load.h"

namespace dagsim {
namespace {

constexpr int kCopies = 30;

/// Takes every event and does nothing.
class Ignore final : public YAML::EventHandler {
 public:
  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
  void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
  void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t, const std::string&) override {}
  void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {}
  void OnMapEnd() override {}
};

/// The workflow files of the case study's shapes that have runs of their own.
struct Corpus {
  struct File {
    std::string path;
    std::string text;
    std::string event;
  };
  std::vector<File> files;
  size_t bytes = 0;
};

/// An event that the workflow runs for.
std::string event_of(const std::string& path, const std::string& text) {
  Diagnostics ignored;
  const auto document = workflow::parse_workflow(std::make_shared<const SourceFile>(path, text), ignored);
  return document && !document->triggers.empty() ? document->triggers.front().event.value : "push";
}

const Corpus& corpus() {
  static const Corpus kCorpus = [] {
    Corpus corpus;
    const DiskFileSystem disk;
    const std::string root = std::string(DAGSIM_SOURCE_DIR) + "/scenarios/rust-ci";
    for (const std::string& shape : disk.list(root)) {
      const std::string folder = root + "/" + shape + "/.github/workflows";
      if (!disk.is_directory(folder)) continue;
      for (const std::string& name : disk.list(folder)) {
        const std::string path = folder + "/" + name;
        std::string text = disk.read(path);
        std::string event = event_of(path, text);
        if (event == "workflow_call") continue;
        corpus.bytes += text.size();
        corpus.files.push_back({path, std::move(text), std::move(event)});
      }
    }
    return corpus;
  }();
  return kCorpus;
}

/// 2,000 jobs of ten lines.
const std::string& large_file() {
  static const std::string kText = [] {
    std::string text = "name: Large\non: push\njobs:\n";
    for (int i = 0; i < 2000; ++i) {
      text += fmt::format("  job-{}:\n    name: Job {} of ${{{{ github.ref }}}}\n    needs: [{}]\n", i, i,
                          i < 10 ? "" : fmt::format("job-{}, job-{}", i / 2, i / 3));
      text += "    if: github.event_name == 'push' && !cancelled()\n    runs-on: ubuntu-24.04\n    steps:\n";
      text += "      - uses: actions/checkout@v4\n        with: {fetch-depth: 0}\n";
      text += "      - name: Build\n        run: make -j ${{ github.run_number }}\n";
    }
    return text;
  }();
  return kText;
}

void parse_events(const std::string& text) {
  std::istringstream in(text);
  YAML::Parser parser(in);
  Ignore ignore;
  while (parser.HandleNextDocument(ignore)) continue;
}

template <typename Work>
void over_corpus(benchmark::State& state, Work work) {
  for (auto _ : state) {
    for (int copy = 0; copy < kCopies; ++copy) {
      for (const Corpus::File& file : corpus().files) work(file);
    }
  }
  const auto files = static_cast<int64_t>(corpus().files.size()) * kCopies;
  state.SetItemsProcessed(state.iterations() * files);
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(corpus().bytes) * kCopies);
}

void YamlEvents(benchmark::State& state) {
  over_corpus(state, [](const Corpus::File& file) { parse_events(file.text); });
}

void YamlTree(benchmark::State& state) {
  over_corpus(state, [](const Corpus::File& file) {
    Diagnostics diagnostics;
    benchmark::DoNotOptimize(yaml::parse(std::make_shared<const SourceFile>(file.path, file.text), diagnostics));
  });
}

void Documents(benchmark::State& state) {
  over_corpus(state, [](const Corpus::File& file) {
    Diagnostics diagnostics;
    benchmark::DoNotOptimize(
        workflow::parse_workflow(std::make_shared<const SourceFile>(file.path, file.text), diagnostics));
  });
}

/// Counts the bytes that are read.
class CountingFileSystem final : public FileSystem {
 public:
  explicit CountingFileSystem(const MemoryFileSystem& files) : files_(files) {}
  std::string read(const std::string& path) const override {
    std::string text = files_.read(path);
    bytes_ += text.size();
    return text;
  }
  bool is_file(const std::string& path) const override { return files_.is_file(path); }
  bool is_directory(const std::string& path) const override { return files_.is_directory(path); }
  std::vector<std::string> list(const std::string& path) const override { return files_.list(path); }
  size_t bytes() const { return bytes_; }

 private:
  const MemoryFileSystem& files_;
  mutable size_t bytes_ = 0;
};

/// Files read from memory, checked, expanded for an event: all that a simulation needs. Called workflows and local
/// actions are read as often as they are used, and count: compare bytes per second.
void Pipelines(benchmark::State& state) {
  MemoryFileSystem files;
  const DiskFileSystem disk;
  for (const Corpus::File& file : corpus().files) {
    const std::string folder = parent_path(file.path);
    for (const std::string& name : disk.list(folder)) files.write(folder + "/" + name, disk.read(folder + "/" + name));
    const std::string actions = parent_path(parent_path(file.path)) + "/actions";
    if (!disk.is_directory(actions)) continue;
    for (const std::string& action : disk.list(actions)) {
      const std::string path = actions + "/" + action + "/action.yml";
      files.write(path, disk.read(path));
    }
  }
  const CountingFileSystem counting(files);
  over_corpus(state, [&](const Corpus::File& file) {
    Diagnostics diagnostics;
    workflow::Request request;
    request.path = file.path;
    request.event = file.event;
    request.outputs = {{"matrix-setup", "lanes", R"([{"name": "github", "runner": "ubuntu-24.04"}])"}};
    if (!workflow::load(counting, request, diagnostics)) state.SkipWithError(file.path.c_str());
  });
  state.SetBytesProcessed(static_cast<int64_t>(counting.bytes()));
}

void LargeYamlEvents(benchmark::State& state) {
  for (auto _ : state) parse_events(large_file());
}

void LargePipeline(benchmark::State& state) {
  MemoryFileSystem files;
  files.write("r/.github/workflows/ci.yml", large_file());
  workflow::Request request;
  request.path = "r/.github/workflows/ci.yml";
  request.event = "push";
  for (auto _ : state) {
    Diagnostics diagnostics;
    const auto pipeline = workflow::load(files, request, diagnostics);
    if (!pipeline) state.SkipWithError("the large file doesn't load");
  }
}

BENCHMARK(YamlEvents)->Unit(benchmark::kMillisecond);
BENCHMARK(YamlTree)->Unit(benchmark::kMillisecond);
BENCHMARK(Documents)->Unit(benchmark::kMillisecond);
BENCHMARK(Pipelines)->Unit(benchmark::kMillisecond);
BENCHMARK(LargeYamlEvents)->Unit(benchmark::kMillisecond);
BENCHMARK(LargePipeline)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace dagsim
