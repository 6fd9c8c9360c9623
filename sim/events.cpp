#include "sim/events.h"

#include <algorithm>

namespace dagsim::sim {

EventLoop::EventLoop(const WaitProgram& program, std::span<const JobRows> jobs)
    : program_(program),
      missing_(program.holds.size()),
      eligible_(program.holds.size()),
      pools_(program.pools.size()),
      matrices_(program.matrices.size()) {
  for (size_t place = 0; place < jobs.size(); ++place) {
    const uint32_t* dependants = program.dependants.data();
    places_.push_back({jobs[place], program.holds[place], dependants + program.first_dependant[place],
                       dependants + program.first_dependant[place + 1]});
  }
}

void EventLoop::run() {
  for (size_t lane = 0; lane < kBlock; ++lane) {
    run_lane(lane);
  }
}

void EventLoop::run_lane(size_t lane) {
  constexpr uint64_t kPlaces = uint64_t{1} << 31;
  const auto reset = [](std::vector<Queue>& queues, const std::vector<uint32_t>& counts) {
    for (size_t i = 0; i < queues.size(); ++i) {
      queues[i].free = counts[i];
      queues[i].first = 0;
      queues[i].waiting.clear();
    }
  };
  reset(pools_, program_.pools);
  reset(matrices_, program_.matrices);
  std::ranges::copy(program_.needs, missing_.begin());
  for (uint32_t place = 0; place < places_.size(); ++place) {
    if (program_.needs[place] == 0) {
      become_eligible(lane, place, 0);
    }
  }
  serve(lane, 0);
  while (!events_.empty()) {
    const auto now = static_cast<int32_t>(events_.back() >> 32);
    // All that ends at this tick, then all that asks at it; what starts may end at once.
    while (!events_.empty() && static_cast<int32_t>(events_.back() >> 32) == now) {
      const uint64_t event = events_.back();
      events_.pop_back();
      const auto place = static_cast<uint32_t>(event % kPlaces);
      if ((event & kPlaces) == 0) {
        complete(lane, place, now);
      } else {
        asking_.push_back(place);
      }
    }
    serve(lane, now);
  }
}

void EventLoop::serve(size_t lane, int32_t now) {
  if (asking_.size() > 1) {
    std::ranges::sort(asking_);
  }
  for (const uint32_t place : asking_) {
    Queue& pool = pools_[places_[place].holds.pool];
    if (pool.free > 0) {
      --pool.free;
      start(lane, place, now);
    } else {
      pool.waiting.push_back(place);
    }
  }
  asking_.clear();
}

void EventLoop::push(int32_t time, Kind kind, uint32_t place) {
  const uint64_t event = (static_cast<uint64_t>(time) << 32) | (kind << 31) | place;
  // Few jobs run at once, so that a sorted row is faster than a heap.
  size_t at = events_.size();
  events_.push_back(event);
  for (; at > 0 && events_[at - 1] < event; --at) {
    events_[at] = events_[at - 1];
  }
  events_[at] = event;
}

void EventLoop::become_eligible(size_t lane, uint32_t place, int32_t now) {
  eligible_[place] = now;
  const JobRows& job = places_[place].rows;
  if (job.mask != nullptr && job.mask[lane] == 0) {
    if (job.delay != nullptr) job.delay[lane] = 0;
    job.finish[lane] = now;
    push(now, Completion, place);
    return;
  }
  const uint32_t matrix = places_[place].holds.matrix;
  if (matrix == Holds::kNothing || matrices_[matrix].free > 0) {
    if (matrix != Holds::kNothing) --matrices_[matrix].free;
    pass_dispatch(lane, place, now);
  } else {
    matrices_[matrix].waiting.push_back(place);
  }
}

void EventLoop::pass_dispatch(size_t lane, uint32_t place, int32_t now) {
  const int32_t then = now + places_[place].rows.dispatch[lane];
  if (places_[place].holds.pool == Holds::kNothing) {
    start(lane, place, then);
  } else if (then == now) {
    asking_.push_back(place);
  } else {
    push(then, Request, place);
  }
}

void EventLoop::start(size_t lane, uint32_t place, int32_t now) {
  const JobRows& job = places_[place].rows;
  if (job.delay != nullptr) job.delay[lane] = now - eligible_[place];
  const int32_t then = now + job.duration[lane];
  job.finish[lane] = then;
  push(then, Completion, place);
}

void EventLoop::complete(size_t lane, uint32_t place, int32_t now) {
  const Place& here = places_[place];
  const Holds& holds = here.holds;
  const bool ran = here.rows.mask == nullptr || here.rows.mask[lane] != 0;
  if (ran && holds.pool != Holds::kNothing) {
    Queue& pool = pools_[holds.pool];
    if (pool.first < pool.waiting.size()) {
      start(lane, pool.waiting[pool.first++], now);
    } else {
      ++pool.free;
    }
  }
  if (ran && holds.matrix != Holds::kNothing) {
    Queue& matrix = matrices_[holds.matrix];
    if (matrix.first < matrix.waiting.size()) {
      pass_dispatch(lane, matrix.waiting[matrix.first++], now);
    } else {
      ++matrix.free;
    }
  }
  for (const uint32_t* dependant = here.first_dependant; dependant != here.end_dependant; ++dependant) {
    if (--missing_[*dependant] == 0) {
      become_eligible(lane, *dependant, now);
    }
  }
}

}  // namespace dagsim::sim
