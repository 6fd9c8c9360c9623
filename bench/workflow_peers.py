#!/usr/bin/env python3
"""Workflow files to pipelines, beside yaml-cpp's bare events and GitHub's own parser, alternating in one run.

usage: bench/workflow_peers.py BENCH NPM      (BENCH holds dagsim_bench, NPM the packages of tests/differential)

All read the workflows of scenarios/rust-ci that have runs of their own. dagsim reads the files that they call too, and
expands them into jobs; the others only parse. Rates are compared by the bytes that each reads.
"""
import json
import os
import statistics
import subprocess
import sys
import tempfile

ROUNDS = 5
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def bundle(npm, folder):
    script = os.path.join(folder, "peer.mjs")
    banner = "import {createRequire} from 'module'; const require = createRequire(import.meta.url);"
    subprocess.run([os.path.join(npm, "node_modules/.bin/esbuild"), os.path.join(ROOT, "bench/workflow_peer.mjs"), "--bundle",
                    "--platform=node", "--format=esm", "--log-level=error", f"--banner:js={banner}", f"--outfile={script}"],
                   check=True, env={**os.environ, "NODE_PATH": os.path.join(npm, "node_modules")})
    return script


def workflows():
    found = []
    for folder, _, names in os.walk(os.path.join(ROOT, "scenarios/rust-ci")):
        if folder.endswith(".github/workflows"):
            found += [os.path.join(folder, name) for name in names]
    return sorted(found)


def own_rates(bench):
    out = subprocess.run([os.path.join(bench, "dagsim_bench"), "--benchmark_filter=^(YamlEvents|Pipelines|Large.*)$",
                          "--benchmark_format=json", "--benchmark_min_time=1"], check=True, capture_output=True, text=True)
    return {entry["name"]: entry for entry in json.loads(out.stdout)["benchmarks"]}


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    bench, npm = sys.argv[1:]
    rows = {"of the rate of yaml-cpp's bare events": [], "times the rate of @actions/workflow-parser": [],
            "times the bare events' time for 20,000 lines": []}
    with tempfile.TemporaryDirectory() as folder:
        peer = bundle(npm, folder) if os.path.isdir(os.path.join(npm, "node_modules")) else None
        for _ in range(ROUNDS):
            own = own_rates(bench)
            rate = own["Pipelines"]["bytes_per_second"]
            rows["of the rate of yaml-cpp's bare events"].append(rate / own["YamlEvents"]["bytes_per_second"])
            rows["times the bare events' time for 20,000 lines"].append(
                own["LargePipeline"]["real_time"] / own["LargeYamlEvents"]["real_time"])
            if peer:
                out = subprocess.run(["node", peer, "2", *workflows()], check=True, capture_output=True, text=True)
                rows["times the rate of @actions/workflow-parser"].append(rate / float(out.stdout))
            print(f"pipelines {rate / 1e6:.2f} MB/s", file=sys.stderr)
    for name, ratios in rows.items():
        if ratios:
            print(f"{statistics.median(ratios):5.2f} ({min(ratios):.2f} to {max(ratios):.2f}) {name}")
    if not peer:
        print(f"no npm packages in {npm}: GitHub's parser was not measured")


main()
