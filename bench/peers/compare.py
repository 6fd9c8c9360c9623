#!/usr/bin/env python3
"""dagsim's engines beside others on the same DAGs, alternating: ratios of replications a second, one thread each.

usage: bench/peers/compare.py FOLDER [--json] [--rounds N] [--seconds S] [--only TEXT]

FOLDER holds dagsim_dag; the C++ peers are built beside it (g++ -O2, as one would). Peers that are not installed are left out
with a word: NumPy (python3-numpy), SimPy (python3-simpy), SimGrid (libsimgrid-dev). Each round runs every program once, and
a ratio is that of one round, so that a slow spell of the machine strikes both sides; shown are the median and the range over
the rounds. Mean wall clocks must agree within 1 %, else the comparison is void.
"""
import argparse
import json
import os
import statistics
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
DAGS = ["ci40", "layer1000"]
# What is compared with what: the quotient of their replications a second.
PAIRS = [
    ("philox", "numpy-f32"),
    ("philox", "numpy-f64"),
    ("philox", "plain-c++"),
    ("philox", "simgrid"),
    ("philox", "simpy"),
    ("philox", "explained"),
    ("resampled", "philox"),
    ("edits", "philox"),
    ("philox-2-threads", "philox"),
    ("event", "simpy-pool"),
]
OWN = {"philox": ["philox"], "explained": ["explained"], "resampled": ["resampled"], "edits": ["edits"],
       "philox-2-threads": ["philox", "2"], "event": ["event"]}
PYTHON = ["numpy-f32", "numpy-f64", "simpy", "simpy-pool"]


def build(folder, name, source, libraries):
    program = os.path.join(folder, name)
    command = ["g++", "-std=c++17", "-O2", os.path.join(HERE, source), "-o", program, *libraries]
    built = subprocess.run(command, capture_output=True, text=True)
    return program if built.returncode == 0 else None


def commands(folder):
    """How each program is called, without DAG and seconds; those that can't run here are missing."""
    found = {}
    for name, words in OWN.items():
        found[name] = lambda dag, seconds, words=words: [os.path.join(folder, "dagsim_dag"), words[0], dag, seconds, *words[1:]]
    for name, source, libraries in [("plain-c++", "plain_cpp.cpp", []), ("simgrid", "simgrid_dag.cpp", ["-lsimgrid"])]:
        program = build(folder, name, source, libraries)
        if program:
            found[name] = lambda dag, seconds, program=program: [program, dag, seconds]
        else:
            print(f"{name} can't be built here and is left out", file=sys.stderr)
    for name in PYTHON:
        module = name.split("-")[0]
        if subprocess.run(["/usr/bin/python3", "-c", f"import {module}"], capture_output=True).returncode == 0:
            found[name] = lambda dag, seconds, name=name: ["/usr/bin/python3", os.path.join(HERE, "peers.py"), name, dag, seconds]
        else:
            print(f"{name} is not installed and is left out", file=sys.stderr)
    return found


def measure(command):
    environment = dict(os.environ, OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")
    run = subprocess.run(command, capture_output=True, text=True, env=environment)
    if run.returncode != 0:
        sys.exit(f"{' '.join(command)} failed:\n{run.stderr}")
    return json.loads(run.stdout.splitlines()[-1])


def check_means(dag, means):
    base = means["philox"]
    for name in ("numpy-f32", "numpy-f64", "plain-c++", "simgrid", "simpy", "explained"):
        if name in means and abs(means[name] / base - 1) > 0.01:
            sys.exit(f"{dag}: the mean wall clock of {name} is {means[name]:.1f} s, that of philox {base:.1f} s")
    if "event" in means and "simpy-pool" in means and abs(means["event"] / means["simpy-pool"] - 1) > 0.02:
        sys.exit(f"{dag}: the mean wall clock of event is {means['event']:.1f} s, of simpy-pool {means['simpy-pool']:.1f} s")


def print_race(folder, as_json):
    """The best of all edits of one or two of the 40 jobs, in 15 seeds."""
    command = [os.path.join(folder, "dagsim_dag"), "race", os.path.join(HERE, "ci40.dag"), "15"]
    race = measure(command)
    if as_json:
        print(json.dumps({"dag": "ci40", "engine": "race", **race}), flush=True)
    else:
        print(f"ci40       race: the best of {race['edits']} edits found in {race['found']} of {race['seeds']} seeds, never dropped"
              f" in {race['kept']}, with 1/{1 / race['share']:.0f} of equal work", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder")
    parser.add_argument("--json", action="store_true", help="a line of JSON for each pair")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=1.0, help="that each program runs in a round")
    parser.add_argument("--only", default="", help="only pairs with this text in a name")
    options = parser.parse_args()
    known = commands(options.folder)
    for dag in DAGS:
        path = os.path.join(HERE, dag + ".dag")
        pairs = [pair for pair in PAIRS if all(name in known for name in pair) and options.only in " ".join(pair)]
        names = sorted({name for pair in pairs for name in pair})
        rounds = []
        for number in range(options.rounds):
            if sys.stderr.isatty():
                print(f"\r{dag}: round {number + 1} of {options.rounds}", end="", file=sys.stderr)
            rounds.append({name: measure(known[name](path, str(options.seconds))) for name in names})
        if sys.stderr.isatty():
            print("\r" + " " * 40 + "\r", end="", file=sys.stderr)
        if "philox" in names:
            check_means(dag, {name: statistics.mean(r[name]["mean"] for r in rounds) for name in names})
        for engine, peer in pairs:
            ratios = [r[engine]["rate"] / r[peer]["rate"] for r in rounds]
            figures = {"median": statistics.median(ratios), "min": min(ratios), "max": max(ratios)}
            figures = {name: float(f"{value:.4g}") for name, value in figures.items()}
            if options.json:
                print(json.dumps({"dag": dag, "engine": engine, "peer": peer, "ratio": figures}), flush=True)
            else:
                rate = statistics.median(r[engine]["rate"] for r in rounds)
                print(f"{dag:10} {engine:17} {rate:12,.0f}/s  {figures['median']:>9,.4g} times {peer:12}"
                      f" ({figures['min']:,.4g} to {figures['max']:,.4g})", flush=True)
    if options.only in "race":
        print_race(options.folder, options.json)


main()
