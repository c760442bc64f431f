"""Compiled local search: shifts of atoms between territories under annealing.

A shift is accepted by Metropolis' rule on cost plus the price of violated bands (2) and budgets
(3). A territory on the map is never torn apart (4): what a leaving atom would cut off goes along
or to another neighbour, or the atom stays. After Gliesch, Ritt & Moreira (2018), doi
10.1007/978-3-319-77449-7_11, with annealing in place of their tabu search.

A violated band costs ``firmness v^2``, linear beyond a knee, where ``v`` is counted from the band's
place minus ``shift``, which `anneal` moves.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from territory_planner.solving.land import Course, Ints, Land, Limits
from territory_planner.solving.lookup import find
from territory_planner.solving.pieces import WHOLE, strays

Floats = NDArray[np.float64]

KNEE = 0.3
"""Violation from which on more of it costs in proportion."""
LARGEST_STRAY = 60
"""Atoms that may follow one that held them to their territory."""
STRAY_TRIES = 0.05
"""Share of refused shifts that are tried again together with what they would cut off."""
ELSEWHERE = 0.5
"""Share of stray pieces that may go to another neighbour than the atom that held them."""


@njit(cache=True, nogil=True)
def far(
    first_unit: Ints, xy: Floats, weight: Floats, distance: float, inertia: float,
    a: int, x: float, y: float,
) -> float:  # fmt: skip
    """Return what atom a's distance from a point costs in km."""
    value = 0.0
    for i in range(first_unit[a], first_unit[a + 1]):
        dx, dy = xy[i, 0] - x, xy[i, 1] - y
        square = dx * dx + dy * dy
        value += weight[i] * (distance * np.sqrt(square) + inertia * square)
    return value


@njit(cache=True, nogil=True)
def strain(
    total: float, shift: float, lower: float, upper: float, target: float, slope: float,
    scale: float, firmness: float, inset: float,
) -> float:  # fmt: skip
    """Return what a total costs: being off target, and being near or beyond a limit."""
    value = slope * abs(total - target)
    # A band narrower than twice the inset keeps its middle free.
    inset = min(inset * scale, 0.25 * (upper - lower))
    total += shift
    beyond = max(lower + inset - total, total - upper + inset) / scale
    if beyond > KNEE:
        value += firmness * KNEE * (2.0 * beyond - KNEE)
    elif beyond > 0.0:
        value += firmness * beyond * beyond
    return value


@njit(cache=True, nogil=True)
def is_taken(change: float, heat: float, rng: np.random.Generator) -> bool:
    """Return whether a change is accepted: Metropolis' rule."""
    return change <= 0.0 or (heat > 0.0 and rng.random() < np.exp(-change / heat))


@njit(cache=True, nogil=True)
def sweep(
    land: Land, limits: Limits, course: Course, count: int, heat: float, rng: np.random.Generator
) -> None:
    """Propose a shift to each of the first ``count`` atoms at a border, and carry out some."""
    # Taken out of their tuples once: in the loop that would cost more than all else.
    first_unit, xy, weight, distance, inertia = (
        land.first_unit, land.xy, land.weight, land.distance, land.inertia,
    )  # fmt: skip
    activity, next_start, next_atom, on_map = (
        land.activity, land.next_start, land.next_atom, land.on_map,
    )  # fmt: skip
    start, territory, listed, moved, order, warmth = (
        land.start, land.territory, land.cost, land.moved, land.order, land.warmth,
    )  # fmt: skip
    is_listed, is_measured, edge = land.is_listed, land.is_measured, land.border
    lower, upper, target, slope = limits.lower, limits.upper, limits.target, limits.slope
    scale, firmness, inset = limits.scale, limits.firmness, limits.inset
    budget, toll = limits.budget, limits.toll
    of, total, carried, center, shift, near, border = (
        course.of, course.total, course.carried, course.center, course.shift, course.near,
        course.border,
    )  # fmt: skip
    mark, label, queue, now = course.mark, course.label, course.queue, course.now
    n_b, n_d = total.shape[1], len(budget)
    for i in range(count):
        a = border[i]
        home = of[a]
        if on_map[a]:
            width = next_start[a + 1] - next_start[a]
            if width == 0:
                continue
            k = of[next_atom[next_start[a] + int(rng.random() * width)]]
        elif is_listed:
            u = rng.random()
            width = start[a + 1] - start[a]
            k = territory[order[start[a] + int(u * u * u * width)]]
        else:
            k = near[home, int(rng.random() * near.shape[1])]
        if k == home or k < 0:
            continue
        change, here, there = 0.0, -1, -1
        if is_listed:
            here, there = find(start, territory, a, home), find(start, territory, a, k)
            if there < 0:
                continue
            change = listed[there] - listed[here]
        if is_measured:
            x, y = center[k, 0], center[k, 1]
            change += far(first_unit, xy, weight, distance, inertia, a, x, y)
            x, y = center[home, 0], center[home, 1]
            change -= far(first_unit, xy, weight, distance, inertia, a, x, y)
        for b in range(n_b):
            load = activity[a, b]
            if load == 0.0:
                continue
            for side in range(2):
                t, more = (home, -load) if side == 0 else (k, load)
                change += strain(
                    total[t, b] + more, shift[t, b], lower[t, b], upper[t, b], target[t, b],
                    slope[t, b], scale[t, b], firmness[t, b], inset,
                ) - strain(
                    total[t, b], shift[t, b], lower[t, b], upper[t, b], target[t, b],
                    slope[t, b], scale[t, b], firmness[t, b], inset,
                )  # fmt: skip
        for d in range(n_d):
            after = carried[d] + moved[there, d] - moved[here, d]
            aim = budget[d] * (1.0 - inset)
            change += toll[d] * (max(0.0, after - aim) - max(0.0, carried[d] - aim))
        if edge > 0.0 and on_map[a]:
            for e in range(next_start[a], next_start[a + 1]):
                other = of[next_atom[e]]
                if other == home:
                    change += edge
                elif other == k:
                    change -= edge
        taken = is_taken(change, heat * warmth[a], rng)
        if not taken and (not on_map[a] or rng.random() >= STRAY_TRIES):
            continue
        if on_map[a]:
            now[0] += 1
            cut_off = strays(
                a, of, next_start, next_atom, mark, label, queue, now[0], LARGEST_STRAY
            )
            if cut_off > 0:
                shift_with_strays(land, limits, course, a, k, cut_off, heat, rng)
            if cut_off != WHOLE or not taken:
                continue
        for b in range(n_b):
            total[home, b] -= activity[a, b]
            total[k, b] += activity[a, b]
        for d in range(n_d):
            carried[d] += moved[there, d] - moved[here, d]
        of[a] = k


