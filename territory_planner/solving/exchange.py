"""Compiled annealing among ties: single shifts, and swaps of two atoms between two territories.

A move is accepted by Metropolis' rule on regrets and on what the limits cost. Shifts alone freeze
where two measures are tight at once; a swap changes both by little.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from territory_planner.solving.limits import (
    BUDGET,
    FINE,
    LOWER,
    PENALTY,
    TARGET,
    UPPER,
    Limits,
    overspent,
    strain,
)
from territory_planner.solving.lookup import find
from territory_planner.solving.ties import Ties

Floats = NDArray[np.float64]
Ints = NDArray[Any]

SWAPS = 0.6
"""The share of proposals that look for an atom to swap with."""

BLOCKS = 200
FIRMER = 1.05
"""Growth of a penalty with each block that ends with its limit broken."""

FEASIBLE = 1e-10


@njit(cache=True, nogil=True)
def held(of: Ints, at: Ints, activity: Floats, moved: Floats, total: Floats, spent: Floats) -> None:
    """Add up what the territories hold, and what has moved."""
    for a in range(len(of)):
        for b in range(activity.shape[1]):
            total[of[a], b] += activity[a, b]
        for d in range(len(spent)):
            spent[d] += moved[at[a], d]


@njit(cache=True, nogil=True)
def _pair_of(k: int, other: int, first_pair: Ints, others: Ints) -> int:
    """Return the pair of two territories, -1 when no atom lies between them."""
    return find(first_pair, others, min(k, other), max(k, other))


@njit(cache=True, nogil=True)
def _broken(
    total: Floats, spent: Floats, bands: Floats, budgets: Floats, firmness: float
) -> tuple[bool, float]:
    """Return whether a limit is broken, and what all cost; make penalties firmer."""
    is_broken, cost = False, 0.0
    for k in range(total.shape[0]):
        for b in range(total.shape[1]):
            cost += strain(total[k, b], k, b, bands)
            scale = max(abs(bands[k, b, TARGET]), 1e-300)
            beyond = max(bands[k, b, LOWER] - total[k, b], total[k, b] - bands[k, b, UPPER])
            bands[k, b, PENALTY] *= firmness
            if beyond > FEASIBLE * scale:
                is_broken = True
                bands[k, b, PENALTY] *= FIRMER
    for d in range(len(spent)):
        cost += overspent(spent[d], d, budgets)
        budgets[d, FINE] *= firmness
        if spent[d] > budgets[d, BUDGET] + FEASIBLE:
            is_broken = True
            budgets[d, FINE] *= FIRMER
    return is_broken, cost


@njit(cache=True, nogil=True)
def exchange(
    of: Ints, at: Ints, activity: Floats, ties: Ties, rows: Limits, proposals: int, hot: float,
    cold: float, stiffen: float, rng: np.random.Generator, best: Ints,
) -> float:  # fmt: skip
    """Run one annealing; change ``of``, ``at`` and the penalties in place.

    Parameters
    ----------
    of, at
        ``(n_atoms,)`` the assignment, and where it stands among the ties.
    hot, cold
        First and last temperature in km.
    stiffen
        By how much all penalties have grown at the end.
    best
        ``(n_atoms,)`` where the best assignment inside every limit is written.

    Returns
    -------
    float
        How far ``best`` is above the bound in km; infinite when none was found.
    """
    # Whole tuples are slow in an inner loop: their arrays are counted at every call.
    start, territory, extra, moved = ties.start, ties.territory, ties.regret, ties.moved
    free, first_pair, others = ties.free, ties.first_pair, ties.other
    pair_start, pair_atom, pair_at = ties.pair_start, ties.pair_atom, ties.pair_at
    bands, budgets = rows.bands, rows.budgets
    n_b, n_d = activity.shape[1], len(budgets)
    total, spent = np.zeros(bands.shape[:2]), np.zeros(n_d)
    held(of, at, activity, moved, total, spent)
    regret = 0.0
    for a in range(len(of)):
        regret += extra[at[a]]
    best_value, heat = np.inf, hot
    cooling, firmness = (cold / hot) ** (1.0 / BLOCKS), stiffen ** (1.0 / BLOCKS)
    for _ in range(BLOCKS):
        for _ in range(max(proposals // BLOCKS, 1)):
            a = free[int(rng.random() * len(free))]
            j = start[a] + int(rng.random() * (start[a + 1] - start[a]))
            k, other = of[a], territory[j]
            if other == k:
                continue
            back, i = -1, -1
            if rng.random() < SWAPS:
                pair = _pair_of(k, other, first_pair, others)
                e = pair_start[pair]
                e += int(rng.random() * (pair_start[pair + 1] - e))
                back = pair_atom[e]
                if of[back] != other:
                    continue
                i = pair_at[e, 0] if k < other else pair_at[e, 1]
            more = extra[j] - extra[at[a]]
            if back >= 0:
                more += extra[i] - extra[at[back]]
            limit = -heat * np.log(rng.random())
            change = more
            for b in range(n_b):
                x = activity[a, b]
                if back >= 0:
                    x -= activity[back, b]
                if x != 0.0:
                    change += strain(total[k, b] - x, k, b, bands) - strain(
                        total[k, b], k, b, bands
                    )
                    change += strain(total[other, b] + x, other, b, bands)
                    change -= strain(total[other, b], other, b, bands)
            for d in range(n_d):
                y = moved[j, d] - moved[at[a], d]
                if back >= 0:
                    y += moved[i, d] - moved[at[back], d]
                change += overspent(spent[d] + y, d, budgets) - overspent(spent[d], d, budgets)
            if change > limit:
                continue
            regret += more
            for d in range(n_d):
                spent[d] += moved[j, d] - moved[at[a], d]
                if back >= 0:
                    spent[d] += moved[i, d] - moved[at[back], d]
            for b in range(n_b):
                x = activity[a, b]
                if back >= 0:
                    x -= activity[back, b]
                total[k, b] -= x
                total[other, b] += x
            at[a], of[a] = j, other
            if back >= 0:
                at[back], of[back] = i, k
        heat *= cooling
        is_broken, cost = _broken(total, spent, bands, budgets, firmness)
        if not is_broken and regret + cost < best_value:
            best_value = regret + cost
            best[:] = of
    return best_value
