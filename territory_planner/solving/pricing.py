"""Compiled sums over candidates: reduced costs, the Lagrangian dual, and its smooth form.

Equations (7) to (9) of MODEL.md. The reduced cost of giving atom `a` to territory `k` is
``cost + sum_b price_kb activity_ab + sum_d toll_d moved_akd``.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[Any]


@njit(cache=True, nogil=True)
def _reduced(
    j: int, a: int, territory: Ints, cost: Floats, moved: Floats, activity: Floats,
    price: Floats, toll: Floats,
) -> float:  # fmt: skip
    value = float(cost[j])
    k = territory[j]
    for b in range(activity.shape[1]):
        value += price[k, b] * activity[a, b]
    for d in range(moved.shape[1]):
        value += toll[d] * moved[j, d]
    return value


@njit(cache=True, nogil=True)
def reduced_costs(
    start: Ints, territory: Ints, cost: Floats, moved: Floats, activity: Floats,
    price: Floats, toll: Floats,
) -> Floats:  # fmt: skip
    """Return ``(n_candidates,)`` reduced costs."""
    result = np.empty(len(cost))
    for a in range(len(start) - 1):
        for j in range(start[a], start[a + 1]):
            result[j] = _reduced(j, a, territory, cost, moved, activity, price, toll)
    return result


@njit(cache=True, nogil=True)
def cheapest(start: Ints, value: Floats) -> Ints:
    """Return ``(n_atoms,)``: the position of each atom's least value; -1 without candidates."""
    best = np.full(len(start) - 1, -1, dtype=np.int64)
    for a in range(len(start) - 1):
        for j in range(start[a], start[a + 1]):
            if best[a] < 0 or value[j] < value[best[a]]:
                best[a] = j
    return best


@njit(cache=True, nogil=True)
def smooth_dual(
    start: Ints, territory: Ints, cost: Floats, moved: Floats, activity: Floats,
    price: Floats, toll: Floats, temperature: Floats, total: Floats, total_moved: Floats,
) -> float:  # fmt: skip
    """Return the sum over atoms of the soft minimum (8) of reduced costs; add up its gradient.

    Atoms without candidates are passed over: those that no price can touch may be left out.
    ``total`` and ``total_moved`` receive the activity and the moved shares of the soft choice.
    """
    widest = 0
    for a in range(len(start) - 1):
        widest = max(widest, start[a + 1] - start[a])
    share = np.empty(widest)
    result = 0.0
    for a in range(len(start) - 1):
        first, width = start[a], start[a + 1] - start[a]
        if width == 0:
            continue
        least = np.inf
        for c in range(width):
            share[c] = _reduced(first + c, a, territory, cost, moved, activity, price, toll)
            least = min(least, share[c])
        heat = temperature[a]
        total_share = 0.0
        for c in range(width):
            share[c] = np.exp((least - share[c]) / heat)
            total_share += share[c]
        result += least - heat * np.log(total_share)
        for c in range(width):
            p = share[c] / total_share
            if p > 1e-9:
                k = territory[first + c]
                for b in range(activity.shape[1]):
                    total[k, b] += p * activity[a, b]
                for d in range(moved.shape[1]):
                    total_moved[d] += p * moved[first + c, d]
    return result


@njit(cache=True, nogil=True)
def band_terms(
    lower: Floats, upper: Floats, target: Floats, slope: Floats, price: Floats,
    heat: float, total: Floats,
) -> float:  # fmt: skip
    """Return the sum over totals s in their bands of min(slope |s - target| - price s), (9).

    The minimum lies at a limit or at the target; it is softened by ``heat`` and its place is
    subtracted from ``total``.
    """
    result = 0.0
    for k in range(target.shape[0]):
        for b in range(target.shape[1]):
            t, p = target[k, b], price[k, b]
            at_lower = slope[k, b] * (t - lower[k, b]) - p * lower[k, b]
            at_target = -p * t
            at_upper = slope[k, b] * (upper[k, b] - t) - p * upper[k, b]
            least = min(at_lower, min(at_target, at_upper))
            if heat <= 0.0:
                result += least
                continue
            e1 = np.exp((least - at_lower) / heat)
            e2 = np.exp((least - at_target) / heat)
            e3 = np.exp((least - at_upper) / heat)
            e = e1 + e2 + e3
            result += least - heat * np.log(e)
            total[k, b] -= (e1 * lower[k, b] + e2 * t + e3 * upper[k, b]) / e
    return result
