#!/usr/bin/env python3
"""Import of past runs: dagsim against Python's json and sqlite3, into the same tables, alternating in one run.

usage: bench/import_peer.py path/to/dagsim [RUNS]

Makes RUNS (5000) runs of 20 jobs of 10 steps each, as GitHub's REST API answers, in a folder of its own; both sides start with no
database, and the counts of rows are compared at the end. The Python side is written as one would for speed: one transaction,
executemany, names interned in a dictionary.
"""
import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from datetime import datetime, timezone

JOBS = 20
STEPS = 10
ROUNDS = 3


def iso(seconds):
    return datetime.fromtimestamp(seconds, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def make_answers(folder, runs):
    rng = random.Random(1)
    os.mkdir(os.path.join(folder, "jobs"))
    listing = []
    for number in range(runs):
        run, start = 10_000_000 + number, 1_700_000_000 + 600 * number
        url = f"https://api.github.com/repos/owner/repository/actions/runs/{run}"
        listing.append({"id": run, "name": "CI", "head_branch": f"topic-{number % 50}", "head_sha": f"{rng.getrandbits(160):040x}",
                        "path": ".github/workflows/ci.yml", "run_number": number, "event": "pull_request", "status": "completed",
                        "conclusion": "success", "run_attempt": 1, "url": url, "jobs_url": url + "/jobs", "logs_url": url + "/logs",
                        "created_at": iso(start), "run_started_at": iso(start), "updated_at": iso(start + 1200)})
        jobs = []
        for place in range(JOBS):
            at = start + rng.randrange(60)
            steps = []
            for step in range(STEPS):
                end = at + rng.randrange(60)
                steps.append({"name": f"Step number {step}", "status": "completed", "conclusion": "success", "number": step + 1,
                              "started_at": iso(at), "completed_at": iso(end)})
                at = end
            jobs.append({"id": run * 100 + place, "run_id": run, "run_url": url, "run_attempt": 1, "workflow_name": "CI",
                         "head_branch": f"topic-{number % 50}", "node_id": f"CR_{run * 100 + place}", "head_sha": f"{rng.getrandbits(160):040x}",
                         "url": f"{url}/jobs/{place}", "html_url": f"{url}/job/{place}", "status": "completed",
                         "conclusion": "success", "created_at": iso(start), "started_at": iso(start + 5),
                         "completed_at": iso(at + 2), "name": f"test ({place}, ubuntu-latest)", "steps": steps,
                         "check_run_url": f"{url}/check/{place}", "labels": ["ubuntu-latest"], "runner_id": place,
                         "runner_name": f"GitHub Actions {place}", "runner_group_id": 0, "runner_group_name": "GitHub Actions"})
        with open(os.path.join(folder, "jobs", f"{run}.json"), "w") as out:
            json.dump({"total_count": JOBS, "jobs": jobs}, out)
    with open(os.path.join(folder, "runs.json"), "w") as out:
        for first in range(0, runs, 100):
            json.dump({"total_count": runs, "workflow_runs": listing[first:first + 100]}, out)


def seconds(text):
    return datetime.fromisoformat(text[:-1] + "+00:00").timestamp() if text else None


def import_with_python(folder, path, schema):
    names = {}

    def name(text):
        known = names.get(text)
        if known is None:
            known = names[text] = len(names) + 1
        return known

    runs, jobs, steps, totals = [], [], [], []
    decoder = json.JSONDecoder()
    paths = [os.path.join(folder, "runs.json")] + sorted(
        os.path.join(folder, "jobs", entry) for entry in os.listdir(os.path.join(folder, "jobs")))
    for source in paths:
        with open(source) as file:
            text = file.read()
        at = 0
        while at < len(text):
            document, at = decoder.raw_decode(text, at)
            for run in document.get("workflow_runs", ()):
                runs.append((run["id"], run["run_attempt"], name(run["name"]), name(run["event"]), name(run["head_branch"]), 0,
                             name(run["status"]), name(run["conclusion"]), seconds(run["created_at"]),
                             seconds(run["run_started_at"]), 0))
            for job in document.get("jobs", ()):
                key = (job["run_id"], job["run_attempt"], job["id"])
                jobs.append(key + (name(job["name"]), name(job["workflow_name"]), name(job["conclusion"]),
                                   seconds(job["created_at"]), seconds(job["started_at"]), seconds(job["completed_at"]), 0))
                for number, step in enumerate(job["steps"], 1):
                    steps.append(key + (number, name(step["name"]), name(step["conclusion"]), seconds(step["started_at"]),
                                        seconds(step["completed_at"])))
            if "jobs" in document:
                totals.append((document["jobs"][0]["run_id"], document["total_count"]))
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.executescript(schema)
    with connection:
        connection.executemany("INSERT INTO name VALUES (?, ?)", ((number, text) for text, number in names.items()))
        connection.executemany("INSERT INTO run VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", runs)
        connection.executemany("INSERT INTO job VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", jobs)
        connection.executemany("INSERT INTO step VALUES (?, ?, ?, ?, ?, ?, ?, ?)", steps)
        connection.executemany("INSERT INTO listing VALUES (?, ?)", totals)
    connection.close()


def rows_in(path):
    connection = sqlite3.connect(path)
    counts = tuple(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in ("run", "job", "step"))
    connection.close()
    return counts


def main():
    tool = os.path.abspath(sys.argv[1])
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 5000
    work = tempfile.mkdtemp(prefix="dagsim-bench-")
    try:
        answers = os.path.join(work, "answers")
        os.mkdir(answers)
        make_answers(answers, runs)
        size = sum(os.path.getsize(os.path.join(base, file)) for base, _, files in os.walk(answers) for file in files)
        ratios = []
        for number in range(ROUNDS):
            own, peer = (os.path.join(work, f"{side}{number}.db") for side in ("dagsim", "python"))
            start = time.perf_counter()
            subprocess.run([tool, "import", answers, "--history", own], check=True, stdout=subprocess.DEVNULL)
            own_time = time.perf_counter() - start
            connection = sqlite3.connect(own)
            schema = ";".join(row[0] for row in connection.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL"))
            connection.close()
            start = time.perf_counter()
            import_with_python(answers, peer, schema)
            peer_time = time.perf_counter() - start
            if rows_in(own) != rows_in(peer):
                sys.exit(f"rows differ: {rows_in(own)} against {rows_in(peer)}")
            ratios.append(peer_time / own_time)
            print(f"{size / 1e6:.0f} MB, {runs * JOBS} jobs: dagsim {own_time:.2f} s, Python {peer_time:.2f} s, ratio {ratios[-1]:.2f}",
                  flush=True)
        print(f"median ratio {sorted(ratios)[len(ratios) // 2]:.2f}")
    finally:
        shutil.rmtree(work)


if __name__ == "__main__":
    main()
