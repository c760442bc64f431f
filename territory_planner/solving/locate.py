"""Location of free centers (6): alternate between assigning to centers and moving the centers.

Centers start spread by weighted k-means++ and end at the weighted geometric medians of their
territories; after Cooper's alternating heuristic for the location-allocation problem.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from territory_planner.domain.alignment import Alignment
from territory_planner.domain.arrays import FloatArray
from territory_planner.domain.criteria import Criteria
from territory_planner.domain.problem import Problem
from territory_planner.evaluation.compactness import centers, unit_weight
from territory_planner.solving import pricing
from territory_planner.solving.dual import climb, reduced_costs
from territory_planner.solving.model import build_model
from territory_planner.solving.progress import Search

ROUNDS = 12
STARTS = 3
STILL_M = 500.0
"""Centers that all move less than this between rounds have settled."""


def located(
    problem: Problem, criteria: Criteria, search: Search, rng: np.random.Generator
) -> FloatArray:
    """Return ``(n_territories, 2)`` centers in metres: homes, and the free ones placed well."""
    fixed = problem.home.copy()
    if criteria.centers != "home":
        fixed[:] = np.nan
    free = np.isnan(fixed[:, 0])
    if not free.any():
        return fixed
    # Where centers are being moved, a limit on distance would only lock them where they stand.
    loose = replace(criteria, max_distance_km=None, disruption=())
    best, best_value = fixed, np.inf
    for _ in range(STARTS):
        center = _spread(problem, criteria, fixed, free, rng)
        value = np.inf
        for _ in range(ROUNDS):
            model = build_model(problem, loose, center)
            prices = climb(model, search.silent())
            value = prices.bound
            reduced = reduced_costs(model, prices.price, prices.toll)
            choice = model.territory[pricing.cheapest(model.start, reduced)]
            moved = center.copy()
            medians = centers(problem, Alignment(choice[model.atom_of]), loose)[free]
            moved[free] = np.where(np.isnan(medians), center[free], medians)
            shift = np.hypot(*(moved - center).T).max()
            center = moved
            if shift < STILL_M or search.is_over():
                break
        if value < best_value:
            best, best_value = center, value
        if search.seconds > search.options.time_limit_s / 4:
            break
    return best


def _spread(
    problem: Problem,
    criteria: Criteria,
    fixed: FloatArray,
    free: np.ndarray[tuple[int], np.dtype[np.bool_]],
    rng: np.random.Generator,
) -> FloatArray:
    """Return the centers with each free one at a unit drawn by weight × distance² to the others."""
    weight = unit_weight(problem, criteria)
    xy, result = problem.units.xy, fixed.copy()
    nearest = np.full(len(xy), np.inf)
    for k in np.flatnonzero(~free):
        nearest = np.minimum(nearest, ((xy - fixed[k]) ** 2).sum(axis=1))
    for k in np.flatnonzero(free):
        pull = weight * np.where(np.isfinite(nearest), nearest, 1.0)
        pull = pull if pull.sum() > 0 else weight
        result[k] = xy[rng.choice(len(xy), p=pull / pull.sum())]
        nearest = np.minimum(nearest, ((xy - result[k]) ** 2).sum(axis=1))
    return result