@njit(cache=True, nogil=True)
def _change(land: Land, limits: Limits, course: Course, a: int, k: int, share: Floats) -> float:
    """Return what everything costs more with atom a in k; add the shares moved to ``share``."""
    home, value, here, there = course.of[a], 0.0, -1, -1
    if land.is_listed:
        here = find(land.start, land.territory, a, home)
        there = find(land.start, land.territory, a, k)
        if there < 0:
            return np.inf
        value = land.cost[there] - land.cost[here]
    if land.is_measured:
        for t, sign in ((home, -1.0), (k, 1.0)):
            value += sign * far(
                land.first_unit, land.xy, land.weight, land.distance, land.inertia,
                a, course.center[t, 0], course.center[t, 1],
            )  # fmt: skip
    for b in range(course.total.shape[1]):
        for t, sign in ((home, -1.0), (k, 1.0)):
            for more, side in ((0.0, -1.0), (sign * land.activity[a, b], 1.0)):
                value += side * strain(
                    course.total[t, b] + more, course.shift[t, b], limits.lower[t, b],
                    limits.upper[t, b], limits.target[t, b], limits.slope[t, b],
                    limits.scale[t, b], limits.firmness[t, b], limits.inset,
                )  # fmt: skip
    for d in range(len(share)):
        aim = limits.budget[d] * (1.0 - limits.inset)
        before = course.carried[d] + share[d]
        share[d] += land.moved[there, d] - land.moved[here, d]
        after = course.carried[d] + share[d]
        value += limits.toll[d] * (max(0.0, after - aim) - max(0.0, before - aim))
    if land.border > 0.0:
        for e in range(land.next_start[a], land.next_start[a + 1]):
            other = course.of[land.next_atom[e]]
            value += land.border * (int(other == home) - int(other == k))
    return value


@njit(cache=True, nogil=True)
def _give(land: Land, course: Course, a: int, k: int) -> None:
    """Give atom a to territory k."""
    for b in range(land.activity.shape[1]):
        course.total[course.of[a], b] -= land.activity[a, b]
        course.total[k, b] += land.activity[a, b]
    course.of[a] = k


@njit(cache=True, nogil=True)
def shift_with_strays(
    land: Land, limits: Limits, course: Course, a: int, k: int, count: int, heat: float,
    rng: np.random.Generator,
) -> None:  # fmt: skip
    """Give atom a to territory k, and the stray piece in the queue to k or another neighbour.

    Each atom is given before the next is priced, so that it sees what those before it did to the
    totals; all are given back when the whole is not taken.
    """
    home, to = course.of[a], k
    if rng.random() < ELSEWHERE:
        at = course.queue[int(rng.random() * count)]
        width = land.next_start[at + 1] - land.next_start[at]
        other = course.of[land.next_atom[land.next_start[at] + int(rng.random() * width)]]
        to = other if other != home else k
    share = np.zeros(len(limits.budget))
    change, given = 0.0, 0
    while given < count and change < np.inf:
        if land.held[course.queue[given]]:
            change = np.inf
            break
        change += _change(land, limits, course, course.queue[given], to, share)
        if change < np.inf:
            _give(land, course, course.queue[given], to)
            given += 1
    if change < np.inf:
        change += _change(land, limits, course, a, k, share)
    if change < np.inf and is_taken(change, heat, rng):
        _give(land, course, a, k)
        for d in range(len(share)):
            course.carried[d] += share[d]
        return
    for i in range(given):
        _give(land, course, course.queue[i], home)
