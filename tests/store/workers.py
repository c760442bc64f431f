"""What other processes do to a store in the tests: ``python -m tests.store.workers VERB PLACE``."""

from __future__ import annotations

import resource
import sys
import time
from dataclasses import replace

import numpy as np

from territory_planner.domain.plan import Plan, SolveOptions
from territory_planner.store.records import Asked
from territory_planner.store.runs import Store
from tests.store.test_plan_file import small_plan
from tests.worlds import grid_problem


def large_plan(n: int) -> Plan:
    """Return a plan that takes a while to be written."""
    plan = small_plan()
    problem = grid_problem("1" * n, current="A" * n, potential="1" * n)
    of = np.arange(n) % 2
    return replace(plan, problem=problem, alignment=replace(plan.alignment, territory_of=of))


def begin(place: str) -> None:
    """Begin a run, say its id, and never end it."""
    print(Store.open(place).begin(Asked("killed", SolveOptions())).id, flush=True)
    time.sleep(600)


def write(place: str) -> None:
    """Write one large run after another, and say the id of each that is written."""
    store, plan = Store.open(place), large_plan(100_000)
    for seed in range(1000):
        options = SolveOptions(seed=seed)
        with store.begin(Asked("killed", options)) as run:
            print("writing", flush=True)
            run.finish(replace(plan, options=options))
        print(run.id, flush=True)


def several(place: str, name: str, count: str) -> None:
    """Open the store and write some runs, small ones."""
    store = Store.open(place)
    for n in range(int(count)):
        with store.begin(Asked("at once", SolveOptions(), key=f"{name}/{n}")) as run:
            run.finish(replace(small_plan(), options=SolveOptions(seed=int(name) * 100 + n)))


def fill(place: str, room: str) -> None:
    """Write a run that is larger than what a file may be."""
    store = Store.open(place)
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(room), int(room)))
    with store.begin(Asked("full", SolveOptions())) as run:
        run.finish(large_plan(100_000))


if __name__ == "__main__":
    verbs = {"begin": begin, "write": write, "several": several, "fill": fill}
    verbs[sys.argv[1]](*sys.argv[2:])
