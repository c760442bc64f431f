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

COLD = 25.0
"""Candidates this many temperatures dearer than the cheapest have no share in the soft choice."""

BEND = 1e-5
"""A candidate with less than this share of the soft choice does not bend the dual."""

PAIR_COST = 30.0
"""What counting one pair of candidates takes, in multiplications of the dense product: an atom of
many candidates is counted there."""

DENSE_ROWS = 256
"""Atoms whose dense product is taken at once."""


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
def choose(
    first: int, last: int, start: Ints, territory: Ints, cost: Floats, moved: Floats,
    activity: Floats, price: Floats, toll: Floats, reach: Floats, least: Floats, near: Ints,
) -> None:  # fmt: skip
    """Write the least reduced cost of each atom in a block, and which candidates are near it.

    Parameters
    ----------
    reach
        ``(n_atoms,)`` how much dearer than the cheapest a candidate may be.
    least, near
        ``(n_atoms,)`` and ``(n_candidates,)``: where the answers are written.
    """
    for a in range(first, last):
        best = np.inf
        for j in range(start[a], start[a + 1]):
            best = min(best, _reduced(j, a, territory, cost, moved, activity, price, toll))
        least[a] = best
        for j in range(start[a], start[a + 1]):
            value = _reduced(j, a, territory, cost, moved, activity, price, toll)
            near[j] = value <= best + reach[a]


@njit(cache=True, nogil=True)
def smooth_dual(
    first: int, last: int, start: Ints, territory: Ints, cost: Floats, moved: Floats,
    activity: Floats, price: Floats, toll: Floats, temperature: Floats, gradient: Floats,
    bend: Floats,
) -> float:  # fmt: skip
    """Return the sum over a block's atoms of the soft minimum (8) of reduced costs.

    Atoms without candidates are passed over: those that no price can touch may be left out.

    Parameters
    ----------
    gradient
        ``(n_rows,)`` receives the activity and the moved shares of the soft choice; rows are the
        (territory, measure) pairs, then the budgets.
    bend
        ``(n_rows, n_rows)`` receives in its lower triangle how the gradient falls as prices rise;
        ``(0, 0)`` when nobody asks.
    """
    n_b, n_d, n_k = activity.shape[1], moved.shape[1], price.shape[0]
    n_rows = n_k * n_b + n_d
    widest = 0
    for a in range(first, last):
        widest = max(widest, start[a + 1] - start[a])
    share = np.empty(widest)
    place = np.empty(widest, dtype=np.int64)
    means = np.zeros((DENSE_ROWS if len(bend) else 0, n_rows))
    result, filled = 0.0, 0
    for a in range(first, last):
        origin, width = start[a], start[a + 1] - start[a]
        if width == 0:
            continue
        least = np.inf
        for c in range(width):
            share[c] = _reduced(origin + c, a, territory, cost, moved, activity, price, toll)
            least = min(least, share[c])
        heat = temperature[a]
        total, n = 0.0, 0
        for c in range(width):
            if share[c] < least + COLD * heat:
                share[n] = np.exp((least - share[c]) / heat)
                place[n] = origin + c
                total += share[n]
                n += 1
        result += least - heat * np.log(total)
        m = 0
        for c in range(n):
            share[c] /= total
            k = territory[place[c]]
            for b in range(n_b):
                gradient[k * n_b + b] += share[c] * activity[a, b]
            for d in range(n_d):
                gradient[n_k * n_b + d] += share[c] * moved[place[c], d]
            if share[c] >= BEND:
                share[m], place[m] = share[c], place[c]
                m += 1
        if m < 2 or len(bend) == 0:
            continue
        if PAIR_COST * m * m < n_rows * n_rows:
            for c in range(1, m):
                for e in range(c):
                    weight = share[c] * share[e] / heat
                    _bend_pair(
                        bend, weight, place[c], place[e], a, territory, moved, activity, n_k * n_b
                    )
            continue
        for c in range(m):
            _bend_one(
                bend, means[filled], share[c], heat, place[c], a, territory, moved, activity,
                n_k * n_b,
            )  # fmt: skip
        filled += 1
        if filled == DENSE_ROWS:
            bend -= np.dot(means.T, means)
            means[:] = 0.0
            filled = 0
    if filled:
        bend -= np.dot(means.T, means)
    return result


