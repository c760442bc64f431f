"""Candidates: the sparse list of (unit, territory) pairs a plan may use, equation (5).

Every eligible pair while their number is small; beyond that the nearest centers, today's
territories and locks, to be widened when prices ask for more.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from territory_planner.domain.arrays import FloatArray, IntArray
from territory_planner.domain.criteria import Criteria
from territory_planner.domain.problem import NONE, Problem

COMPLETE_UP_TO = 6_000_000
"""Pairs that are listed in full: 24 bytes each while the model is built."""

NEAREST = 48
FEW = 6
"""Centers listed for a unit where not all are: where they are all that a plan may use, and where
prices will list more. Of very many units never more than make up that number of pairs."""


@dataclass(frozen=True, eq=False)
class Pairs:
    """Eligible pairs, sorted by unit and then territory, each ``(n_pairs,)``."""

    unit: IntArray
    territory: IntArray
    distance_km: FloatArray


NO_PAIRS = Pairs(np.empty(0, np.int32), np.empty(0, np.int32), np.empty(0))


def eligible_pairs(
    problem: Problem, criteria: Criteria, center: FloatArray, nearest: int
) -> tuple[Pairs, bool]:
    """Return the pairs a plan may use, and whether they are all there are.

    A locked unit has its lock alone, whatever the distance; a pair is left out when it is
    forbidden, lacks a skill, or lies farther than the maximum distance.
    """
    n, k = problem.n_units, problem.n_territories
    is_complete = n * k <= COMPLETE_UP_TO
    if is_complete:
        unit: IntArray = np.repeat(np.arange(n, dtype=np.int32), k)
        territory: IntArray = np.tile(np.arange(k, dtype=np.int32), n)
    else:
        unit, territory = _nearest(problem, center, nearest)
    lock = problem.locked[unit]
    distance = problem.distance_km(problem.units.xy[unit], center[territory])
    keep = np.where(lock == NONE, True, lock == territory)
    keep &= problem.allowed[problem.skill_class[unit], territory]
    if criteria.max_distance_km is not None:
        keep &= (distance <= criteria.max_distance_km) | (lock != NONE)
    if len(problem.forbidden):
        bad = problem.forbidden[:, 0].astype(np.int64) * k + problem.forbidden[:, 1]
        keep &= ~np.isin(unit.astype(np.int64) * k + territory, bad)
    return Pairs(unit[keep], territory[keep], distance[keep]), is_complete


def _nearest(problem: Problem, center: FloatArray, nearest: int) -> tuple[IntArray, IntArray]:
    """Return pairs with the nearest centers, today's territories, locks; all for groups."""
    from scipy.spatial import cKDTree

    n, k = problem.n_units, problem.n_territories
    each = min(nearest, max(COMPLETE_UP_TO // n, FEW), k)
    _, near = cKDTree(center).query(problem.units.xy, k=each, workers=-1)
    unit = np.repeat(np.arange(n, dtype=np.int64), each)
    served = problem.accounts.current != NONE
    whole = np.flatnonzero((problem.group != NONE) | (problem.skill_class != 0))
    locked = np.flatnonzero(problem.locked != NONE)
    key = np.concatenate(
        [
            unit * k + near.ravel(),
            problem.accounts.unit[served].astype(np.int64) * k + problem.accounts.current[served],
            locked * k + problem.locked[locked],
            (whole[:, None] * k + np.arange(k)).ravel(),
        ]
    )
    key = np.unique(key)
    return (key // k).astype(np.int32), (key % k).astype(np.int32)
