"""Solve published instances through the public API, each in a process of its own.

``python -m benchmarks.run SET INSTANCE... --time-limit S --seed N --workers W --out DIR``
writes ``DIR/<instance>.assignment``, one label per unit in the file's order (for cpmp the index of
the unit's median), and prints one line of JSON per instance, appended to ``DIR/results.jsonl``.
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

SETS = ("rm_tdp", "gliesch_dl", "us_districting_moi", "us_districting_cut", "cpmp", "synthetic")
VARIANTS = ("homes", "free", "contiguous", "moves")


def main(words: list[str] | None = None) -> int:
    """Run the command; return 0 when every instance has a plan."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.run", description=__doc__)
    parser.add_argument("set", choices=SETS)
    parser.add_argument("instances", nargs="+", type=Path, metavar="INSTANCE")
    parser.add_argument("--time-limit", type=float, default=60.0, metavar="S")
    parser.add_argument("--seed", type=int, default=1, metavar="N")
    parser.add_argument("--workers", type=int, default=2, metavar="W")
    parser.add_argument("--out", type=Path, default=Path("out/benchmarks"), metavar="DIR")
    parser.add_argument("--variant", choices=VARIANTS, default="homes", help="of synthetic")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args(words)
    if missing := [str(path) for path in given.instances if not path.is_file()]:
        parser.error(f"there is no such file: {', '.join(missing)}")
    given.out.mkdir(parents=True, exist_ok=True)
    if given.inside:
        print(json.dumps(_solved(given, given.instances[0])))
        return 0
    lines = [_apart(given, path) for path in given.instances]
    return 0 if all(line["feasible"] for line in lines) else 1


def _apart(given: argparse.Namespace, path: Path) -> dict[str, Any]:
    """Return the line of one instance, solved in a process of its own so that memory is its own."""
    words = [sys.executable, "-m", "benchmarks.run", given.set, str(path), "--inside"]
    for name in ("time_limit", "seed", "workers", "out", "variant"):
        words += [f"--{name.replace('_', '-')}", str(getattr(given, name))]
    done = subprocess.run(words, stdout=subprocess.PIPE, text=True, check=True)
    line: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    text = json.dumps(line)
    print(text, flush=True)
    with (given.out / "results.jsonl").open("a") as file:
        file.write(text + "\n")
    return line


def _solved(given: argparse.Namespace, path: Path) -> dict[str, Any]:
    import numpy as np

    from benchmarks import instances
    from territory_planner import InfeasibleError, NoPlanFoundError, SolveOptions, solve
    from territory_planner.evaluation.violations import violations

    if given.set == "synthetic":
        instance = instances.read_synthetic(path, given.variant)
    elif given.set.startswith("us_districting"):
        instance = instances.read_us_districting(path, cut=given.set.endswith("cut"))
    else:
        instance = getattr(instances, f"read_{given.set}")(path)
    options = SolveOptions(given.time_limit, seed=given.seed, workers=given.workers)
    line: dict[str, Any] = {
        "set": given.set,
        "instance": path.stem,
        "units": instance.problem.n_units,
        "time_limit": given.time_limit,
        "seed": given.seed,
        "workers": given.workers,
    }
    if given.set == "synthetic":
        line |= {"variant": given.variant, "file": str(path)}
    began = time.perf_counter()
    found: dict[str, Any] = dict.fromkeys(("objective", "bound", "gap"))
    why = {}
    try:
        plan = solve(instance.problem, instance.criteria, options)
    except (InfeasibleError, NoPlanFoundError) as error:
        why = {"why": str(error)[:400], "infeasible": isinstance(error, InfeasibleError)}
        labels = getattr(error, "territory_of", None)
        is_feasible = False
    else:
        found = {
            "objective": plan.objective * instance.scale,
            "bound": plan.bound * instance.scale,
            "gap": plan.gap,
        }
        labels = instance.labels(plan)
        is_feasible = not violations(instance.problem, plan.alignment, instance.criteria)
        why = {"stopped": plan.stopped}
    seconds = time.perf_counter() - began
    written = given.out / f"{path.stem}.assignment"
    written.unlink(missing_ok=True)
    if labels is not None:
        np.savetxt(written, np.asarray(labels)[None], fmt="%d")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return line | found | {
        "seconds": round(seconds, 2), "peak_mb": round(peak), "feasible": is_feasible,
        "assignment": written.name if labels is not None else None, **why,
    }  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
