"""What other processes do to a store in the tests: ``python -m tests.store.workers VERB PLACE``."""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable
from dataclasses import replace

from territory_planner.domain.plan import SolveOptions
from territory_planner.store.records import Asked
from territory_planner.store.runs import Store
from tests.store.plans import large_plan, small_plan


def begin(place: str) -> None:
    """Begin a run, say its id, and never end it."""
    _say(Store.open(place).begin(Asked("killed", SolveOptions())).id)
    time.sleep(600)


def write(place: str) -> None:
    """Write one large run after another, and say the id of each that is written."""
    store, plan = Store.open(place), large_plan(100_000)
    for seed in range(1000):
        options = SolveOptions(seed=seed)
        with store.begin(Asked("killed", options)) as run:
            _say("writing")
            run.finish(replace(plan, options=options))
        _say(run.id)


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


def _say(word: str) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


VERBS: dict[str, Callable[..., None]] = {
    "begin": begin,
    "write": write,
    "several": several,
    "fill": fill,
}

if __name__ == "__main__":
    VERBS[sys.argv[1]](*sys.argv[2:])
