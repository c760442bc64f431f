"""A lower bound on the largest diameter: more units far apart than there are territories.

Of any k + 1 units two share one of k territories, so that the largest diameter is at least the
least distance between any two of them (15). Units far apart are found by annealing: k + 1 points
wander over the units and pay for each pair that is nearer than a distance a little above the best
reached. Whatever they end at is a valid bound.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from scipy.spatial import cKDTree

from territory_planner.domain.arrays import FloatArray, IntArray
from territory_planner.domain.problem import NONE, Problem
from territory_planner.solving.points import Floats, Ints

PROPOSALS_PER_POINT = 100_000
PROPOSALS_MOST = 4_000_000
PAIRS_MOST = 400_000_000
"""Pairs of points that are compared at the most: what the bound may take is a few seconds."""

NEAREST = 12
WIDE, NARROW = 0.4, 0.002
"""First and last share by which the distance paid for lies above the best one reached."""

HOT, COLD = 0.05, 0.002
"""First and last temperature in shares of the distance."""


def least_diameter(problem: Problem, rng: np.random.Generator) -> float:
    """Return a lower bound in km on the largest diameter of any alignment."""
    return max(_dispersed(problem, rng), _together(problem))


def _dispersed(problem: Problem, rng: np.random.Generator) -> float:
    counted = np.flatnonzero(~problem.units.named)
    xy = np.unique(problem.units.xy[counted], axis=0)
    m = problem.n_territories + 1
    if len(xy) < m or len(xy) < 2:
        return 0.0
    start = _spread(xy, m, rng)
    near = cKDTree(xy).query(xy, k=min(NEAREST + 1, len(xy)))[1][:, 1:].astype(np.int32)
    proposals = min(PROPOSALS_PER_POINT * m, PROPOSALS_MOST, PAIRS_MOST // m)
    best = start.copy()
    _repel(xy, near, start, best, proposals, rng)
    points = xy[best]
    apart = problem.distance_km(points[:, None], points)
    return float(apart[~np.eye(m, dtype=np.bool_)].min())


def _together(problem: Problem) -> float:
    """Return the largest distance in km between units locked to one territory, or in one group."""
    largest = 0.0
    for label in (problem.locked, problem.group):
        counted = np.where(problem.units.named, NONE, label)
        for k in np.unique(counted[counted != NONE]):
            xy = problem.units.xy[counted == k]
            for first in range(0, len(xy), 1000):
                block = xy[first : first + 1000]
                largest = max(largest, float(problem.distance_km(block[:, None], xy).max()))
    return largest


def _spread(xy: FloatArray, m: int, rng: np.random.Generator) -> IntArray:
    """Return ``(m,)`` units, each the farthest from those before."""
    chosen = np.empty(m, dtype=np.int32)
    chosen[0] = rng.integers(len(xy))
    far = np.full(len(xy), np.inf)
    for i in range(m):
        if i:
            chosen[i] = int(far.argmax())
        far = np.minimum(far, np.hypot(*(xy - xy[chosen[i]]).T))
    return chosen


@njit(cache=True, nogil=True)
def _closeness(xy: Floats, chosen: Ints, skip: int, u: int, limit: float) -> float:
    """Return by how much a unit is nearer than a limit to the chosen ones but one, in all."""
    close = 0.0
    for i in range(len(chosen)):
        if i != skip:
            dx, dy = xy[chosen[i], 0] - xy[u, 0], xy[chosen[i], 1] - xy[u, 1]
            square = dx * dx + dy * dy
            if square < limit * limit:
                close += limit - np.sqrt(square)
    return close


@njit(cache=True, nogil=True)
def _least_distance(xy: Floats, chosen: Ints) -> float:
    least = np.inf
    for i in range(len(chosen)):
        for j in range(i):
            dx, dy = xy[chosen[i], 0] - xy[chosen[j], 0], xy[chosen[i], 1] - xy[chosen[j], 1]
            least = min(least, dx * dx + dy * dy)
    return float(np.sqrt(least))


@njit(cache=True, nogil=True)
def _repel(
    xy: Floats, near: Ints, chosen: Ints, best: Ints, proposals: int, rng: np.random.Generator
) -> None:
    """Anneal the chosen units apart; write the best choice met."""
    m, width = len(chosen), near.shape[1]
    reached = _least_distance(xy, chosen)
    if reached <= 0.0 or width == 0:
        return
    heat, above = HOT, WIDE
    cooling = (COLD / HOT) ** (m / proposals)
    closing = (NARROW / WIDE) ** (m / proposals)
    for proposal in range(proposals):
        limit = reached * (1.0 + above)
        i = int(rng.random() * m)
        u = near[chosen[i], int(rng.random() * width)]
        change = _closeness(xy, chosen, i, u, limit)
        change -= _closeness(xy, chosen, i, chosen[i], limit)
        if change <= 0.0 or rng.random() < np.exp(-change / (heat * limit)):
            chosen[i] = u
        if proposal % m == 0:
            heat *= cooling
            above *= closing
            distance = _least_distance(xy, chosen)
            if distance > reached:
                reached = distance
                best[:] = chosen
