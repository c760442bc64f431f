"""Splitting a few neighbouring territories of the best plan anew, by annealing them alone."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np

from territory_planner.domain.arrays import IntArray
from territory_planner.domain.problem import NONE
from territory_planner.solving.medians.hunt import SAME, Hunt
from territory_planner.solving.medians.model import MedianModel
from territory_planner.solving.medians.shifts import CENTERS, anneal
from territory_planner.solving.progress import Search

UNITS = (40, 120)
"""Units of the territories that are split together, from few to many, if these are small."""

FEWEST, MOST = 2, 16
"""Territories that are split together."""

SWEEPS = 3000
HOT, COLD = (0.3, 1.0), 1e-3
"""First temperatures, drawn between, and the last, in mean costs of a unit."""

PRICE, STIFFEN = 0.1, 30.0
"""Of leaving a band by all of its target, in costs of the territories; its growth."""

IDLE = 4
"""Attempts for each territory without a better plan, after which the rest is left alone."""


def resplit(
    hunt: Hunt, search: Search, rng: np.random.Generator, attempts: int, until: float
) -> int:
    """Split neighbouring territories of the hunt's best anew; return how often that was better.

    Parameters
    ----------
    attempts
        The most to be made.
    until
        Seconds of the search after which no other is made.
    """
    model, workers = hunt.model, search.options.workers
    of, better, idle = hunt.best.copy(), 0, 0
    if not np.isfinite(hunt.value) or model.n_territories <= FEWEST:
        return 0
    for _ in range(max(1, attempts // workers)):
        if search.is_over() or search.seconds >= until or idle > IDLE * model.n_territories:
            break
        chosen = _neighbourhoods(model, of, workers, rng)
        parts = [np.flatnonzero(np.isin(of, some)) for some in chosen]
        jobs = [(model, of, *pair) for pair in zip(chosen, parts, rng.spawn(workers), strict=False)]
        with ThreadPoolExecutor(workers) as pool:
            found = list(pool.map(lambda job: _split(*job), jobs))
        idle += len(jobs)
        for some, units, split in zip(chosen, parts, found, strict=True):
            if split is not None:
                of[units] = some[split]
                better, idle = better + 1, 0
        hunt.take(of)
    return better


def _neighbourhoods(
    model: MedianModel, of: IntArray, count: int, rng: np.random.Generator
) -> list[IntArray]:
    """Return territories near each other, once for each worker, none of them twice."""
    seat = model.xy[model.centers(of)]
    size = model.n_units / model.n_territories
    is_free = np.ones(model.n_territories, dtype=np.bool_)
    found = []
    for _ in range(count):
        least = int(np.clip(UNITS[0] / size, FEWEST, MOST))
        most = int(np.clip(UNITS[1] / size, FEWEST + 1, MOST))
        some = int(rng.integers(least, most + 1))
        left = np.flatnonzero(is_free)
        if len(left) < FEWEST:
            break
        origin = seat[rng.choice(left)]
        far = ((seat[left] - origin) ** 2).sum(axis=1)
        near = np.sort(left[np.argsort(far, kind="stable")[:some]]).astype(np.int32)
        is_free[near] = False
        found.append(near)
    return found


def _split(
    model: MedianModel, of: IntArray, some: IntArray, units: IntArray, rng: np.random.Generator
) -> IntArray | None:
    """Return ``(n_part,)`` a better split of some territories; None when none was found."""
    part = model.part(units, len(some))
    now = np.searchsorted(some, of[units]).astype(np.int32)
    before = part.value(now)
    top = np.full((len(some), CENTERS), NONE, dtype=np.int32)
    penalty = np.full((len(some), part.activity.shape[1]), PRICE * before)
    best, best_value, found = now.copy(), before, now.copy()
    hot = float(rng.uniform(*HOT)) * before / len(units)
    cold = COLD * before / len(units)
    value = anneal(
        now, top, part.cost, part.activity, part.lower, part.upper, part.target, part.next_start,
        part.next_unit, part.is_contiguous, penalty, SWEEPS, hot, cold, STIFFEN, rng, found,
    )  # fmt: skip
    if value < best_value * (1 - SAME) and part.is_whole(found):
        best, best_value = found, value
    return best if best_value < before else None
