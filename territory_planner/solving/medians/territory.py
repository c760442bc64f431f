"""Compiled search for whole territories: the best one of a center at given prices, or all good ones.

Branch and bound on the units next to what the territory holds already; the bound is the relaxed
knapsack (16) over the units that can still be reached. Whole units and one piece make far dearer
territories than the relaxation, and with a dozen or two units in each they are found in no time.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[Any]
Bools = NDArray[np.bool_]

GAVE_UP = -1
TOO_MANY = -2
SLACK = 1e-9


@njit(cache=True, nogil=True)
def _is_best_center(root: int, held: Ints, unit: Ints, costs: Floats) -> bool:
    """Return whether a territory costs least from the unit at root, ties aside."""
    own = 0.0
    for a in held:
        own += costs[unit[root], unit[a]]
    for other in held:
        total = 0.0
        for a in held:
            total += costs[unit[other], unit[a]]
        if total < own * (1.0 - 1e-12):
            return False
    return True


@njit(cache=True, nogil=True)
def territories(
    j: int, may: Bools, costs: Floats, price: Floats, charge: Floats, activity: Floats,
    lower: Floats, upper: Floats, next_start: Ints, next_unit: Ints, is_contiguous: bool,
    ceiling: float, best_only: bool, most_nodes: int, found: Bools,
) -> tuple[int, float, int]:  # fmt: skip
    """Find territories of center j that are worth at most the ceiling; write them.

    Parameters
    ----------
    may
        ``(n,)`` the units that may belong to it.
    costs, price
        ``(n, n)`` km of objective of each unit from each center, and ``(n,)`` what a unit is worth.
    charge
        ``(n_banded,)`` km per unit of activity, for the bound.
    best_only
        Write the best alone, instead of all those that have no better center than j.
    most_nodes
        Partial territories to look at before giving up.
    found
        ``(capacity, n)`` the units of each territory; written.

    Returns
    -------
    int, float, int
        How many there are, `GAVE_UP` or `TOO_MANY`; the worth of the best, and the nodes looked at.
    """
    unit = np.flatnonzero(may)
    m, n_b = len(unit), activity.shape[1]
    at = np.full(len(may), -1)
    at[unit] = np.arange(m)
    first = np.zeros(m + 1, dtype=np.int64)
    joined = np.empty(next_start[-1], dtype=np.int64)
    for a in range(m):
        first[a + 1] = first[a]
        for e in range(next_start[unit[a]], next_start[unit[a] + 1]):
            if at[next_unit[e]] >= 0:
                joined[first[a + 1]] = at[next_unit[e]]
                first[a + 1] += 1
    # One measure is exact in the bound, the others are charged.
    load = np.zeros(m)
    low, high, base = 0.0, 1.0, 0.0
    if n_b:
        load[:] = activity[unit, 0]
        low, high = lower[0] * (1.0 - SLACK), upper[0] * (1.0 + SLACK)
    reduced = np.empty(m)
    charged = np.empty(m)
    for a in range(m):
        reduced[a] = costs[j, unit[a]] - price[unit[a]]
        charged[a] = reduced[a]
        for q in range(1, n_b):
            charged[a] += charge[q] * activity[unit[a], q]
    for q in range(1, n_b):
        base -= charge[q] * (upper[q] if charge[q] > 0.0 else lower[q])
    ratio = np.empty(m)
    for a in range(m):
        if load[a] > 0.0:
            ratio[a] = charged[a] / load[a]
        else:
            ratio[a] = -np.inf if charged[a] < 0.0 else np.inf
    order = np.argsort(ratio)
    root = at[j]
    state = np.zeros(m, dtype=np.int8)
    held = np.empty(m, dtype=np.int64)
    held[0], n_held = root, 1
    state[root] = 1
    total = activity[j].copy()
    worth, bound_worth = reduced[root], charged[root] + base
    tried = np.empty(m + 1, dtype=np.int64)
    is_out = np.zeros(m + 1, dtype=np.bool_)
    depth, nodes, count, best = 0, 0, 0, ceiling
    seen = np.zeros(m, dtype=np.int64)
    queue = np.empty(m, dtype=np.int64)
    while True:
        nodes += 1
        if nodes > most_nodes:
            return GAVE_UP, best, nodes
        branch = -1
        if is_contiguous:
            head, tail = 0, n_held
            for h in range(n_held):
                queue[h] = held[h]
                seen[held[h]] = nodes
            while head < tail:
                for e in range(first[queue[head]], first[queue[head] + 1]):
                    other = joined[e]
                    if state[other] == 0 and seen[other] != nodes:
                        seen[other] = nodes
                        queue[tail] = other
                        tail += 1
                        if head < n_held and (branch < 0 or ratio[other] < ratio[branch]):
                            branch = other
                head += 1
        loaded = total[0] if n_b else 0.0
        bound = bound_worth
        for a in order:
            if state[a] != 0 or (is_contiguous and seen[a] != nodes):
                continue
            if not is_contiguous and branch < 0:
                branch = a
            limit = high if charged[a] < 0.0 else low
            part = 1.0
            if load[a] > 0.0:
                part = min(1.0, (limit - loaded) / load[a])
            elif charged[a] >= 0.0:
                part = 0.0
            if part <= 0.0:
                break
            bound += part * charged[a]
            loaded += part * load[a]
        fits = loaded >= low * (1.0 - SLACK) and bound <= best
        for q in range(n_b):
            fits = fits and total[q] <= upper[q] * (1.0 + SLACK)
        if fits and branch < 0:
            for q in range(n_b):
                fits = fits and total[q] >= lower[q] * (1.0 - SLACK)
            if fits and not best_only:
                fits = _is_best_center(root, held[:n_held], unit, costs)
            if fits and worth <= best:
                if best_only:
                    best, count = worth, 0
                elif count == len(found):
                    return TOO_MANY, best, nodes
                found[count, :] = False
                for h in range(n_held):
                    found[count, unit[held[h]]] = True
                count += 1
            fits = False
        if fits:
            tried[depth], is_out[depth] = branch, False
            depth += 1
            state[branch] = 1
            held[n_held] = branch
            n_held += 1
            worth += reduced[branch]
            bound_worth += charged[branch]
            for q in range(n_b):
                total[q] += activity[unit[branch], q]
            continue
        while depth and is_out[depth - 1]:
            depth -= 1
            state[tried[depth]] = 0
        if depth == 0:
            return count, best, nodes
        a = tried[depth - 1]
        is_out[depth - 1] = True
        state[a] = 2
        n_held -= 1
        worth -= reduced[a]
        bound_worth -= charged[a]
        for q in range(n_b):
            total[q] -= activity[unit[a], q]