@njit(cache=True, nogil=True)
def _bend_one(
    bend: Floats, mean: Floats, share: float, heat: float, j: int, a: int, territory: Ints,
    moved: Floats, activity: Floats, first_budget: int,
) -> None:  # fmt: skip
    """Add ``share f f' / heat`` of a candidate's rows f, and f to the soft choice's ``mean``.

    The bend is the sum of the former less the product of the means with themselves.
    """
    n_b, n_d = activity.shape[1], moved.shape[1]
    row, root = territory[j] * n_b, np.sqrt(1.0 / heat)
    for b in range(n_b):
        x = share * activity[a, b]
        mean[row + b] += x * root
        for f in range(n_b):
            bend[row + b, row + f] += x * activity[a, f] / heat
        for d in range(n_d):
            bend[first_budget + d, row + b] += x * moved[j, d] / heat
    for d in range(n_d):
        x = share * moved[j, d]
        mean[first_budget + d] += x * root
        for f in range(n_d):
            bend[first_budget + d, first_budget + f] += x * moved[j, f] / heat


@njit(cache=True, nogil=True)
def _bend_pair(
    bend: Floats, weight: float, j: int, i: int, a: int, territory: Ints, moved: Floats,
    activity: Floats, first_budget: int,
) -> None:  # fmt: skip
    """Add ``weight × (f_j - f_i)(f_j - f_i)'`` of the two candidates' rows f."""
    n_b, n_d = activity.shape[1], moved.shape[1]
    low, high = territory[i] * n_b, territory[j] * n_b
    sign = 1.0
    if low > high:
        low, high, sign = high, low, -1.0
    for b in range(n_b):
        x = weight * activity[a, b]
        for f in range(n_b):
            y = x * activity[a, f]
            bend[low + b, low + f] += y
            bend[high + b, high + f] += y
            bend[high + b, low + f] -= y
        for d in range(n_d):
            y = sign * x * (moved[j, d] - moved[i, d])
            bend[first_budget + d, high + b] += y
            bend[first_budget + d, low + b] -= y
    for d in range(n_d):
        for f in range(n_d):
            y = (moved[j, d] - moved[i, d]) * (moved[j, f] - moved[i, f])
            bend[first_budget + d, first_budget + f] += weight * y


@njit(cache=True, nogil=True)
def band_terms(
    lower: Floats, upper: Floats, target: Floats, slope: Floats, price: Floats,
    heat: Floats, total: Floats, bend: Floats,
) -> float:  # fmt: skip
    """Return the sum over totals s in their bands of min(slope |s - target| - price s), (9).

    The minimum lies at a limit or at the target; it is softened by ``heat`` and its place is
    subtracted from ``total``.

    Parameters
    ----------
    heat
        ``(n_territories, n_banded)``; empty for the hard minimum.
    total, bend
        ``(n_territories, n_banded)`` each: the soft choice's totals, and what is added to the
        diagonal of `smooth_dual`'s.
    """
    result = 0.0
    for k in range(target.shape[0]):
        for b in range(target.shape[1]):
            t, p = target[k, b], price[k, b]
            at_lower = slope[k, b] * (t - lower[k, b]) - p * lower[k, b]
            at_target = -p * t
            at_upper = slope[k, b] * (upper[k, b] - t) - p * upper[k, b]
            least = min(at_lower, min(at_target, at_upper))
            if len(heat) == 0 or heat[k, b] <= 0.0:
                result += least
                continue
            e1 = np.exp((least - at_lower) / heat[k, b])
            e2 = np.exp((least - at_target) / heat[k, b])
            e3 = np.exp((least - at_upper) / heat[k, b])
            e = e1 + e2 + e3
            result += least - heat[k, b] * np.log(e)
            middle = (e1 * lower[k, b] + e2 * t + e3 * upper[k, b]) / e
            spread = e1 * (lower[k, b] - middle) ** 2 + e2 * (t - middle) ** 2
            spread += e3 * (upper[k, b] - middle) ** 2
            total[k, b] -= middle
            bend[k, b] += spread / e / heat[k, b]
    return result
