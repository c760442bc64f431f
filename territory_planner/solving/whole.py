"""Whole territories: turn any assignment into one whose territories are each one piece (4).

Each territory keeps its heaviest piece, joined to its locked atoms by ways of least activity; what
is left goes, nearest first, to a neighbour that may have it.
"""

from __future__ import annotations

import heapq
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from territory_planner.domain.arrays import BoolArray, FloatArray, IntArray
from territory_planner.domain.problem import METRES, NONE
from territory_planner.solving.land import Ints, Land
from territory_planner.solving.lookup import find
from territory_planner.solving.model import Model
from territory_planner.solving.moves import far
from territory_planner.solving.ways import heaviest, join

Floats = NDArray[np.float64]


@njit(cache=True, nogil=True)
def _cost(land: Land, center: Floats, a: Any, k: Any) -> float:
    """Return what giving atom a to territory k costs in km per weight; infinity if barred."""
    value = 0.0
    if land.is_listed:
        j = find(land.start, land.territory, a, k)
        if j < 0:
            return np.inf
        value = land.cost[j]
    if land.is_measured:
        value += far(
            land.first_unit, land.xy, land.weight, land.distance, land.inertia,
            a, center[k, 0], center[k, 1],
        )  # fmt: skip
    return float(value / max(land.warmth[a], 1e-9))


def made_whole(model: Model, land: Land, center: FloatArray, of: IntArray) -> IntArray:
    """Return the assignment with every territory on the map in one piece, as far as it can be.

    Atoms that no neighbouring territory may have keep their own, or get the cheapest that may; the
    independent evaluation says so when that leaves a territory in pieces.

    Parameters
    ----------
    center
        ``(n_territories, 2)`` in metres, for distances that are measured.
    of
        ``(n_atoms,)`` any territories.
    """
    result, center = of.astype(np.int32), center / METRES
    kept = _kernels(model, land, center, result)
    result[model.on_map & ~kept] = NONE
    _grow(land, center, result, np.flatnonzero(kept))
    for a in np.flatnonzero(result == NONE):
        every = [_cost(land, center, a, k) for k in range(model.n_territories)]
        result[a] = int(np.argmin(every))
    return result


def _kernels(model: Model, land: Land, center: FloatArray, of: IntArray) -> BoolArray:
    """Return which atoms stay: per territory one piece, grown to hold all its locked atoms."""
    locked = model.on_map & (np.diff(model.start) == 1)
    kept = heaviest(model, of, model.on_map)
    for k in np.flatnonzero(np.bincount(of[kept], minlength=model.n_territories) == 0):
        seed = _seed(land, center, int(k), model.on_map & ~locked)
        if seed != NONE:
            of[seed], kept[seed] = k, True
    return join(model, land, of, kept)


@njit(cache=True, nogil=True)
def _seed(land: Land, center: Floats, k: int, able: Ints) -> int:
    """Return the able atom that territory k would have at the least cost per weight; -1 if none."""
    best, least = -1, np.inf
    for a in range(len(able)):
        if able[a]:
            value = _cost(land, center, a, k)
            if value < least:
                best, least = a, value
    return best


@njit(cache=True, nogil=True)
def _grow(land: Land, center: Floats, of: Ints, seeds: Ints) -> None:
    """Give every atom on the map without a territory to a neighbour's, the cheapest first."""
    heap = [(0.0, np.int64(a), np.int64(of[a])) for a in seeds]
    # An atom comes up once for every neighbour it has: the first decides, and only that one grows.
    is_settled = np.zeros(len(of), dtype=np.bool_)
    while len(heap):
        _, a, k = heapq.heappop(heap)
        if is_settled[a]:
            continue
        is_settled[a] = True
        of[a] = k
        for e in range(land.next_start[a], land.next_start[a + 1]):
            other = np.int64(land.next_atom[e])
            if of[other] < 0:
                value = _cost(land, center, other, k)
                if value < np.inf:
                    heapq.heappush(heap, (value, other, k))
