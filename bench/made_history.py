#!/usr/bin/env python3
"""Writes a workflow and 400 made runs of it, whose compile jobs share what no other job knows of.

Usage: made_history.py FOLDER [--seed N] [--runs N] [--conditional]

Seven compile jobs take 1, 1.9 or 3.6 times their time, all of a run alike: the mode of a cache, which lasts for some
runs. Five other jobs have nothing to do with it. With --conditional, 35 % of the runs leave the compile jobs out. For
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


def workflow(conditional):
    text = "name: CI\non: [push, pull_request]\njobs:\n  changes:\n    runs-on: ubuntu-latest\n"
    text += "    outputs:\n      rust: ${{ steps.filter.outputs.rust }}\n    steps:\n      - id: filter\n        run: ./filter\n"
    for name in [*COMPILE, *OTHER]:
        condition = CONDITION if conditional and name in COMPILE else ""
        text += f"  {name}:\n    needs: changes\n{condition}{STEPS}"
    condition = CONDITION if conditional else ""
    return text + f"  report:\n    needs: [changes, build, test-a]\n{condition}{STEPS}"


def stamp(time):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")


class Run:
    """One run: its jobs as GitHub's REST API gives them."""

    def __init__(self, number):
        self.id = 1000 + number
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
            "started_at": stamp(started), "completed_at": stamp(completed), "steps": []})


def made_runs(count, conditional):
    time = datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc)
    mode = 0
    for number in range(count):
        time += datetime.timedelta(seconds=random.expovariate(1 / 5400))
        if random.random() < 0.6:
            mode = random.choices(range(3), [0.55, 0.25, 0.2])[0]
        compiles = not conditional or random.random() < 0.65
        event = "push" if random.random() < 0.3 else "pull_request"
        run = Run(number)
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


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--runs", type=int, default=400)
    parser.add_argument("--conditional", action="store_true")
    options = parser.parse_args()
    random.seed(options.seed)
    os.makedirs(f"{options.folder}/.github/workflows", exist_ok=True)
    os.makedirs(f"{options.folder}/runs", exist_ok=True)
    with open(f"{options.folder}/.github/workflows/ci.yml", "w") as file:
        file.write(workflow(options.conditional))
    made = list(made_runs(options.runs, options.conditional))
    with open(f"{options.folder}/runs/runs.json", "w") as file:
        json.dump({"total_count": len(made), "workflow_runs": [run for run, _ in made]}, file)
    with open(f"{options.folder}/runs/jobs.json", "w") as file:
        for _, jobs in made:
            file.write(json.dumps({"total_count": len(jobs), "jobs": jobs}) + "\n")


if __name__ == "__main__":
    main()
