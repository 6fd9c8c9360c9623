// The block engine: threads take blocks from a counter, each with its own memory. Per-replication results go to slots
// of their own, and everything that is summed over replications is a whole number, so neither the number of threads nor
// their order shows in the results.
#include "sim/simulate.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <exception>
#include <map>
#include <mutex>
#include <thread>

#include "model/schedule.h"
#include "sim/kernel.h"
#include "sim/plan.h"
#include "sim/program.h"
#include "sim/worker.h"

namespace dagsim::sim {
namespace {

constexpr size_t kChains = 16;

/// Tells the caller how far it is, from one thread at a time and not too often.
class Progress {
 public:
  Progress(const std::function<void(double)>& callback, uint64_t blocks) : callback_(callback), blocks_(blocks) {}

  void done(uint64_t finished) {
    if (!callback_) {
      return;
    }
    const std::unique_lock lock(mutex_, std::try_to_lock);
    const auto now = std::chrono::steady_clock::now();
    if (lock.owns_lock() && now - last_ >= std::chrono::milliseconds(100)) {
      last_ = now;
      callback_(static_cast<double>(finished) / static_cast<double>(blocks_));
    }
  }

 private:
  const std::function<void(double)>& callback_;
  uint64_t blocks_;
  std::mutex mutex_;
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

/// Runs all blocks; the first exception of any thread ends them all and is thrown on.
void run_blocks(std::vector<Worker>& workers, uint64_t blocks, Progress& progress) {
  std::atomic<uint64_t> next{0};
  std::atomic<uint64_t> finished{0};
  std::exception_ptr failure;
  std::mutex failure_mutex;
  const auto work = [&](Worker& worker) {
    try {
      for (uint64_t number = next++; number < blocks; number = next++) {
        worker.run(number);
        progress.done(++finished);
      }
    } catch (...) {
      next = blocks;
      const std::lock_guard lock(failure_mutex);
      failure = failure ? failure : std::current_exception();
    }
  };
  {
    std::vector<std::jthread> threads;
    for (size_t i = 1; i < workers.size(); ++i) {
      threads.emplace_back(work, std::ref(workers[i]));
    }
    work(workers.front());
  }
  if (failure) {
    std::rethrow_exception(failure);
  }
}

Results make_results(const Program& program, const Plan& plan) {
  Results results;
  results.replications = plan.replications();
  results.resamples = plan.resamples();
  const uint64_t count = plan.replications();
  for (const VariantProgram& variant : program.variants) {
    Result result;
    result.wall.resize(count);
    if (variant.explain) {
      result.minutes.resize(count);
    }
    for (const ProgramDefect& defect : variant.defects) {
      result.first_red.push_back({defect.kind, std::vector<float>(count), {}});
    }
    results.variants.push_back(std::move(result));
  }
  std::map<std::string, std::vector<double>> assumptions;
  for (size_t i = 0; i < program.assumptions.size(); ++i) {
    std::vector<double> values;
    for (uint32_t h = 0; h < plan.resamples(); ++h) {
      values.push_back(plan.assumption(i, h));
    }
    assumptions.emplace(program.assumptions[i].name, std::move(values));
  }
  results.assumptions.assign(assumptions.begin(), assumptions.end());
  return results;
}

double share(int64_t part, int64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}
double seconds_per(int64_t ticks, int64_t count) {
  return share(ticks, count) / kTicksPerSecond;
}

void summarise(const VariantProgram& variant, const VariantTotals& totals, const ExplainTotals& explained,
               uint64_t replications, Result& result) {
  const auto count = static_cast<int64_t>(replications);
  for (size_t job = 0; job < variant.node.size(); ++job) {
    const int64_t ran = totals.ran[job];
    result.jobs.push_back({.criticality = share(explained.critical[job], count),
                           .slack = seconds_per(explained.slack[job], ran),
                           .drag = seconds_per(explained.drag[job], explained.drag_replications),
                           .mean = seconds_per(totals.ticks[job], ran),
                           .presence = share(ran, count)});
    result.cost += variant.price[job] * share(totals.minutes[job], count);
  }
  for (size_t defect = 0; defect < totals.shown_by.size(); ++defect) {
    for (const int64_t shown : totals.shown_by[defect]) {
      result.first_red[defect].shown_by.push_back(share(shown, count));
    }
  }
  result.chains = top_chains(explained, kChains);
}

}  // namespace

Results simulate(const std::vector<Variant>& variants, const Options& options) {
  const Program program = compile(variants, options.seed);
  if (variants.empty()) {
    return {};
  }
  const Plan plan(program, options);
  Results results = make_results(program, plan);
  const unsigned wanted = options.threads == 0 ? std::max(1U, std::thread::hardware_concurrency()) : options.threads;
  const auto threads = std::min<size_t>(wanted, plan.blocks());
  std::vector<Worker> workers;
  workers.reserve(threads);
  for (size_t i = 0; i < threads; ++i) {
    workers.emplace_back(program, plan, results);
  }
  Progress progress(options.progress, plan.blocks());
  run_blocks(workers, plan.blocks(), progress);

  for (size_t i = 1; i < workers.size(); ++i) {
    workers.front().add(workers[i]);
  }
  for (size_t v = 0; v < variants.size(); ++v) {
    results.variants[v].waits = program.variants[v].bounds;
    summarise(program.variants[v], workers.front().totals(v), workers.front().explained(v), plan.replications(),
              results.variants[v]);
  }
  return results;
}

double replay(const model::Pipeline& pipeline, const model::Graph& graph, const std::vector<double>& seconds,
              const std::vector<double>& dispatch) {
  return model::gate_completion(pipeline, model::schedule(pipeline, graph, seconds, dispatch));
}

}  // namespace dagsim::sim
