"""Compiled looks at pairs that are not listed: an atom's centers some at a time, the nearest first.

They come in the order of the atom's landmark, some are passed over together where none of them can
be cheap, and the look ends where nothing cheap can follow.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from territory_planner.domain.arrays import BoolArray, FloatArray
from territory_planner.domain.problem import METRES, STEP_SLACK

Ints = NDArray[Any]

TOGETHER = 16
"""Centers of a landmark's order that are passed over together, or looked at."""


class Pairs(NamedTuple):
    """All pairs of atoms and territories at some prices; fields as in `Elsewhere`, and these.

    Parameters
    ----------
    fixed, floor
        ``(n_atoms,)`` km that any pair costs beside distance and prices of capacity, and the least
        that it costs beside distance.
    mark, off, order, far
        As in `Landmarks`.
    cheap
        ``(n_landmarks, n_parts, n_banded)``: the least prices of each part of the order.
    step_m, per_km, per_km2
        What distances are rounded down to, and what a km and a squared km cost.
    """

    is_open: BoolArray
    xy: FloatArray
    center: FloatArray
    weight: FloatArray
    fixed: FloatArray
    floor: FloatArray
    mark: Ints
    off: FloatArray
    order: Ints
    far: FloatArray
    cheap: FloatArray
    skill_class: Ints
    allowed: BoolArray
    reach_km: float
    activity: FloatArray
    price: FloatArray
    step_m: float
    per_km: float
    per_km2: float


@njit(cache=True, nogil=True)
def cheapest(first: int, last: int, pairs: Pairs, value: FloatArray, best: Ints) -> None:
    """Lower each atom's value to its least reduced cost, and write the territory that has it."""
    for a in range(first, last):
        if not pairs.is_open[a]:
            continue
        for part in range(pairs.cheap.shape[1]):
            near, floor = _least_of(pairs, a, part)
            if near + pairs.floor[a] >= value[a]:
                break
            if near + floor >= value[a]:
                continue
            for i in range(part * TOGETHER, min((part + 1) * TOGETHER, len(pairs.center))):
                k = pairs.order[pairs.mark[a], i]
                reduced = _reduced(pairs, a, k)
                if reduced < value[a]:
                    value[a] = reduced
                    best[a] = k


@njit(cache=True, nogil=True)
def cheap(first: int, last: int, pairs: Pairs, below: FloatArray) -> tuple[Ints, Ints]:
    """Return the atoms and territories of all pairs below each atom's value, in their order."""
    room = max(16 * (last - first), 16)
    atom, territory = np.empty(room, dtype=np.int32), np.empty(room, dtype=np.int32)
    n = 0
    for a in range(first, last):
        if not pairs.is_open[a]:
            continue
        begin = n
        for part in range(pairs.cheap.shape[1]):
            near, floor = _least_of(pairs, a, part)
            if near + pairs.floor[a] >= below[a]:
                break
            if near + floor >= below[a]:
                continue
            for i in range(part * TOGETHER, min((part + 1) * TOGETHER, len(pairs.center))):
                k = pairs.order[pairs.mark[a], i]
                if _reduced(pairs, a, k) < below[a]:
                    if n == len(atom):
                        atom = np.concatenate((atom, np.empty_like(atom)))
                        territory = np.concatenate((territory, np.empty_like(territory)))
                    atom[n], territory[n] = a, k
                    n += 1
        territory[begin:n] = np.sort(territory[begin:n])
    return atom[:n].copy(), territory[:n].copy()


@njit(cache=True, nogil=True)
def places(start: Ints, listed: Ints, atom: Ints, territory: Ints) -> tuple[Ints, Ints]:
    """Return where pairs, sorted, belong in a list of candidates, and which are not in it.

    Parameters
    ----------
    start, listed
        The candidates' territories in CSR form.
    """
    at, new = np.empty(len(atom), dtype=np.int64), np.empty(len(atom), dtype=np.bool_)
    j, last = 0, -1
    for i in range(len(atom)):
        a = atom[i]
        if a != last:
            j, last = start[a], a
        while j < start[a + 1] and listed[j] < territory[i]:
            j += 1
        at[i] = j
        new[i] = j == start[a + 1] or listed[j] != territory[i]
    return at, new


@njit(cache=True, nogil=True)
def _least_of(pairs: Pairs, a: int, part: int) -> tuple[float, float]:
    """Return what no center of a part costs less than, by distance and by all else.

    The former holds of every later part as well.
    """
    mark = pairs.mark[a]
    near = pairs.far[mark, part * TOGETHER] - pairs.off[a] - pairs.step_m / METRES
    floor = pairs.fixed[a]
    for b in range(pairs.activity.shape[1]):
        floor += pairs.cheap[mark, part, b] * pairs.activity[a, b]
    return _distance_cost(pairs, a, max(near, 0.0)), float(floor)


@njit(cache=True, nogil=True)
def _reduced(pairs: Pairs, a: int, k: int) -> float:
    """Return the reduced cost of a pair; infinite where the territory may not have the atom."""
    if not pairs.allowed[pairs.skill_class[a], k]:
        return np.inf
    east, north = pairs.xy[a, 0] - pairs.center[k, 0], pairs.xy[a, 1] - pairs.center[k, 1]
    far = np.sqrt(east * east + north * north)
    if pairs.step_m > 0.0:
        far = np.floor(far / pairs.step_m + STEP_SLACK) * pairs.step_m
    far /= METRES
    if far > pairs.reach_km:
        return np.inf
    reduced = _distance_cost(pairs, a, far) + pairs.fixed[a]
    for b in range(pairs.activity.shape[1]):
        reduced += pairs.price[k, b] * pairs.activity[a, b]
    return float(reduced)


@njit(cache=True, nogil=True)
def _distance_cost(pairs: Pairs, a: int, far: float) -> float:
    return float(pairs.weight[a] * (pairs.per_km + pairs.per_km2 * far) * far)
