"""Compiled annealing: sweeps of `moves`, and between them prices, centers and the best plan so far.

A band that is missed after a sweep has its shift grow, and shrink when there is room again: the
method of multipliers (Hestenes 1969, doi 10.1007/BF00927673), under which ``2 firmness shift``
settles at the price of capacity. Prices carry what is too much in one corner of the map through
many territories to another; a penalty alone would only press it against the next.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from territory_planner.solving.land import Course, Ints, Land, Limits
from territory_planner.solving.lookup import find
from territory_planner.solving.moves import far, sweep

Floats = NDArray[np.float64]

FEASIBLE = 1e-9
GAIN = 0.1
"""Share of a sweep's violation that its band's shift grows by."""
LARGEST_SHIFT = 0.3
FIRMER = 1.05
"""Growth of a toll with each sweep that ends with its budget broken."""
SURVEY = 3
"""Sweeps after which centers follow their territories."""
SOFT = 0.02
"""Distance, in mean distances of a territory, within which a unit counts as near its center."""
NEWTON = 1.05
"""What Newton's matrix is stiffened by: no step is longer than 20 of Weiszfeld's."""


@njit(cache=True, nogil=True)
def total_cost(land: Land, center: Floats, of: Ints) -> float:
    """Return what all atoms cost where they are, in km."""
    first_unit, xy, weight, start, territory, cost = (
        land.first_unit, land.xy, land.weight, land.start, land.territory, land.cost,
    )  # fmt: skip
    distance, inertia = land.distance, land.inertia
    value = 0.0
    for a in range(len(of)):
        k = of[a]
        if land.is_listed:
            value += cost[find(start, territory, a, k)]
        if land.is_measured:
            value += far(first_unit, xy, weight, distance, inertia, a, center[k, 0], center[k, 1])
    return value


@njit(cache=True, nogil=True)
def _at_border(land: Land, course: Course) -> int:
    """Collect the atoms that might shift; return their number."""
    free, on_map, next_start, next_atom = land.free, land.on_map, land.next_start, land.next_atom
    of, border = course.of, course.border
    count = 0
    for i in range(len(free)):
        a = free[i]
        is_inside = on_map[a]
        if is_inside:
            for e in range(next_start[a], next_start[a + 1]):
                if of[next_atom[e]] != of[a]:
                    is_inside = False
                    break
        if not is_inside:
            border[count] = a
            count += 1
    return count


@njit(cache=True, nogil=True)
def _reprice(limits: Limits, course: Course) -> float:
    """Move the shifts after a sweep; return by how much all limits are left."""
    outside = 0.0
    for k in range(len(course.total)):
        for b in range(course.total.shape[1]):
            scale, total = limits.scale[k, b], course.total[k, b]
            lower, upper = limits.lower[k, b], limits.upper[k, b]
            inset = min(limits.inset * scale, 0.25 * (upper - lower))
            beyond = max(lower - total, total - upper) / scale
            if beyond > FEASIBLE:
                outside += beyond
            over, under = total - upper + inset, lower + inset - total
            shift = course.shift[k, b]
            if over > 0.0:
                shift += GAIN * over
            elif under > 0.0:
                shift -= GAIN * under
            elif shift > 0.0:
                shift = max(0.0, shift + GAIN * over)
            elif shift < 0.0:
                shift = min(0.0, shift - GAIN * under)
            most = LARGEST_SHIFT * scale
            course.shift[k, b] = min(max(shift, -most), most)
    for d in range(len(limits.budget)):
        over = course.carried[d] - limits.budget[d]
        if over > FEASIBLE:
            outside += over
            limits.toll[d] *= FIRMER
    return outside


@njit(cache=True, nogil=True)
def value_of(land: Land, limits: Limits, course: Course) -> float:
    """Return the objective in km from where the centers stand, plus the price of borders."""
    value = total_cost(land, course.center, course.of)
    if land.border > 0.0:
        next_start, next_atom, of = land.next_start, land.next_atom, course.of
        edges = 0
        for a in range(len(of)):
            for e in range(next_start[a], next_start[a + 1]):
                edges += int(of[next_atom[e]] != of[a])
        value += 0.5 * edges * land.border
    for k in range(len(course.total)):
        for b in range(course.total.shape[1]):
            value += limits.slope[k, b] * abs(course.total[k, b] - limits.target[k, b])
    return value


@njit(cache=True, nogil=True)
def follow(land: Land, course: Course) -> None:
    """Move every free center a step towards the best point of its territory.

    Newton's step to the geometric median; the mean where only squared distance costs.
    """
    first_unit, xy, weight, movable = land.first_unit, land.xy, land.weight, land.movable
    of, center, softness = course.of, course.center, course.softness
    is_median = land.distance > 0.0
    n_k = len(center)
    pull, bend, sums = np.zeros((n_k, 2)), np.zeros((n_k, 3)), np.zeros((n_k, 3))
    for a in range(len(of)):
        k = of[a]
        if not movable[k]:
            continue
        for i in range(first_unit[a], first_unit[a + 1]):
            dx, dy = xy[i, 0] - center[k, 0], xy[i, 1] - center[k, 1]
            square = dx * dx + dy * dy
            w = weight[i]
            q = w
            if is_median:
                soft = max(np.sqrt(square + softness[k]), 1e-9)
                q = w / soft
                z = q / (soft * soft)
                bend[k, 0] += z * dx * dx
                bend[k, 1] += z * dx * dy
                bend[k, 2] += z * dy * dy
            pull[k, 0] += q * dx
            pull[k, 1] += q * dy
            sums[k, 0] += q
            sums[k, 1] += w
            sums[k, 2] += w * np.sqrt(square)
    for k in range(n_k):
        if sums[k, 0] <= 0.0:
            continue
        q = NEWTON * sums[k, 0] if is_median else sums[k, 0]
        xx, between, yy = q - bend[k, 0], -bend[k, 1], q - bend[k, 2]
        size = xx * yy - between * between
        east = (yy * pull[k, 0] - between * pull[k, 1]) / size
        north = (xx * pull[k, 1] - between * pull[k, 0]) / size
        # Far from all of them, Newton's step would lead farther away on the other side.
        most = sums[k, 2] / max(sums[k, 1], 1e-300)
        shorter = min(1.0, most / max(np.sqrt(east * east + north * north), 1e-300))
        center[k, 0] += shorter * east
        center[k, 1] += shorter * north
        softness[k] = (SOFT * sums[k, 2] / sums[k, 1]) ** 2


@njit(cache=True, nogil=True)
def anneal(
    land: Land, limits: Limits, course: Course, sweeps: int, passes: int, hot: float, cold: float,
    stiffen: float, rng: np.random.Generator,
) -> None:  # fmt: skip
    """Run some sweeps of one annealing; change ``course`` in place, and firmness and tolls.

    Parameters
    ----------
    passes
        Shifts proposed to each atom at a border between two looks at where the borders are.
    hot, cold
        First and last temperature in km.
    stiffen
        By how much firmness and tolls have grown at the end.
    """
    heat = hot
    cooling = (cold / hot) ** (1.0 / max(sweeps - 1, 1)) if hot > 0.0 else 1.0
    growth = stiffen ** (1.0 / max(sweeps, 1))
    is_moving = land.is_measured and land.movable.any()
    for s in range(sweeps):
        count = _at_border(land, course)
        for _ in range(passes):
            sweep(land, limits, course, count, heat, rng)
        heat *= cooling
        limits.firmness[:] *= growth
        limits.toll[:] *= growth
        outside = _reprice(limits, course)
        if s % SURVEY != SURVEY - 1 and s < sweeps - 2:
            continue
        if outside == 0.0:
            value = value_of(land, limits, course)
            if value < course.best_value[0]:
                course.best_value[0] = value
                course.best[:] = course.of
        if is_moving:
            follow(land, course)
