"""Contiguity as cuts (4): what separates a unit from the center of its territory.

Unit a can share a territory with center b only if the territory holds a unit of every set that
separates the two (an a,b-separator). The sets used: a's neighbours; single units that every path
passes; and, once an assignment is in pieces, the fence round a stray piece. After Validi, Buchanan
& Lykhovyd (2022), doi 10.1287/opre.2021.2141.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from territory_planner.domain.arrays import BoolArray, FloatArray, IntArray

Ints = NDArray[Any]

ROUNDING = 1e-9


@njit(cache=True, nogil=True)
def within_reach(
    b: int, may: BoolArray, activity: FloatArray, upper: FloatArray, next_start: Ints,
    next_unit: Ints,
) -> BoolArray:  # fmt: skip
    """Return ``(n,)``: which units a path joins to center b that alone does not fill its territory.

    Parameters
    ----------
    may
        ``(n,)`` the units that may belong to b's territory.
    activity, upper
        ``(n, n_banded)`` and ``(n_banded,)``: what units carry, and what a territory holds.
    """
    n, n_b = activity.shape
    reached = np.zeros(n, dtype=np.bool_)
    queue = np.empty(n, dtype=np.int64)
    waits = np.zeros(n, dtype=np.bool_)
    for q in range(max(n_b, 1)):
        load = np.full(n, np.inf)
        load[b] = activity[b, q] if n_b else 0.0
        limit = upper[q] * (1.0 + ROUNDING) if n_b else np.inf
        head, size = 0, 1
        queue[0] = b
        while size:
            at = queue[head]
            head = (head + 1) % n
            size -= 1
            waits[at] = False
            for e in range(next_start[at], next_start[at + 1]):
                other = next_unit[e]
                if not may[other]:
                    continue
                then = load[at] + (activity[other, q] if n_b else 0.0)
                if then < load[other] * (1.0 - 1e-12) and then <= limit:
                    load[other] = then
                    if not waits[other]:
                        waits[other] = True
                        queue[(head + size) % n] = other
                        size += 1
        for i in range(n):
            reached[i] = load[i] < np.inf and (q == 0 or reached[i])
    return reached


@njit(cache=True, nogil=True)
def gateways(b: int, may: BoolArray, next_start: Ints, next_unit: Ints) -> Ints:
    """Return ``(n,)``: the last unit before each that every path from b passes; -1 if only b.

    The immediate dominators, by the algorithm of Cooper, Harvey & Kennedy (2001).
    """
    n = len(may)
    # Depth first, so that a unit's number exceeds that of whatever dominates it.
    number = np.full(n, -1)
    order = np.empty(n, dtype=np.int64)
    stack = np.empty(n + 1, dtype=np.int64)
    edge = next_start[:-1].astype(np.int64)
    finished, depth = 0, 1
    stack[0] = b
    seen = np.zeros(n, dtype=np.bool_)
    seen[b] = True
    while depth:
        at = stack[depth - 1]
        if edge[at] == next_start[at + 1]:
            order[finished] = at
            number[at] = finished
            finished += 1
            depth -= 1
            continue
        other = next_unit[edge[at]]
        edge[at] += 1
        if may[other] and not seen[other]:
            seen[other] = True
            stack[depth] = other
            depth += 1
    gate = np.full(n, -1)
    gate[b] = b
    changed = True
    while changed:
        changed = False
        for o in range(finished - 2, -1, -1):
            at = order[o]
            new = -1
            for e in range(next_start[at], next_start[at + 1]):
                other = next_unit[e]
                if number[other] < 0 or gate[other] < 0:
                    continue
                if new < 0:
                    new = other
                    continue
                one = other
                while one != new:
                    while number[one] < number[new]:
                        one = gate[one]
                    while number[new] < number[one]:
                        new = gate[new]
            if new != gate[at]:
                gate[at] = new
                changed = True
    for i in range(n):
        if gate[i] == b:
            gate[i] = -1
    return gate


@njit(cache=True, nogil=True)
def fence(
    piece: BoolArray, b: int, may: BoolArray, next_start: Ints, next_unit: Ints
) -> BoolArray:  # fmt: skip
    """Return ``(n,)``: the units round a piece that separate it from center b, none of them idle.

    Parameters
    ----------
    piece
        ``(n,)`` the units of the piece; b is none of them.
    may
        ``(n,)`` the units that may belong to b's territory.
    """
    n = len(piece)
    touches = np.zeros(n, dtype=np.bool_)
    for i in range(n):
        if piece[i]:
            for e in range(next_start[i], next_start[i + 1]):
                touches[next_unit[e]] = not piece[next_unit[e]]
    result = np.zeros(n, dtype=np.bool_)
    seen = np.zeros(n, dtype=np.bool_)
    queue = np.empty(n, dtype=np.int64)
    queue[0], seen[b] = b, True
    head, tail = 0, 1
    if touches[b]:
        result[b] = True
        return result
    while head < tail:
        at = queue[head]
        head += 1
        for e in range(next_start[at], next_start[at + 1]):
            other = next_unit[e]
            if seen[other] or not may[other]:
                continue
            seen[other] = True
            if touches[other]:
                result[other] = True
            else:
                queue[tail] = other
                tail += 1
    return result


def stray_pieces(piece: IntArray, of: IntArray, anchor: IntArray) -> list[IntArray]:
    """Return the units of each piece that does not hold its territory's anchor.

    Parameters
    ----------
    piece, of
        ``(n,)`` the piece and the territory of each unit.
    anchor
        ``(n_territories,)`` a unit of each territory; others are ignored where it is negative.
    """
    found = []
    for p in np.unique(piece[piece >= 0]):
        units = np.flatnonzero(piece == p)
        home = anchor[of[units[0]]]
        if home >= 0 and piece[home] != p:
            found.append(units)
    return found
