#!/usr/bin/env python3
"""How soon a lasting change of a job's level is found: a history is cut after each of the runs around a date, and calibrated.

usage: bench/runner_change.py path/to/dagsim WORKFLOW HISTORY DATE [DAYS]

For each job whose median over the DAYS (6) after DATE differs by a tenth or more from that over the DAYS before, it prints the jump, after
how many runs of the job the change was first told, and how far the calibrated median lay from the later one then and twenty runs after the date,
as a share of the jump.
"""
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
from datetime import datetime, timedelta, timezone
from statistics import median

LATER = 20


def calibrate(dagsim, workflow, history, before):
    command = [dagsim, "calibrate", workflow, "--history", history, "--format", "json"]
    if before:
        command += ["--history-before", before]
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def listed_runs(dagsim, history):
    """(start, id, {job name: seconds}) of the green runs, oldest first, from a database made of the history."""
    with tempfile.TemporaryDirectory() as folder:
        store = os.path.join(folder, "history.db")
        subprocess.run([dagsim, "import", history, "--history", store], capture_output=True, check=True)
        rows = sqlite3.connect(store).execute(
            "SELECT coalesce(r.run_started_at, r.created_at), r.id, j.name, j.seconds FROM runs r JOIN jobs j ON j.run_id = r.id AND j.attempt = r.attempt "
            "WHERE r.conclusion = 'success' AND j.conclusion = 'success' ORDER BY 1, 2").fetchall()
    runs = {}
    for started, run, name, seconds in rows:
        runs.setdefault((started, str(run)), {})[name] = seconds
    return [(datetime.fromisoformat(start.replace("Z", "+00:00")), run, jobs) for (start, run), jobs in runs.items()]


def main():
    dagsim, workflow, history, date = sys.argv[1:5]
    days = timedelta(days=int(sys.argv[5]) if len(sys.argv) > 5 else 6)
    day = datetime.fromisoformat(date).replace(tzinfo=timezone.utc)
    runs = listed_runs(dagsim, history)
    changed = {}
    for name in {name for _, _, jobs in runs for name in jobs}:
        before = [jobs[name] for start, _, jobs in runs if name in jobs and day - days <= start < day]
        after = [jobs[name] for start, _, jobs in runs if name in jobs and day <= start < day + days]
        if len(before) >= 8 and len(after) >= 8 and abs(median(after) / median(before) - 1) >= 0.1:
            changed[name] = (median(before), median(after))
    found, offs = {}, {name: {} for name in changed}
    for start, run, _ in runs:
        if not day <= start < day + days:
            continue
        result = calibrate(dagsim, workflow, history, run)
        for job in result["jobs"]:
            name = job["name"]
            if name not in changed:
                continue
            before, after = changed[name]
            seen = sum(name in jobs and day <= other < start for other, _, jobs in runs)
            offs[name].setdefault(seen, abs(job["median"] - after) / abs(after - before))
            dated = [change for change in job["changes"]
                     if change["time"] and abs(change["time"] - day.timestamp()) < timedelta(days=2).total_seconds()]
            if dated and name not in found:
                found[name] = seen
    print(f"{'job':40}  before   after  jump  found after  off then  off at {LATER}")
    for name, (before, after) in sorted(changed.items(), key=lambda item: -abs(item[1][1] / item[1][0] - 1)):
        seen = found.get(name)
        then = f"{offs[name][seen]:8.2f}" if seen is not None else "        "
        later = offs[name].get(LATER)
        print(f"{name[:40]:40}  {before:6.0f}  {after:6.0f}  {after / before:4.2f}  "
              f"{'not' if seen is None else seen:>11}  {then}  {'' if later is None else format(later, '9.2f')}")


main()
