"""Peers side by side on one synthetic instance, in one run, scored by the same evaluation.

``python -m benchmarks.peers INSTANCE.npz... --time-limit S --out DIR`` runs each method in a
process of its own, one after the other, prints a table and writes ``DIR/peers.jsonl``. The peers
come with ``pip install -e '.[bench]'``; one that is not installed is listed as such.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.instances import read_synthetic
from benchmarks.methods import BAND, METHODS
from territory_planner import Alignment, Criteria
from territory_planner.evaluation.balance import relative_deviation
from territory_planner.evaluation.compactness import mean_distance_km
from territory_planner.evaluation.contiguity import pieces

ALLOWANCE = 5.0
"""A peer that ignores its limit is ended after this many times the limit."""


def main(words: list[str] | None = None) -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.peers", description=__doc__)
    parser.add_argument("instances", nargs="+", type=Path, metavar="INSTANCE")
    parser.add_argument("--time-limit", type=float, default=60.0, metavar="S")
    parser.add_argument("--out", type=Path, default=Path("out/benchmarks"), metavar="DIR")
    parser.add_argument("--only", choices=tuple(METHODS), action="append", metavar="METHOD")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args(words)
    if missing := [str(path) for path in given.instances if not path.is_file()]:
        parser.error(f"there is no such file: {', '.join(missing)}")
    if given.inside:
        print(json.dumps(_measured(given.instances[0], given.only[0], given.time_limit)))
        return 0
    given.out.mkdir(parents=True, exist_ok=True)
    print("# Peers side by side\n\nPrinted by `python -m benchmarks.peers`.")
    with (given.out / "peers.jsonl").open("a") as file:
        for path in given.instances:
            print(f"\n{path.stem}, at most {given.time_limit:g} s each\n\n{HEAD}")
            for method in given.only or METHODS:
                line = _apart(path, method, given.time_limit)
                file.write(json.dumps(line) + "\n")
                file.flush()
                print(row(line), flush=True)
    return 0


def _apart(path: Path, method: str, seconds: float) -> dict[str, Any]:
    line = {"instance": path.stem, "method": method}
    words = [sys.executable, "-m", "benchmarks.peers", str(path), "--inside", "--only", method]
    try:
        done = subprocess.run(
            [*words, "--time-limit", str(seconds)],
            capture_output=True,
            text=True,
            timeout=ALLOWANCE * seconds + 60,
            check=True,
        )
    except subprocess.TimeoutExpired:
        return line | {"failed": f"not done after {ALLOWANCE * seconds + 60:.0f} s"}
    except subprocess.CalledProcessError as error:
        return line | {"failed": error.stderr.strip().splitlines()[-1]}
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return line | found


def _measured(path: Path, method: str, seconds: float) -> dict[str, Any]:
    problem = read_synthetic(path, "homes").problem
    began = time.perf_counter()
    labels = METHODS[method](problem, seconds)
    took = time.perf_counter() - began
    alignment = Alignment(labels)
    worst = np.abs(relative_deviation(problem, alignment)).max(axis=0)
    inside = (np.abs(relative_deviation(problem, alignment)) <= BAND + 1e-9).all(axis=1)
    return {
        "seconds": round(took, 2),
        "worst_workload": float(worst[0]),
        "worst_potential": float(worst[1]),
        "in_band": int(inside.sum()),
        "territories": problem.n_territories,
        "km_to_center": mean_distance_km(problem, alignment, Criteria(centers="free")),
        "km_to_home": mean_distance_km(problem, alignment, Criteria()),
        "one_piece": int((pieces(problem, alignment) == 1).sum()),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


HEAD = (
    "| method | seconds | worst workload | worst potential | in both bands | km to center "
    "| km to home | one piece | MB |\n|---|---|---|---|---|---|---|---|---|"
)


def row(line: dict[str, Any]) -> str:
    """Return one method's line of the table; km to home only where labels are homes."""
    if "failed" in line:
        return f"| {line['method']} | {line['failed']} | | | | | | | |"
    home = f"{line['km_to_home']:.2f}" if "home" in line["method"] else ""
    k = line["territories"]
    return (
        f"| {line['method']} | {line['seconds']:.1f} | {line['worst_workload']:.1%} "
        f"| {line['worst_potential']:.1%} | {line['in_band']} of {k} | {line['km_to_center']:.2f} "
        f"| {home} | {line['one_piece']} of {k} | {line['peak_mb']:,} |"
    )


if __name__ == "__main__":
    sys.exit(main())
