"""Compiled local search: single shifts of atoms between territories under annealing.

A shift is accepted by Metropolis' rule on cost plus the priced violation of bands (2) and budgets
(3). A territory on the map is never torn apart (4): the giver must stay connected, which a search
from one of the atom's neighbours shows. After Gliesch, Ritt & Moreira (2018), doi
10.1007/978-3-319-77449-7_11, with annealing in place of their tabu search.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[Any]

FEASIBLE = 1e-9
FIRMER = 1.05
"""Growth of a penalty with each sweep that ends with its limit broken."""


@njit(cache=True, nogil=True)
def _find(start: Ints, territory: Ints, a: int, k: int) -> int:
    """Return the position of territory k among the candidates of atom a; -1 when it is none."""
    low, high = start[a], start[a + 1]
    if low + k < high and territory[low + k] == k:
        return int(low + k)
    while low < high:
        middle = (low + high) // 2
        if territory[middle] < k:
            low = middle + 1
        else:
            high = middle
    if low < start[a + 1] and territory[low] == k:
        return int(low)
    return -1


@njit(cache=True, nogil=True)
def _stays_whole(
    a: int, of: Ints, next_start: Ints, next_atom: Ints, stamp: Ints, queue: Ints, now: int
) -> bool:
    """Return whether a's territory stays in one piece, and on the map, without atom a."""
    home = of[a]
    wanted, first = 0, -1
    for e in range(next_start[a], next_start[a + 1]):
        if of[next_atom[e]] == home:
            wanted += 1
            first = next_atom[e]
    if wanted <= 1:
        return wanted == 1
    # Marks: now for a neighbour still to be reached, now + 1 for an atom reached.
    for e in range(next_start[a], next_start[a + 1]):
        if of[next_atom[e]] == home:
            stamp[next_atom[e]] = now
    stamp[a] = now + 1
    stamp[first] = now + 1
    queue[0] = first
    wanted -= 1
    head, tail = 0, 1
    while head < tail:
        at = queue[head]
        head += 1
        for e in range(next_start[at], next_start[at + 1]):
            other = next_atom[e]
            if of[other] == home and stamp[other] != now + 1:
                if stamp[other] == now:
                    wanted -= 1
                    if wanted == 0:
                        return True
                stamp[other] = now + 1
                queue[tail] = other
                tail += 1
    return False


@njit(cache=True, nogil=True)
def _strain(
    total: float, lower: float, upper: float, target: float, slope: float, penalty: float,
    inset: float,
) -> float:  # fmt: skip
    """Return what a total costs: being off target, and being near or beyond a limit."""
    value = slope * abs(total - target)
    scale = target if target > 0.0 else 1.0
    below, above = (lower - total) / scale, (total - upper) / scale
    # A band narrower than twice the inset keeps its middle free.
    inset = min(inset, 0.25 * (upper - lower) / scale)
    if below > -inset:
        value += penalty * (below + inset)
    elif above > -inset:
        value += penalty * (above + inset)
    return value


