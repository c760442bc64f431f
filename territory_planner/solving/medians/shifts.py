"""Compiled annealing by single shifts of units between territories whose centers move along.

Each territory keeps its few best centers with their exact costs, so that a shift is judged by the
best center afterwards, on both sides. Bands are priced as in `solving.moves`, and territories stay
in one piece the same way.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from territory_planner.solving.anneal import FEASIBLE, FIRMER
from territory_planner.solving.shape_limits import stays_whole, strain

Floats = NDArray[np.float64]
Ints = NDArray[Any]

CENTERS = 6
"""Best centers that each territory keeps."""

REACH = 40
"""Units near the present center that may become one of them."""

EASIER = 0.98
"""Growth of a penalty in a sweep that ends inside its band."""

EXCHANGED = 0.5
"""Share of the shifts that ask for a unit in return."""

TRIES = 4
"""Draws to find one."""


@njit(cache=True, nogil=True)
def _recenter(
    k: int, members: Ints, of: Ints, cost: Floats, next_start: Ints, next_unit: Ints,
    stamp: Ints, queue: Ints, now: int, top: Ints, sums: Floats,
) -> None:  # fmt: skip
    """Find the best centers of territory k among the units near its present center."""
    n_found = 0
    origin = top[k, 0]
    if origin < 0 or of[origin] != k or len(members) <= REACH:
        n_found = len(members)
        queue[:n_found] = members
        if n_found > REACH:
            # A territory without a center yet: a sample of its units is looked at.
            for c in range(REACH):
                queue[c] = members[c * n_found // REACH]
            n_found = REACH
    else:
        queue[0] = origin
        stamp[origin] = now
        head, n_found = 0, 1
        while head < n_found and n_found < REACH:
            at = queue[head]
            head += 1
            for e in range(next_start[at], next_start[at + 1]):
                other = next_unit[e]
                if of[other] == k and stamp[other] != now and n_found < REACH:
                    stamp[other] = now
                    queue[n_found] = other
                    n_found += 1
    top[k, :] = -1
    sums[k, :] = np.inf
    for c in range(n_found):
        j = queue[c]
        total = 0.0
        for i in members:
            total += cost[j, i]
        slot = CENTERS
        while slot > 0 and sums[k, slot - 1] > total:
            slot -= 1
        if slot < CENTERS:
            for s in range(CENTERS - 1, slot, -1):
                top[k, s], sums[k, s] = top[k, s - 1], sums[k, s - 1]
            top[k, slot], sums[k, slot] = j, total


@njit(cache=True, nogil=True)
def _move(
    i: int, s: int, t: int, of: Ints, cost: Floats, activity: Floats, top: Ints, sums: Floats,
    total: Floats, count: Ints,
) -> None:  # fmt: skip
    """Move unit i from territory s to t."""
    for c in range(CENTERS):
        if top[t, c] >= 0:
            sums[t, c] += cost[top[t, c], i]
        if top[s, c] == i:
            top[s, c], sums[s, c] = -1, np.inf
        elif top[s, c] >= 0:
            sums[s, c] -= cost[top[s, c], i]
    of[i] = t
    count[t] += 1
    count[s] -= 1
    for b in range(activity.shape[1]):
        total[s, b] -= activity[i, b]
        total[t, b] += activity[i, b]


@njit(cache=True, nogil=True)
def anneal(
    of: Ints, top: Ints, cost: Floats, activity: Floats, lower: Floats, upper: Floats,
    target: Floats, next_start: Ints, next_unit: Ints, is_contiguous: bool, penalty: Floats,
    sweeps: int, hot: float, cold: float, stiffen: float, rng: np.random.Generator, best: Ints,
) -> float:  # fmt: skip
    """Run one annealing over ``sweeps`` × units proposals; change ``of`` and ``top`` in place.

    Parameters
    ----------
    of, best
        ``(n,)`` the assignment, and where the best one inside every limit is written.
    top
        ``(n_territories, CENTERS)`` each territory's best centers, the best first; -1 for none.
    penalty
        ``(n_territories, n_banded)`` price in km of leaving each band by its target. Left changed:
        a limit that is broken at the end of a sweep grows dearer, one that is held easier.
    hot, cold
        First and last temperature in km.
    stiffen
        By how much all penalties have grown at the end.

    Returns
    -------
    float
        The objective of ``best``; infinite when none was found.
    """
    n, n_b, n_k = len(of), activity.shape[1], len(top)
    total = np.zeros((n_k, n_b))
    count = np.zeros(n_k, dtype=np.int64)
    for i in range(n):
        count[of[i]] += 1
        for b in range(n_b):
            total[of[i], b] += activity[i, b]
    sums = np.empty((n_k, CENTERS))
    value = np.zeros(n_k)
    stamp = np.zeros(n, dtype=np.int64)
    queue = np.empty(n, dtype=np.int32)
    now = 1
    best_value = np.inf
    least = penalty.min() if penalty.size > 0 else 0.0
    heat = hot
    cooling = (cold / hot) ** (1.0 / max(sweeps - 1, 1)) if hot > 0.0 else 1.0
    firmness = stiffen ** (1.0 / max(sweeps - 1, 1))
    for sweep in range(sweeps + 1):
        first = np.zeros(n_k + 1, dtype=np.int64)
        for k in range(n_k):
            first[k + 1] = first[k] + count[k]
        fill = first[:-1].copy()
        members = np.empty(n, dtype=np.int32)
        for i in range(n):
            members[fill[of[i]]] = i
            fill[of[i]] += 1
        for k in range(n_k):
            now += 2
            _recenter(
                k, members[first[k] : first[k + 1]], of, cost, next_start, next_unit,
                stamp, queue, now, top, sums,
            )  # fmt: skip
            value[k] = sums[k, 0] if count[k] else 0.0
        outside = 0.0
        least *= firmness
        for k in range(n_k):
            for b in range(n_b):
                scale = target[b] if target[b] > 0.0 else 1.0
                beyond = max(lower[b] - total[k, b], total[k, b] - upper[b]) / scale
                penalty[k, b] *= firmness
                if beyond > FEASIBLE:
                    outside += beyond
                    penalty[k, b] *= FIRMER
                else:
                    penalty[k, b] = max(penalty[k, b] * EASIER, least)
        if outside == 0.0 and value.sum() < best_value:
            best_value = value.sum()
            best[:] = of
        if sweep == sweeps:
            break
        n_edges = np.zeros(n_k + 1, dtype=np.int64)
        for i in range(n):
            for e in range(next_start[i], next_start[i + 1]):
                if of[next_unit[e]] != of[i]:
                    n_edges[of[i] + 1] += 1
        edge_first = np.cumsum(n_edges)
        edge_fill = edge_first[:-1].copy()
        border = np.empty((edge_first[-1], 2), dtype=np.int32)
        for i in range(n):
            for e in range(next_start[i], next_start[i + 1]):
                if of[next_unit[e]] != of[i]:
                    border[edge_fill[of[i]], 0] = i
                    border[edge_fill[of[i]], 1] = next_unit[e]
                    edge_fill[of[i]] += 1
        for _ in range(n):
            i = int(rng.random() * n)
            s = of[i]
            width = next_start[i + 1] - next_start[i]
            if width == 0:
                continue
            t = of[next_unit[next_start[i] + int(rng.random() * width)]]
            if t == s:
                continue
            back = -1
            if rng.random() < EXCHANGED and edge_first[t + 1] > edge_first[t]:
                for _ in range(TRIES):
                    at = edge_first[t] + int(rng.random() * (edge_first[t + 1] - edge_first[t]))
                    j = border[at, 0]
                    if of[j] == t and of[border[at, 1]] == s and border[at, 1] != i:
                        back = j
                        break
            if back < 0 and count[s] == 1:
                continue
            taken, left = np.inf, np.inf
            for c in range(CENTERS):
                j = top[t, c]
                if j >= 0 and j != back:
                    cost_after = sums[t, c] + cost[j, i]
                    if back >= 0:
                        cost_after -= cost[j, back]
                    taken = min(taken, cost_after)
                j = top[s, c]
                if j >= 0 and j != i:
                    cost_after = sums[s, c] - cost[j, i]
                    if back >= 0:
                        cost_after += cost[j, back]
                    left = min(left, cost_after)
            change = taken - value[t] + left - value[s]
            for b in range(n_b):
                x = activity[i, b] - (activity[back, b] if back >= 0 else 0.0)
                if x == 0.0:
                    continue
                low, high, aim = lower[b], upper[b], target[b]
                change += (
                    strain(total[s, b] - x, low, high, aim, 0.0, penalty[s, b], 0.0)
                    - strain(total[s, b], low, high, aim, 0.0, penalty[s, b], 0.0)
                    + strain(total[t, b] + x, low, high, aim, 0.0, penalty[t, b], 0.0)
                    - strain(total[t, b], low, high, aim, 0.0, penalty[t, b], 0.0)
                )
            if not change <= 0.0 and (heat <= 0.0 or rng.random() >= np.exp(-change / heat)):
                continue
            if is_contiguous:
                now += 2
                if not stays_whole(i, of, next_start, next_unit, stamp, queue, now):
                    continue
                if back >= 0:
                    of[i] = t
                    now += 2
                    touches = False
                    for e in range(next_start[back], next_start[back + 1]):
                        touches = touches or of[next_unit[e]] == s
                    if not touches or not stays_whole(
                        back, of, next_start, next_unit, stamp, queue, now
                    ):
                        of[i] = s
                        continue
            _move(i, s, t, of, cost, activity, top, sums, total, count)
            if back >= 0:
                _move(back, t, s, of, cost, activity, top, sums, total, count)
            value[t], value[s] = taken, left
        heat *= cooling
    return best_value


@njit(cache=True, nogil=True)
def grow(of: Ints, centers: Ints, cost: Floats, next_start: Ints, next_unit: Ints) -> None:
    """Give every unit that has no territory to a neighbour's, those near its center first.

    Parameters
    ----------
    of
        ``(n,)`` territories, -1 where open; written.
    centers
        ``(n_territories,)`` the unit each territory is grown round.
    """
    n = len(of)
    open_ = np.full(n, np.inf)
    via = np.full(n, -1)
    for k in range(len(centers)):
        if centers[k] >= 0:
            of[centers[k]] = k
    for i in range(n):
        if of[i] >= 0:
            for e in range(next_start[i], next_start[i + 1]):
                other = next_unit[e]
                if of[other] < 0 and cost[centers[of[i]], other] < open_[other]:
                    open_[other], via[other] = cost[centers[of[i]], other], of[i]
    while True:
        i = int(open_.argmin())
        if open_[i] == np.inf:
            break
        of[i] = via[i]
        open_[i] = np.inf
        for e in range(next_start[i], next_start[i + 1]):
            other = next_unit[e]
            if of[other] < 0 and cost[centers[of[i]], other] < open_[other]:
                open_[other], via[other] = cost[centers[of[i]], other], of[i]
