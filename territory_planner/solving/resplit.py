"""Compiled splitting of two territories again, exactly: which of the atoms between them lie where.

Every atom between the two lies where its regret is less, save for some that cross over. Sets of
crossings are enumerated by depth first, the smallest regrets first; a branch ends when its regrets
alone cost as much as the best split known, which is what makes the enumeration short near a bound.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from territory_planner.solving.exchange import held
from territory_planner.solving.limits import Limits, overspent, strain
from territory_planner.solving.ties import Ties

Floats = NDArray[np.float64]
Ints = NDArray[Any]

NODES = 1000
"""Of one enumeration; past them the best split found so far is taken."""

DEEPEN = 16.0
"""The first enumeration looks at regrets up to this part of what the pair costs; each next one at
twice as much, so that small improvements are found soon."""

BETTER = 1e-10
"""Of what the pair costs: smaller improvements are rounding."""


@njit(cache=True, nogil=True)
def _cross(
    e: int, back: bool, activity: Floats, regret: Floats, moved: Floats, pair_atom: Ints,
    pair_at: Ints, total: Floats, spent: Floats, k: int, other: int,
) -> None:  # fmt: skip
    """Move one atom of a pair to where its regret is larger, or back."""
    a, i, j = pair_atom[e], pair_at[e, 0], pair_at[e, 1]
    if (regret[j] < regret[i]) != back:
        i, j, k, other = j, i, other, k
    for b in range(activity.shape[1]):
        total[k, b] -= activity[a, b]
        total[other, b] += activity[a, b]
    for d in range(len(spent)):
        spent[d] += moved[j, d] - moved[i, d]


@njit(cache=True, nogil=True)
def _cost(
    total: Floats, spent: Floats, bands: Floats, budgets: Floats, k: int, other: int
) -> float:
    cost = 0.0
    for b in range(total.shape[1]):
        cost += strain(total[k, b], k, b, bands) + strain(total[other, b], other, b, bands)
    for d in range(len(spent)):
        cost += overspent(spent[d], d, budgets)
    return cost


@njit(cache=True, nogil=True)
def _split(
    first: int, last: int, k: int, other: int, of: Ints, at: Ints, activity: Floats,
    regret: Floats, moved: Floats, pair_atom: Ints, pair_at: Ints, bands: Floats, budgets: Floats,
    total: Floats, spent: Floats, edge: Ints, extra: Floats, path: Ints, best: Ints,
) -> float:  # fmt: skip
    """Split one pair of territories again; return how much less it costs."""
    n = 0
    known = _cost(total, spent, bands, budgets, k, other)
    for e in range(first, last):
        a = pair_atom[e]
        if of[a] != k and of[a] != other:
            continue
        i, j = pair_at[e, 0], pair_at[e, 1]
        edge[n], extra[n] = e, abs(regret[j] - regret[i])
        if at[a] != (j if regret[j] < regret[i] else i):
            known += extra[n]
        n += 1
    if n == 0 or known <= 0.0:
        return 0.0
    for q in range(n):
        a, i, j = pair_atom[edge[q]], pair_at[edge[q], 0], pair_at[edge[q], 1]
        if at[a] != (j if regret[j] < regret[i] else i):
            _cross(
                edge[q], True, activity, regret, moved, pair_atom, pair_at, total, spent, k, other
            )
    order = np.argsort(extra[:n])
    bar = known * (1.0 - BETTER)
    least, depth_of_best, nodes = bar, -1, 0
    plain = _cost(total, spent, bands, budgets, k, other)
    if plain < least:
        least, depth_of_best = plain, 0
    reach = known / DEEPEN
    while nodes < NODES:
        depth, i, paid = 0, 0, 0.0
        while True:
            more = extra[order[i]] if i < n else np.inf
            if paid + more < min(least, reach) and nodes < NODES:
                _cross(
                    edge[order[i]],
                    False,
                    activity,
                    regret,
                    moved,
                    pair_atom,
                    pair_at,
                    total,
                    spent,
                    k,
                    other,
                )
                paid += more
                path[depth] = i
                depth, nodes = depth + 1, nodes + 1
                value = paid + _cost(total, spent, bands, budgets, k, other)
                if value < least:
                    least, depth_of_best = value, depth
                    best[:depth] = path[:depth]
            elif depth > 0:
                depth -= 1
                i = path[depth]
                _cross(
                    edge[order[i]],
                    True,
                    activity,
                    regret,
                    moved,
                    pair_atom,
                    pair_at,
                    total,
                    spent,
                    k,
                    other,
                )
                paid -= extra[order[i]]
            else:
                break
            i += 1
        if reach >= least:
            break
        reach *= 2.0
    path[:n] = 0
    if depth_of_best >= 0:
        for q in range(depth_of_best):
            path[order[best[q]]] = 1
    for q in range(n):
        a, i, j = pair_atom[edge[q]], pair_at[edge[q], 0], pair_at[edge[q], 1]
        is_high = regret[j] < regret[i]
        crosses = path[q] == 1
        if depth_of_best < 0:
            crosses = at[a] != (j if is_high else i)
        if crosses:
            _cross(
                edge[q], False, activity, regret, moved, pair_atom, pair_at, total, spent, k, other
            )
        at[a] = j if is_high != crosses else i
        of[a] = other if is_high != crosses else k
    return known - least if depth_of_best >= 0 else 0.0


@njit(cache=True, nogil=True)
def resplit(
    of: Ints, at: Ints, activity: Floats, ties: Ties, rows: Limits, changed: Ints, sweeps: int
) -> float:
    """Split pairs of territories again until none gets cheaper; return how much was gained.

    ``of`` and ``at`` change in place.

    Parameters
    ----------
    changed
        ``(n_territories,)`` whether a territory has changed since its pairs were split last; a
        pair is left alone while neither has.
    sweeps
        Over all pairs, at the most.
    """
    bands, budgets, pair_start = rows.bands, rows.budgets, ties.pair_start
    total, spent = np.zeros(bands.shape[:2]), np.zeros(len(budgets))
    held(of, at, activity, ties.moved, total, spent)
    n_k, widest = len(ties.first_pair) - 1, 0
    for pair in range(len(ties.other)):
        widest = max(widest, pair_start[pair + 1] - pair_start[pair])
    edge, extra = np.empty(widest, dtype=np.int64), np.empty(widest)
    path, best = np.empty(widest, dtype=np.int64), np.empty(widest, dtype=np.int64)
    gained = 0.0
    for _ in range(sweeps):
        now = np.zeros(n_k, dtype=np.bool_)
        for k in range(n_k):
            for pair in range(ties.first_pair[k], ties.first_pair[k + 1]):
                other = ties.other[pair]
                if not (changed[k] or changed[other] or now[k] or now[other]):
                    continue
                gain = _split(
                    pair_start[pair], pair_start[pair + 1], k, other, of, at, activity,
                    ties.regret, ties.moved, ties.pair_atom, ties.pair_at, bands, budgets, total,
                    spent, edge, extra, path, best,
                )  # fmt: skip
                if gain > 0.0:
                    now[k] = now[other] = True
                    gained += gain
        changed = now
        if not now.any():
            break
    return gained