@njit(cache=True, nogil=True)
def anneal(
    of: Ints, start: Ints, territory: Ints, cost: Floats, moved: Floats, order: Ints,
    activity: Floats, lower: Floats, upper: Floats, target: Floats, slope: Floats,
    budget: Floats, next_start: Ints, next_atom: Ints, on_map: Ints, free: Ints,
    penalty: Floats, toll: Floats, warmth: Floats, border: float, inset: float,
    sweeps: int, hot: float, cold: float, stiffen: float, rng: np.random.Generator, best: Ints,
) -> float:  # fmt: skip
    """Run one annealing over ``sweeps`` × free atoms proposals; change ``of`` in place.

    Parameters
    ----------
    of, best
        ``(n_atoms,)`` the assignment, and where the best one inside every limit is written.
    order
        ``(n_candidates,)`` each atom's candidate positions, most promising first.
    free
        The atoms that have more than one candidate.
    penalty, toll
        Price in km of leaving each band by its target, each budget by its measure. Left changed: a
        limit that is broken at the end of a sweep has grown dearer.
    warmth
        ``(n_atoms,)`` factor on each atom's temperature, so that light atoms do not wander.
    border
        Price in km of each edge of the map between two territories.
    inset
        By how much of target and budget the search aims inside the limits it is held to.
    hot, cold
        First and last temperature in km.
    stiffen
        By how much all penalties and tolls have grown at the end.

    Returns
    -------
    float
        The objective of ``best`` plus the price of its borders; infinite when none was found.
    """
    n_b, n_d, n_k = activity.shape[1], moved.shape[1], target.shape[0]
    n = len(of)
    total = np.zeros((n_k, n_b))
    total_moved = np.zeros(n_d)
    value = 0.0
    at = np.empty(n, dtype=np.int64)
    for a in range(n):
        at[a] = _find(start, territory, a, of[a])
        value += cost[at[a]]
        for e in range(next_start[a], next_start[a + 1]):
            if of[next_atom[e]] != of[a]:
                value += 0.5 * border
        for b in range(n_b):
            total[of[a], b] += activity[a, b]
        for d in range(n_d):
            total_moved[d] += moved[at[a], d]
    stamp = np.zeros(n, dtype=np.int64)
    queue = np.empty(n, dtype=np.int32)
    now = 1
    best_value = np.inf
    heat = hot
    cooling = (cold / hot) ** (1.0 / max(sweeps - 1, 1)) if hot > 0.0 else 1.0
    firmness = stiffen ** (1.0 / max(sweeps - 1, 1))
    for _ in range(sweeps):
        for _ in range(len(free)):
            a = free[int(rng.random() * len(free))]
            home = of[a]
            if on_map[a]:
                width = next_start[a + 1] - next_start[a]
                if width == 0:
                    continue
                k = of[next_atom[next_start[a] + int(rng.random() * width)]]
                if k == home:
                    continue
                j = _find(start, territory, a, k)
                if j < 0:
                    continue
            else:
                width = start[a + 1] - start[a]
                u = rng.random()
                j = order[start[a] + int(u * u * u * width)]
                k = territory[j]
                if k == home:
                    continue
            change = cost[j] - cost[at[a]]
            for b in range(n_b):
                x = activity[a, b]
                if x == 0.0:
                    continue
                for side in range(2):
                    t = home if side == 0 else k
                    after = total[t, b] - x if side == 0 else total[t, b] + x
                    change += _strain(
                        after, lower[t, b], upper[t, b], target[t, b], slope[t, b],
                        penalty[t, b], inset,
                    ) - _strain(
                        total[t, b], lower[t, b], upper[t, b], target[t, b], slope[t, b],
                        penalty[t, b], inset,
                    )  # fmt: skip
            for d in range(n_d):
                after = total_moved[d] + moved[j, d] - moved[at[a], d]
                aim = budget[d] * (1.0 - inset)
                change += toll[d] * (max(0.0, after - aim) - max(0.0, total_moved[d] - aim))
            longer = 0.0
            if border > 0.0 and on_map[a]:
                for e in range(next_start[a], next_start[a + 1]):
                    other = of[next_atom[e]]
                    if other == home:
                        longer += border
                    elif other == k:
                        longer -= border
                change += longer
            own = heat * warmth[a]
            if change > 0.0 and (own <= 0.0 or rng.random() >= np.exp(-change / own)):
                continue
            if on_map[a]:
                now += 2
                if not _stays_whole(a, of, next_start, next_atom, stamp, queue, now):
                    continue
            for b in range(n_b):
                total[home, b] -= activity[a, b]
                total[k, b] += activity[a, b]
            for d in range(n_d):
                total_moved[d] += moved[j, d] - moved[at[a], d]
            value += cost[j] - cost[at[a]] + longer
            at[a] = j
            of[a] = k
        heat *= cooling
        outside = 0.0
        off_target = 0.0
        for k in range(n_k):
            for b in range(n_b):
                off_target += slope[k, b] * abs(total[k, b] - target[k, b])
                scale = target[k, b] if target[k, b] > 0.0 else 1.0
                beyond = max(lower[k, b] - total[k, b], total[k, b] - upper[k, b]) / scale
                penalty[k, b] *= firmness
                if beyond > FEASIBLE:
                    outside += beyond
                    penalty[k, b] *= FIRMER
        for d in range(n_d):
            over = total_moved[d] - budget[d]
            toll[d] *= firmness
            if over > FEASIBLE:
                outside += over
                toll[d] *= FIRMER
        if outside == 0.0 and value + off_target < best_value:
            best_value = value + off_target
            best[:] = of
    return best_value
