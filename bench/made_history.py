#!/usr/bin/env python3
"""Writes a workflow and 400 made runs of it, whose compile jobs share what no other job knows of.

Usage: made_history.py FOLDER [--seed N] [--runs N] [--conditional] [--logs] [--steps N]

Seven compile jobs take 1, 1.9 or 3.6 times their time, all of a run alike: the mode of a cache, which lasts for some
runs. Five other jobs have nothing to do with it. With --conditional, 35 % of the runs leave the compile jobs out. With --logs the
mode is that of a cache step, which finds its entry exactly, in part or not at all, and each compile job has a log that
says so. With --steps N each job has as many steps. For
dagsim backtest FOLDER --history FOLDER/runs; docs/method.md has what this showed.
"""
import argparse
import datetime
import json
import math
import os
import random

COMPILE = {"check": 120, "clippy": 150, "test-a": 300, "test-b": 260, "test-c": 200, "build": 330, "docs": 180}
OTHER = {"fmt": 20, "deny": 35, "typos": 15, "lint-web": 60, "e2e": 280}
MODES = [1, 1.9, 3.6]
CONDITION = "    if: needs.changes.outputs.rust == 'true'\n"
STEPS = "    runs-on: ubuntu-latest\n    steps:\n      - run: make\n"
CACHED_STEPS = """    runs-on: ubuntu-latest
    steps:
      - uses: actions/cache@v4
        with:
          path: target
          key: deps-${{ runner.os }}-${{ hashFiles('lock') }}
          restore-keys: deps-${{ runner.os }}-
      - run: make
"""


def workflow(conditional, logs):
    text = "name: CI\non: [push, pull_request]\njobs:\n  changes:\n    runs-on: ubuntu-latest\n"
    text += "    outputs:\n      rust: ${{ steps.filter.outputs.rust }}\n    steps:\n      - id: filter\n        run: ./filter\n"
    for name in [*COMPILE, *OTHER]:
        condition = CONDITION if conditional and name in COMPILE else ""
        steps = CACHED_STEPS if logs and name in COMPILE else STEPS
        text += f"  {name}:\n    needs: changes\n{condition}{steps}"
    condition = CONDITION if conditional else ""
    return text + f"  report:\n    needs: [changes, build, test-a]\n{condition}{STEPS}"


def stamp(time):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")


class Run:
    """One run: its jobs as GitHub's REST API gives them."""

    def __init__(self, number, steps):
        self.id = 1000 + number
        self.steps = steps
        self.jobs = []
        self.end = {}

    def add(self, name, created, seconds, skipped=False):
        started = completed = created
        if not skipped:
            started = created + datetime.timedelta(seconds=round(random.lognormvariate(1.2, 0.6)))
            completed = started + datetime.timedelta(seconds=max(1, round(seconds)))
        self.end[name] = completed
        self.jobs.append({
            "id": self.id * 100 + len(self.jobs), "run_id": self.id, "run_attempt": 1, "name": name, "workflow_name": "CI",
            "status": "completed", "conclusion": "skipped" if skipped else "success", "created_at": stamp(created),
            "started_at": stamp(started), "completed_at": stamp(completed), "steps": self.made_steps(started, completed)})

    def made_steps(self, started, completed):
        marks = [started + (completed - started) * i / max(1, self.steps) for i in range(self.steps + 1)]
        return [{"name": f"Step {i}", "number": i + 1, "status": "completed", "conclusion": "success", "started_at": stamp(marks[i]),
                 "completed_at": stamp(marks[i + 1])} for i in range(self.steps)]


def log_of(job, mode):
    """The log of a compile job, as GitHub writes it."""
    start = datetime.datetime.strptime(job["started_at"], "%Y-%m-%dT%H:%M:%SZ")
    digest = f"{job['run_id']:064x}"
    found = ["Cache hit for: deps-Linux-" + digest, "Cache hit for restore-key: deps-Linux-" + "0" * 64,
             f"Cache not found for input keys: deps-Linux-{digest}, deps-Linux-"][mode]
    lines = ["Current runner version: '2.330.0'", f"Complete job name: {job['name']}", "##[group]Run actions/cache@v4", "with:",
             "  path: target", f"  key: deps-Linux-{digest}", "  restore-keys: deps-Linux-", "##[endgroup]", found,
             "##[group]Run make", "##[endgroup]", "Post job cleanup.", "Cleaning up orphan processes"]
    times = [start + datetime.timedelta(seconds=i / 10) for i in range(len(lines))]
    return "".join(f"{time:%Y-%m-%dT%H:%M:%S}.{time.microsecond:06d}0Z {line}\n" for time, line in zip(times, lines))


def made_runs(count, conditional, steps, logs):
    time = datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc)
    mode = 0
    for number in range(count):
        time += datetime.timedelta(seconds=random.expovariate(1 / 5400))
        if random.random() < 0.6:
            mode = random.choices(range(3), [0.55, 0.25, 0.2])[0]
        compiles = not conditional or random.random() < 0.65
        event = "push" if random.random() < 0.3 else "pull_request"
        run = Run(number, steps)
        run.add("changes", time, random.lognormvariate(math.log(8), 0.2))
        start = run.end["changes"]
        for name, seconds in COMPILE.items():
            run.add(name, start, seconds * MODES[mode] * random.lognormvariate(0, 0.1), not compiles)
        for name, seconds in OTHER.items():
            run.add(name, start, seconds * random.lognormvariate(0, 0.25))
        built = max(run.end["build"], run.end["test-a"])
        run.add("report", built, random.lognormvariate(math.log(15), 0.2), not compiles)
        yield {
            "id": run.id, "name": "CI", "run_attempt": 1, "event": event, "status": "completed", "conclusion": "success",
            "head_branch": f"topic-{random.randrange(60)}", "created_at": stamp(time), "run_started_at": stamp(time),
            "updated_at": stamp(max(run.end.values()))}, run.jobs
        if logs is not None and compiles:
            for job in run.jobs:
                if job["name"] in COMPILE:
                    with open(f"{logs}/{job['id']}.txt", "w") as file:
                        file.write(log_of(job, mode))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--runs", type=int, default=400)
    parser.add_argument("--conditional", action="store_true")
    parser.add_argument("--logs", action="store_true")
    parser.add_argument("--steps", type=int, default=0)
    options = parser.parse_args()
    random.seed(options.seed)
    os.makedirs(f"{options.folder}/.github/workflows", exist_ok=True)
    os.makedirs(f"{options.folder}/runs", exist_ok=True)
    with open(f"{options.folder}/.github/workflows/ci.yml", "w") as file:
        file.write(workflow(options.conditional, options.logs))
    logs = f"{options.folder}/runs/logs" if options.logs else None
    if logs:
        os.makedirs(logs, exist_ok=True)
    made = list(made_runs(options.runs, options.conditional, options.steps, logs))
    with open(f"{options.folder}/runs/runs.json", "w") as file:
        json.dump({"total_count": len(made), "workflow_runs": [run for run, _ in made]}, file)
    with open(f"{options.folder}/runs/jobs.json", "w") as file:
        for _, jobs in made:
            file.write(json.dumps({"total_count": len(jobs), "jobs": jobs}) + "\n")


if __name__ == "__main__":
    main()
