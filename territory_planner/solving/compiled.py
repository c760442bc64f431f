"""Compiling the search before its clock starts: a tiny problem of the same kind is solved first.

Numba compiles a kernel when it is first called, once for an installation, and loads it from its
cache afterwards; neither is time that a search had.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from threading import RLock

import numpy as np

from territory_planner.domain.criteria import Band, Criteria, Disruption
from territory_planner.domain.plan import SolveOptions
from territory_planner.domain.problem import NONE, Problem
from territory_planner.domain.territory import Measure, Territory
from territory_planner.domain.units import Accounts, Units
from territory_planner.solving.land import listed_land
from territory_planner.solving.model import build_model
from territory_planner.solving.progress import Search
from territory_planner.solving.whole import made_whole

SECONDS = 5.0
"""Of the tiny search itself; compiling a kernel cannot be cut short."""
RUNS = 4
"""At the most: where compiling took all of a run's time, what comes later in it was left out."""

WORKLOAD = (2.0, 4.0, 3.0, 3.0)
"""Two territories of 6 each, of which all units are nearer to the first: whole units fit, but the
relaxation splits one, so that the search has work."""

_ready: set[tuple[bool, str, bool, bool]] = set()
_compiling = RLock()
"""So that a thread's clock does not run while another one compiles for it."""


def compile_search(
    criteria: Criteria, engine: Callable[[Problem, Criteria, Search], object]
) -> None:
    """Have the kernels compiled that criteria of this kind need, unless this process has them.

    Parameters
    ----------
    engine
        Solves a problem as the search will.
    """
    outlines = {"diameter", "cut_edges"} & set(criteria.compactness)
    kind = (criteria.contiguous, criteria.centers, bool(outlines), bool(criteria.disruption))
    with _compiling:
        if kind not in _ready:
            _ready.add(kind)
            _compile(criteria, engine)


def _compile(criteria: Criteria, engine: Callable[[Problem, Criteria, Search], object]) -> None:
    tiny = replace(
        criteria,
        bands={"workload": Band.within(0.05)},
        compactness_measure=None,
        disruption=(Disruption("workload", 0.9),) if criteria.disruption else (),
        max_distance_km=None,
        compactness={**criteria.compactness, "largest_distance": 0.0},
    )
    for _ in range(RUNS):
        search = Search(SolveOptions(SECONDS, relative_gap=0.0))
        engine(_line(), tiny, search)
        if search.seconds < SECONDS:
            break
    if criteria.contiguous:
        # No search of so few units leads a way to a lock that lies apart.
        problem = _line(locked=True)
        model = build_model(problem, tiny, problem.home)
        apart = np.array([0, 0, 1, 0], dtype=np.int32)
        made_whole(model, listed_land(model, model.cost), problem.home, apart)


def _line(locked: bool = False) -> Problem:
    """Return four units in a line, one home at its beginning and one far beyond its end.

    Parameters
    ----------
    locked
        Whether the last unit is locked to the first territory.
    """
    n = len(WORKLOAD)
    xy, ids = np.column_stack([1000.0 * np.arange(n), np.zeros(n)]), np.arange(n).astype(str)
    none = np.full(n, NONE, dtype=np.int32)
    activity = np.array(WORKLOAD)[:, None]
    return Problem(
        measures=(Measure("workload", "h/yr"),),
        territories=tuple(
            Territory(t, t, home=(x, 400.0)) for t, x in (("A", 0.0), ("B", 10_000.0))
        ),
        units=Units(ids=ids, xy=xy, named=np.zeros(n, dtype=np.bool_)),
        accounts=Accounts(
            ids=ids,
            names=ids,
            unit=np.arange(n),
            xy=xy,
            activity=activity,
            current=np.array([0, 1, 0, 1]),
            placed_by=np.full(n, "coordinates"),
        ),
        target=np.full((2, 1), sum(WORKLOAD) / 2),
        contiguity=np.column_stack([np.arange(n - 1), np.arange(1, n)]),
        locked=np.where(np.arange(n) == n - 1, 0, NONE).astype(np.int32) if locked else none,
        forbidden=np.empty((0, 2), dtype=np.int32),
        group=none,
        skill_class=np.zeros(n, dtype=np.int32),
    )
