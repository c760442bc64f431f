"""Compiled local search for the shape of territories: single shifts across their borders.

As `moves.sweep` where centers stand still, with two more terms: every cut edge has a price, and so
has every kilometre by which two units of one territory lie farther apart than a limit (16). That
sum over pairs is what makes a largest diameter smooth enough to be annealed; below the limit shapes
are free. Atoms are drawn from the borders only, since nothing else can be shifted.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from territory_planner.solving.anneal import FEASIBLE
from territory_planner.solving.lookup import find
from territory_planner.solving.points import (
    Floats,
    Ints,
    atom_beyond,
    diameter,
    far_pairs,
    put,
    stored,
    take,
)
from territory_planner.solving.shape_limits import stays_whole, strain

ANYWHERE = 0.05
"""Share of the proposals for an atom off the map that draw from all its candidates."""

NOTABLE = 1e-4
"""Share of the best value by which one must be better to be kept before its sweep has ended."""


class Ground(NamedTuple):
    """What one search walks over; see `Model` and `Shape` for the fields."""

    start: Ints
    territory: Ints
    cost: Floats
    moved: Floats
    activity: Floats
    lower: Floats
    upper: Floats
    target: Floats
    slope: Floats
    budget: Floats
    next_start: Ints
    next_atom: Ints
    on_map: Ints
    near_start: Ints
    near_atom: Ints
    edge_start: Ints
    edge_atom: Ints
    point_start: Ints
    point: Floats


class Wishes(NamedTuple):
    """What shape is worth in km of objective: the largest diameter in km, and each cut edge."""

    diameter: float
    border: float


@njit(cache=True, nogil=True)
def _is_broken(total: float, lower: float, upper: float, target: float) -> bool:
    slack = FEASIBLE * (target if target > 0.0 else 1.0)
    return total < lower - slack or total > upper + slack


@njit(cache=True, nogil=True)
def _longer(a: int, home: int, k: int, of: Ints, edge_start: Ints, edge_atom: Ints) -> int:
    """Return how many more edges are cut when an atom goes from one territory to another."""
    more = 0
    for e in range(edge_start[a], edge_start[a + 1]):
        other = of[edge_atom[e]]
        if other == home:
            more += 1
        elif other == k:
            more -= 1
    return more


@njit(cache=True, nogil=True)
def anneal_shape(
    of: Ints, ground: Ground, wishes: Wishes, free: Ints, penalty: Floats, toll: Floats,
    limit: float, excess_price: float, step: float, proposals: int, hot: float, cold: float,
    rng: np.random.Generator, best: Ints, best_value: float,
) -> tuple[float, float]:  # fmt: skip
    """Run one stretch of annealing; change ``of`` in place.

    Parameters
    ----------
    of, best
        ``(n_atoms,)`` the assignment, and where one inside every limit is written that beats
        ``best_value``.
    free
        ``(n_atoms,)`` whether the atom has more than one candidate.
    penalty, toll
        Price in km of leaving each band by its target, each budget by its measure.
    limit
        The diameter in km that is aimed at; infinite when diameters are worth nothing.
    excess_price
        Price in km of objective of each km of each pair beyond the limit.
    step
        Share by which the limit is lowered each time it is reached; 0 leaves it.
    hot, cold
        First and last temperature in km.

    Returns
    -------
    tuple of float
        The objective of ``best``, and the limit at the end.
    """
    g = ground
    n_b, n_d, n_k = g.activity.shape[1], g.moved.shape[1], g.target.shape[0]
    n = len(of)
    total, total_moved = np.zeros((n_k, n_b)), np.zeros(n_d)
    held = np.zeros(n_k, dtype=np.int64)
    at = np.empty(n, dtype=np.int64)
    value = 0.0
    foreign = np.zeros(n, dtype=np.int32)
    place, open_atoms, n_open = np.full(n, -1, dtype=np.int32), np.empty(n, dtype=np.int32), 0
    for a in range(n):
        at[a] = find(g.start, g.territory, a, of[a])
        held[of[a]] += 1
        value += g.cost[at[a]]
        for b in range(n_b):
            total[of[a], b] += g.activity[a, b]
        for d in range(n_d):
            total_moved[d] += g.moved[at[a], d]
        for e in range(g.edge_start[a], g.edge_start[a + 1]):
            if of[g.edge_atom[e]] != of[a]:
                value += 0.5 * wishes.border
        for e in range(g.next_start[a], g.next_start[a + 1]):
            if of[g.next_atom[e]] != of[a]:
                foreign[a] += 1
        if free[a] and (foreign[a] > 0 or not g.on_map[a]):
            place[a], open_atoms[n_open] = n_open, a
            n_open += 1
    may_empty = np.ones(n_k, dtype=np.bool_)
    broken = 0
    for k in range(n_k):
        for b in range(n_b):
            may_empty[k] &= g.lower[k, b] <= 0.0
            broken += _is_broken(total[k, b], g.lower[k, b], g.upper[k, b], g.target[k, b])
    points = stored(of, g.point_start, g.point, n_k)
    far = far_pairs(points, limit) if limit < np.inf else 0
    stamp, queue, now = np.zeros(n, dtype=np.int64), np.empty(n, dtype=np.int32), 1
    # A diameter takes long to measure: only where limits fall is it done within a sweep.
    is_keen = wishes.diameter == 0.0 or step > 0.0
    heat = hot
    cooling = (cold / hot) ** (n / max(proposals, 1)) if hot > 0.0 else 1.0
    for proposal in range(proposals):
        if n_open == 0:
            break
        is_sweep = proposal % n == n - 1
        if is_sweep:
            heat *= cooling
        a = open_atoms[int(rng.random() * n_open)]
        home = of[a]
        width = g.near_start[a + 1] - g.near_start[a]
        if width > 0 and (g.on_map[a] or rng.random() >= ANYWHERE):
            k = of[g.near_atom[g.near_start[a] + int(rng.random() * width)]]
            j = find(g.start, g.territory, a, k) if k != home else -1
        else:
            j = g.start[a] + int(rng.random() * (g.start[a + 1] - g.start[a]))
            k = g.territory[j]
        is_done = k != home and j >= 0
        if is_done:
            change = g.cost[j] - g.cost[at[a]]
            for b in range(n_b):
                x = g.activity[a, b]
                if x == 0.0:
                    continue
                for t, y in ((home, -x), (k, x)):
                    change += strain(
                        total[t, b] + y, g.lower[t, b], g.upper[t, b], g.target[t, b],
                        g.slope[t, b], penalty[t, b], 0.0,
                    ) - strain(
                        total[t, b], g.lower[t, b], g.upper[t, b], g.target[t, b],
                        g.slope[t, b], penalty[t, b], 0.0,
                    )  # fmt: skip
            for d in range(n_d):
                after = total_moved[d] + g.moved[j, d] - g.moved[at[a], d]
                change += toll[d] * (
                    max(0.0, after - g.budget[d]) - max(0.0, total_moved[d] - g.budget[d])
                )
            longer = 0.0
            if wishes.border > 0.0:
                longer = wishes.border * _longer(a, home, k, of, g.edge_start, g.edge_atom)
                change += longer
            bar = -heat * np.log(1.0 - rng.random()) if heat > 0.0 else 0.0
            pairs_in, pairs_out = 0, 0
            if limit < np.inf:
                # Leaving first: what it can save at the most decides whether coming is looked at.
                less, pairs_out = atom_beyond(a, home, True, g.point_start, g.point, points, limit)
                change -= excess_price * less
                if change <= bar:
                    more, pairs_in = atom_beyond(a, k, False, g.point_start, g.point, points, limit)
                    change += excess_price * more
            is_done = change <= bar
        if is_done and g.on_map[a]:
            if held[home] == 1:
                is_done = may_empty[home]
            else:
                now += 2
                is_done = stays_whole(a, of, g.next_start, g.next_atom, stamp, queue, now)
        if is_done:
            for b in range(n_b):
                for t, y in ((home, -g.activity[a, b]), (k, g.activity[a, b])):
                    low, high, aim = g.lower[t, b], g.upper[t, b], g.target[t, b]
                    broken -= _is_broken(total[t, b], low, high, aim)
                    total[t, b] += y
                    broken += _is_broken(total[t, b], low, high, aim)
            for d in range(n_d):
                total_moved[d] += g.moved[j, d] - g.moved[at[a], d]
            value += g.cost[j] - g.cost[at[a]] + longer
            at[a], of[a] = j, k
            held[home] -= 1
            held[k] += 1
            far += pairs_in - pairs_out
            if limit < np.inf or wishes.diameter > 0.0:
                count = g.point_start[a + 1] - g.point_start[a]
                for i in range(g.point_start[a], g.point_start[a + 1]):
                    take(points, i, home)
                if points.held[k] + count > points.room[k]:
                    points = stored(of, g.point_start, g.point, n_k)
                else:
                    for i in range(g.point_start[a], g.point_start[a + 1]):
                        put(points, g.point, i, k)
            for e in range(g.next_start[a], g.next_start[a + 1]):
                other = g.next_atom[e]
                if of[other] == home:
                    foreign[other] += 1
                    foreign[a] += 1
                elif of[other] == k:
                    foreign[other] -= 1
                    foreign[a] -= 1
                if free[other] and g.on_map[other]:
                    n_open = _opened(other, foreign[other] > 0, place, open_atoms, n_open)
            if g.on_map[a]:
                n_open = _opened(a, foreign[a] > 0, place, open_atoms, n_open)
        is_better = is_keen and is_done and far == 0 and value < best_value * (1.0 - NOTABLE)
        if broken > 0 or not (is_sweep or is_better or n_open == 0):
            continue
        is_over = False
        for d in range(n_d):
            is_over |= total_moved[d] > g.budget[d] + FEASIBLE
        if is_over:
            continue
        here = value
        for t in range(n_k):
            for b in range(n_b):
                here += g.slope[t, b] * abs(total[t, b] - g.target[t, b])
        if wishes.diameter > 0.0 and here < best_value:
            wide = diameter(points, (best_value - here) / wishes.diameter)
            here += wishes.diameter * wide
        if here < best_value * (1.0 - FEASIBLE):
            best_value = here
            best[:] = of
        if far == 0 and step > 0.0:
            limit = (1.0 - step) * min(limit, diameter(points, np.inf))
            far = far_pairs(points, limit)
    return best_value, limit


@njit(cache=True, nogil=True)
def _opened(a: int, is_open: bool, place: Ints, open_atoms: Ints, n_open: int) -> int:
    """Put an atom on the list of those at a border, or take it off; return the list's length."""
    if is_open and place[a] < 0:
        place[a], open_atoms[n_open] = n_open, a
        return n_open + 1
    if not is_open and place[a] >= 0:
        last = open_atoms[n_open - 1]
        open_atoms[place[a]], place[last] = last, place[a]
        place[a] = -1
        return n_open - 1
    return n_open
