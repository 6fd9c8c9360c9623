"""The peers that Python has: python3 peers.py numpy-f32|numpy-f64|simpy|simpy-pool DAG SECONDS."""
import json
import random
import sys
import time

POOL = 8
BLOCK = 10_000


def read_dag(path):
    with open(path) as file:
        count = int(file.readline())
        rows = [file.readline().split() for _ in range(count)]
    return [(float(row[0]), float(row[1]), [int(need) for need in row[3:]]) for row in rows]


def measure(seconds, work):
    begin = time.perf_counter()
    count = 0
    total = 0.0
    elapsed = 0.0
    while elapsed < seconds:
        more, walls = work()
        count += more
        total += walls
        elapsed = time.perf_counter() - begin
    print(json.dumps({"rate": count / elapsed, "mean": total / count}))


def numpy_work(jobs, kind):
    import numpy

    random_numbers = numpy.random.default_rng(1)
    ends = numpy.empty((len(jobs), BLOCK), kind)

    def work():
        for job, (location, spread, needs) in enumerate(jobs):
            end = ends[job]
            random_numbers.standard_normal(out=end, dtype=kind)
            end *= kind(spread)
            end += kind(location)
            numpy.exp(end, out=end)
            if needs:
                start = ends[needs[0]]
                for need in needs[1:]:
                    start = numpy.maximum(start, ends[need])
                end += start
        return BLOCK, float(ends.max(axis=0).sum(dtype=numpy.float64))

    return work


def simpy_work(jobs, slots):
    import simpy

    random.seed(1)

    def run_job(environment, job, ended, pool):
        location, spread, needs = jobs[job]
        if needs:
            yield environment.all_of([ended[need] for need in needs])
        if pool is None:
            yield environment.timeout(random.lognormvariate(location, spread))
            return
        with pool.request() as slot:
            yield slot
            yield environment.timeout(random.lognormvariate(location, spread))

    def work():
        environment = simpy.Environment()
        pool = simpy.Resource(environment, slots) if slots else None
        ended = []
        for job in range(len(jobs)):
            ended.append(environment.process(run_job(environment, job, ended, pool)))
        environment.run()
        return 1, environment.now

    return work


def main():
    peer, path, seconds = sys.argv[1:]
    jobs = read_dag(path)
    if peer.startswith("numpy"):
        import numpy

        work = numpy_work(jobs, numpy.float32 if peer == "numpy-f32" else numpy.float64)
    else:
        work = simpy_work(jobs, POOL if peer == "simpy-pool" else 0)
    measure(float(seconds), work)


main()
