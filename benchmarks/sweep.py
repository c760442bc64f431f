"""A sweep with one worker and with two: how much sooner two are done, and whether plans agree.

``python -m benchmarks.sweep [PROJECT]`` plans the same grid with one process and with two, without
a store. The time is that of the whole sweep, the start of the processes included; the kernels are
compiled before. A cell ends at its gap and not at its time limit, since a clock would run for both.
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import replace
from pathlib import Path

import territory_planner as tp
from territory_planner.config import read_varied
from territory_planner.scenarios.cell import Base, Inputs, plan_of
from territory_planner.scenarios.sweep import on_processes, sweep

SAMPLE = Path("territory_planner/sample/plan.toml")
GRID = ("band=0.1,0.125,0.15,0.2", "seed=1:4")
WORKERS = (1, 2)


def main(words: list[str] | None = None) -> int:
    """Print the lines."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.sweep", description=__doc__)
    parser.add_argument("project", type=Path, nargs="?", default=SAMPLE, metavar="PROJECT")
    parser.add_argument("--vary", action="append", metavar="NAME=VALUES", help=" ".join(GRID))
    parser.add_argument("--gap", type=float, default=0.002, help="where a cell ends: 0.002")
    parser.add_argument("--time-limit", type=float, default=60.0, metavar="S", help="of a cell: 60")
    given = parser.parse_args(words)
    settings = tp.read_settings(given.project)
    grid = read_varied(settings, given.vary or GRID)
    assert grid is not None
    options = replace(
        settings.solve_options(),
        workers=1, relative_gap=given.gap, time_limit_s=given.time_limit,
    )  # fmt: skip
    base = Base(tp.read_problem(settings), settings.criteria(), options)
    inputs = Inputs({"base": base}, grid)
    with on_processes(inputs, 1):
        print(f"{len(grid)} cells over {' x '.join(grid.names)}, each to a gap of {given.gap:.2%}")
    seconds, found = {}, {}
    for workers in WORKERS:
        began = time.perf_counter()
        with on_processes(inputs, workers) as crew:
            outcomes = list(sweep(inputs, crew))
        seconds[workers] = time.perf_counter() - began
        plans = [plan_of(inputs, outcome) for outcome in outcomes if outcome.found]
        found[workers] = {plan.fingerprint for plan in plans}
        cut = sum(plan.stopped == "time limit" for plan in plans)
        searched = sum(plan.seconds for plan in plans)
        print(
            f"{workers} worker{'s' * (workers > 1)}: {seconds[workers]:.1f} s, of searching "
            f"{searched:.1f} s; {len(plans)} plans, {cut} of them cut short by the clock"
        )
    one, two = (seconds[workers] for workers in WORKERS)
    same = len(found[1] & found[2])
    print(f"speed-up {one / two:.2f}; {same} of {len(grid)} plans the same")
    return 0


if __name__ == "__main__":
    sys.exit(main())
