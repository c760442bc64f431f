"""Compiled bookkeeping of where each territory's units lie, and which of them are far apart."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[Any]

ROOM = 16
"""Points by which a territory may grow, beyond half its size, before all are stored anew."""


class Points(NamedTuple):
    """The points of each territory side by side: its own stand at ``first[k]`` and after."""

    x: Floats
    y: Floats
    member: Ints
    slot: Ints
    first: Ints
    held: Ints
    room: Ints


@njit(cache=True, nogil=True)
def stored(of: Ints, point_start: Ints, point: Floats, n_k: int) -> Points:
    """Return the points of each territory stored side by side, with room to grow."""
    n = len(point)
    room, first = np.zeros(n_k, dtype=np.int64), np.zeros(n_k, dtype=np.int64)
    for a in range(len(of)):
        room[of[a]] += point_start[a + 1] - point_start[a]
    at = 0
    for k in range(n_k):
        first[k] = at
        room[k] += room[k] // 2 + ROOM
        at += room[k]
    points = Points(
        np.empty(at), np.empty(at), np.empty(at, dtype=np.int32), np.empty(n, dtype=np.int32),
        first, np.zeros(n_k, dtype=np.int64), room,
    )  # fmt: skip
    for a in range(len(of)):
        for i in range(point_start[a], point_start[a + 1]):
            put(points, point, i, of[a])
    return points


@njit(cache=True, nogil=True)
def put(points: Points, point: Floats, i: int, k: int) -> None:
    """Store a point with a territory."""
    at = points.first[k] + points.held[k]
    points.held[k] += 1
    points.slot[i], points.member[at] = at, i
    points.x[at], points.y[at] = point[i, 0], point[i, 1]


@njit(cache=True, nogil=True)
def take(points: Points, i: int, k: int) -> None:
    """Take a point out of a territory's store."""
    at, last = points.slot[i], points.first[k] + points.held[k] - 1
    moved = points.member[last]
    points.member[at], points.slot[moved] = moved, at
    points.x[at], points.y[at] = points.x[last], points.y[last]
    points.held[k] -= 1


@njit(cache=True, nogil=True)
def _beyond(x: float, y: float, points: Points, k: int, limit: float) -> tuple[float, int]:
    """Return by how much the points of a territory lie beyond a limit, in all, and how many do."""
    excess, far = 0.0, 0
    square = limit * limit
    for at in range(points.first[k], points.first[k] + points.held[k]):
        dx, dy = points.x[at] - x, points.y[at] - y
        apart = dx * dx + dy * dy
        if apart > square:
            excess += np.sqrt(apart) - limit
            far += 1
    return excess, far


@njit(cache=True, nogil=True)
def atom_beyond(
    a: int, k: int, at_home: bool, point_start: Ints, point: Floats, points: Points, limit: float
) -> tuple[float, int]:
    """Return by how much an atom's points and those of a territory are too far apart, each pair."""
    excess, far = 0.0, 0
    for i in range(point_start[a], point_start[a + 1]):
        more, pairs = _beyond(point[i, 0], point[i, 1], points, k, limit)
        excess += more
        far += pairs
        if at_home:
            # Pairs within the atom are met from both ends, and stay whatever it does.
            for j in range(point_start[a], point_start[a + 1]):
                apart = np.hypot(point[i, 0] - point[j, 0], point[i, 1] - point[j, 1])
                if apart > limit:
                    excess -= apart - limit
                    far -= 1
    return excess, far


@njit(cache=True, nogil=True)
def far_pairs(points: Points, limit: float) -> int:
    """Return how many pairs of one territory lie farther apart than a limit."""
    far = 0
    for k in range(len(points.first)):
        for at in range(points.first[k], points.first[k] + points.held[k]):
            far += _beyond(points.x[at], points.y[at], points, k, limit)[1]
    return far // 2


@njit(cache=True, nogil=True)
def diameter(points: Points, ceiling: float) -> float:
    """Return the largest diameter of all, or any value above the ceiling when it is beyond that."""
    largest, stop = 0.0, ceiling * ceiling
    for k in range(len(points.first)):
        first, last = points.first[k], points.first[k] + points.held[k]
        for i in range(first, last):
            for j in range(first, i):
                dx, dy = points.x[i] - points.x[j], points.y[i] - points.y[j]
                largest = max(largest, dx * dx + dy * dy)
        if largest > stop:
            break
    return float(np.sqrt(largest))
