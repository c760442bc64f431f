"""Compiled kernels of the bound: what each center's territory is worth at given unit prices.

The territory of center j is a knapsack that holds j, takes the units whose price is above their
cost, and stays inside the bands; relaxed, it takes parts of units, by ratio of reduced cost to
activity. Of several measures one is exact at a time and the others are priced, equation (25).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[Any]


@njit(cache=True, nogil=True)
def plain_values(near: Ints, near_cost: Floats, price: Floats, plain: Floats) -> None:
    """Write ``(n,)``: what each center's territory is worth without bands, the less the better.

    Parameters
    ----------
    near, near_cost
        ``(n, m)`` the units near each center, itself first, and their costs.
    price
        ``(n,)`` what having a unit in any territory is worth.
    """
    for j in range(len(near)):
        total = near_cost[j, 0] - price[j]
        for e in range(1, near.shape[1]):
            reduced = near_cost[j, e] - price[near[j, e]]
            if reduced < 0.0:
                total += reduced
        plain[j] = total


@njit(cache=True, nogil=True)
def _knapsack(
    reduced: Floats, load: Floats, low: float, high: float, share: Floats
) -> tuple[float, float]:
    """Return the least reduced cost of a load inside its limits, and what load is charged there.

    The first item is always taken; parts of the others may be. ``share`` is written.
    """
    total, value = load[0], reduced[0]
    share[:] = 0.0
    share[0] = 1.0
    wanted = 0
    for e in range(1, len(reduced)):
        if reduced[e] < 0.0:
            share[e] = 1.0
            total += load[e]
            value += reduced[e]
            wanted += 1
    if total <= high and total >= low:
        return value, 0.0
    picked = np.empty(len(reduced), dtype=np.int64)
    ratio = np.empty(len(reduced))
    n = 0
    too_much = total > high
    for e in range(1, len(reduced)):
        if load[e] > 0.0 and (reduced[e] < 0.0) == too_much:
            picked[n] = e
            ratio[n] = reduced[e] / load[e]
            n += 1
    order = np.argsort(ratio[:n])
    if too_much:
        # The least rewarding leave first.
        for o in order[::-1]:
            e = picked[o]
            part = min(1.0, (total - high) / load[e])
            share[e] = 1.0 - part
            total -= part * load[e]
            value -= part * reduced[e]
            if total <= high * (1.0 + 1e-12):
                return value, -ratio[o]
        return np.inf, 0.0
    for o in order:
        e = picked[o]
        if reduced[e] == np.inf:
            break
        part = min(1.0, (low - total) / load[e])
        share[e] = part
        total += part * load[e]
        value += part * reduced[e]
        if total >= low * (1.0 - 1e-12):
            return value, -ratio[o]
    return np.inf, 0.0


@njit(cache=True, nogil=True)
def territory_value(
    j: int, near: Ints, near_cost: Floats, price: Floats, activity: Floats, lower: Floats,
    upper: Floats, charge: Floats, share: Floats,
) -> float:  # fmt: skip
    """Return a lower bound (25) on what center j's territory is worth; infinite if it has none.

    Parameters
    ----------
    charge
        ``(n, n_banded)`` km per unit of activity in each center's territory. Row j is improved, one
        measure after the other.
    share
        ``(m,)`` what the territory takes of each near unit; written.
    """
    m, n_b = near.shape[1], activity.shape[1]
    reduced, load = np.empty(m), np.empty(m)
    value = 0.0
    if n_b == 0:
        share[:] = 0.0
        for e in range(m):
            r = near_cost[j, e] - price[near[j, e]]
            if r < 0.0 or e == 0:
                share[e] = 1.0
                value += r
        return value
    for b in range(n_b):
        value = 0.0
        for e in range(m):
            i = near[j, e]
            reduced[e] = near_cost[j, e] - price[i]
            for q in range(n_b):
                if q != b:
                    reduced[e] += charge[j, q] * activity[i, q]
            load[e] = activity[i, b]
        for q in range(n_b):
            if q != b:
                value -= charge[j, q] * (upper[q] if charge[j, q] > 0.0 else lower[q])
        worth, charge[j, b] = _knapsack(reduced, load, lower[b], upper[b], share)
        value += worth
        if value == np.inf:
            return value
    return value


@njit(cache=True, nogil=True)
def best_centers(
    near: Ints, near_cost: Floats, price: Floats, activity: Floats, lower: Floats, upper: Floats,
    n_territories: int, may_be_empty: bool, is_exact: bool, charge: Floats, penalty: Floats,
    usage: Floats, chosen: Ints,
) -> float:  # fmt: skip
    """Return the Lagrangian bound (24), and write the centers it opens and the units they take.

    Parameters
    ----------
    is_exact
        Whether every center that might be among the best is evaluated. Else those that were too
        dear when last looked at are believed to be so still, and the bound may be too high.
    penalty
        ``(n,)`` by how much the bands made each center dearer when last looked at; written.
    usage
        ``(n,)`` how often each unit is taken.
    chosen
        ``(n_territories,)`` the best centers; -1 where none is worth opening.
    """
    n, m = near.shape
    plain = np.empty(n)
    plain_values(near, near_cost, price, plain)
    order = np.argsort(plain) if is_exact else np.argsort(plain + penalty)
    best = np.full(n_territories, 0.0 if may_be_empty else np.inf)
    chosen[:] = -1
    share = np.empty(m)
    for j in order:
        worst = best.argmax()
        if (plain[j] if is_exact else plain[j] + penalty[j]) >= best[worst]:
            break
        value = territory_value(j, near, near_cost, price, activity, lower, upper, charge, share)
        penalty[j] = value - plain[j]
        if value < best[worst]:
            best[worst] = value
            chosen[worst] = j
    usage[:] = 0.0
    for j in chosen:
        if j >= 0:
            territory_value(j, near, near_cost, price, activity, lower, upper, charge, share)
            for e in range(m):
                usage[near[j, e]] += share[e]
    return float(price.sum() + best.sum())
