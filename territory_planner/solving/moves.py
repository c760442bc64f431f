"""Compiled local search: shifts of atoms between territories under annealing.

A shift is accepted by Metropolis' rule on cost plus the price of violated bands (2) and budgets
(3). A territory on the map is never torn apart (4): what a leaving atom would cut off goes along
or to another neighbour, or the atom stays. After Gliesch, Ritt & Moreira (2018), doi
10.1007/978-3-319-77449-7_11, with annealing in place of their tabu search.

A violated band costs ``firmness v^2``, linear beyond a knee, where ``v`` is counted from the band's
place minus ``shift``. The shift grows with every sweep in which the band is missed and shrinks when
there is room: the method of multipliers (Hestenes 1969, doi 10.1007/BF00927673), under which
``2 firmness shift`` settles at the price of capacity. Prices carry what is too much in one corner of
the map through many territories to another; a penalty alone would only press it against the next.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from territory_planner.solving.land import Course, Ints, Land, Limits
from territory_planner.solving.pieces import WHOLE, strays

Floats = NDArray[np.float64]

FEASIBLE = 1e-9
KNEE = 0.1
"""Violation from which on more of it costs in proportion."""
GAIN = 0.1
"""Share of a sweep's violation that its band's shift grows by."""
LARGEST_SHIFT = 0.2
FIRMER = 1.05
"""Growth of a toll with each sweep that ends with its budget broken."""
LARGEST_STRAY = 60
"""Atoms that may follow one that held them to their territory."""
STRAY_TRIES = 0.05
"""Share of refused shifts that are tried again together with what they would cut off."""
ELSEWHERE = 0.5
"""Share of stray pieces that may go to another neighbour than the atom that held them."""
SURVEY = 3
"""Sweeps after which centers follow their territories."""


@njit(cache=True, nogil=True)
def find(land: Land, a: int, k: int) -> int:
    """Return the position of territory k among the candidates of atom a; -1 when it is none."""
    low, high = land.start[a], land.start[a + 1]
    if low + k < high and land.territory[low + k] == k:
        return int(low + k)
    last = high
    while low < high:
        middle = (low + high) // 2
        if land.territory[middle] < k:
            low = middle + 1
        else:
            high = middle
    return int(low) if low < last and land.territory[low] == k else -1


@njit(cache=True, nogil=True)
def cost(land: Land, center: Floats, a: int, k: int) -> float:
    """Return what giving atom a to territory k costs in km; infinity when it may not be."""
    value = 0.0
    if land.is_listed:
        j = find(land, a, k)
        if j < 0:
            return np.inf
        value = land.cost[j]
    if land.is_measured:
        for i in range(land.first_unit[a], land.first_unit[a + 1]):
            dx, dy = land.xy[i, 0] - center[k, 0], land.xy[i, 1] - center[k, 1]
            square = dx * dx + dy * dy
            value += land.weight[i] * (land.distance * np.sqrt(square) + land.inertia * square)
    return value


@njit(cache=True, nogil=True)
def total_cost(land: Land, center: Floats, of: Ints) -> float:
    """Return what all atoms cost where they are, in km."""
    value = 0.0
    for a in range(len(of)):
        value += cost(land, center, a, of[a])
    return value


@njit(cache=True, nogil=True)
def _strain(limits: Limits, course: Course, k: int, b: int, total: float) -> float:
    """Return what a total costs: being off target, and being near or beyond a limit."""
    value = limits.slope[k, b] * abs(total - limits.target[k, b])
    seen = total + course.shift[k, b]
    scale = limits.scale[k, b]
    # A band narrower than twice the inset keeps its middle free.
    inset = min(limits.inset * scale, 0.25 * (limits.upper[k, b] - limits.lower[k, b]))
    beyond = max(limits.lower[k, b] + inset - seen, seen - limits.upper[k, b] + inset) / scale
    if beyond > KNEE:
        value += limits.firmness[k, b] * KNEE * (2.0 * beyond - KNEE)
    elif beyond > 0.0:
        value += limits.firmness[k, b] * beyond * beyond
    return value


@njit(cache=True, nogil=True)
def _burden(limits: Limits, course: Course, k: int, load: Floats, sign: float) -> float:
    """Return what territory k's bands would cost more with a load added, or taken away."""
    value = 0.0
    for b in range(len(load)):
        if load[b] != 0.0:
            total = course.total[k, b]
            value += _strain(limits, course, k, b, total + sign * load[b])
            value -= _strain(limits, course, k, b, total)
    return value


@njit(cache=True, nogil=True)
def _fare(land: Land, limits: Limits, course: Course, a: int, k: int, share: Floats) -> float:
    """Return what the budgets cost more with atom a in k; add the shares moved to ``share``."""
    value = 0.0
    here, there = find(land, a, course.of[a]), find(land, a, k)
    for d in range(len(share)):
        aim = limits.budget[d] * (1.0 - limits.inset)
        before = course.carried[d] + share[d]
        share[d] += land.moved[there, d] - land.moved[here, d]
        after = course.carried[d] + share[d]
        value += limits.toll[d] * (max(0.0, after - aim) - max(0.0, before - aim))
    return value


@njit(cache=True, nogil=True)
def _is_taken(change: float, heat: float, rng: np.random.Generator) -> bool:
    """Metropolis' rule."""
    return change <= 0.0 or (heat > 0.0 and rng.random() < np.exp(-change / heat))


@njit(cache=True, nogil=True)
def _proposal(land: Land, course: Course, a: int, rng: np.random.Generator) -> int:
    """Return a territory that atom a might go to; its own for none."""
    if land.on_map[a]:
        width = land.next_start[a + 1] - land.next_start[a]
        if width == 0:
            return int(course.of[a])
        return int(course.of[land.next_atom[land.next_start[a] + int(rng.random() * width)]])
    if land.is_listed:
        u = rng.random()
        width = land.start[a + 1] - land.start[a]
        return int(land.territory[land.order[land.start[a] + int(u * u * u * width)]])
    k = course.near[course.of[a], int(rng.random() * course.near.shape[1])]
    return int(k) if k >= 0 else int(course.of[a])


@njit(cache=True, nogil=True)
def _longer(land: Land, course: Course, a: int, k: int) -> float:
    """Return what the borders cost more with atom a in k."""
    edges = 0
    for e in range(land.next_start[a], land.next_start[a + 1]):
        other = course.of[land.next_atom[e]]
        edges += int(other == course.of[a]) - int(other == k)
    return land.border * edges


@njit(cache=True, nogil=True)
def _give(land: Land, course: Course, a: int, k: int) -> None:
    """Give atom a to territory k."""
    home = course.of[a]
    for b in range(land.activity.shape[1]):
        course.total[home, b] -= land.activity[a, b]
        course.total[k, b] += land.activity[a, b]
    course.of[a] = k


@njit(cache=True, nogil=True)
def _change(
    land: Land, limits: Limits, course: Course, a: int, k: int, load: Floats, share: Floats
) -> float:
    """Return what everything costs more with atom a in territory k."""
    home = course.of[a]
    value = cost(land, course.center, a, k) - cost(land, course.center, a, home)
    if value == np.inf:
        return value
    for b in range(len(load)):
        load[b] = land.activity[a, b]
    value += _burden(limits, course, home, load, -1.0) + _burden(limits, course, k, load, 1.0)
    if len(share):
        value += _fare(land, limits, course, a, k, share)
    if land.border > 0.0 and land.on_map[a]:
        value += _longer(land, course, a, k)
    return value


@njit(cache=True, nogil=True)
def _shift_with_strays(
    land: Land, limits: Limits, course: Course, a: int, k: int, count: int, heat: float,
    load: Floats, share: Floats, rng: np.random.Generator,
) -> None:  # fmt: skip
    """Give atom a to territory k, and the stray piece in the queue to k or another neighbour."""
    home, to = course.of[a], k
    if rng.random() < ELSEWHERE:
        at = course.queue[int(rng.random() * count)]
        width = land.next_start[at + 1] - land.next_start[at]
        other = course.of[land.next_atom[land.next_start[at] + int(rng.random() * width)]]
        to = other if other != home else k
    share[:] = 0.0
    change = 0.0
    # One by one, so that each sees what the ones before it did to the totals.
    for i in range(count):
        change += _change(land, limits, course, course.queue[i], to, load, share)
        if change == np.inf:
            count = i
            break
        _give(land, course, course.queue[i], to)
    if change < np.inf:
        change += _change(land, limits, course, a, k, load, share)
    if change < np.inf and _is_taken(change, heat, rng):
        _give(land, course, a, k)
        for d in range(len(share)):
            course.carried[d] += share[d]
        return
    for i in range(count):
        _give(land, course, course.queue[i], home)


@njit(cache=True, nogil=True)
def _try_shift(
    land: Land, limits: Limits, course: Course, a: int, heat: float,
    load: Floats, share: Floats, rng: np.random.Generator,
) -> None:  # fmt: skip
    """Propose a shift of atom a and carry it out when it is taken."""
    home = course.of[a]
    k = _proposal(land, course, a, rng)
    if k == home:
        return
    share[:] = 0.0
    change = _change(land, limits, course, a, k, load, share)
    if change == np.inf:
        return
    fever = max(course.fever[home], course.fever[k])
    is_taken = _is_taken(change, max(heat * land.warmth[a], fever), rng)
    if not is_taken and (not land.on_map[a] or rng.random() >= STRAY_TRIES):
        return
    if land.on_map[a]:
        course.now[0] += 1
        count = strays(
            a, course.of, land.next_start, land.next_atom,
            course.mark, course.label, course.queue, course.now[0], LARGEST_STRAY,
        )  # fmt: skip
        if count > 0:
            _shift_with_strays(
                land, limits, course, a, k, count, max(heat, fever), load, share, rng
            )
        if count != WHOLE or not is_taken:
            return
    _give(land, course, a, k)
    for d in range(len(share)):
        course.carried[d] += share[d]


@njit(cache=True, nogil=True)
def _at_border(land: Land, course: Course) -> int:
    """Collect the atoms that might shift; return their number."""
    count = 0
    for i in range(len(land.free)):
        a = land.free[i]
        is_inside = land.on_map[a]
        if is_inside:
            for e in range(land.next_start[a], land.next_start[a + 1]):
                if course.of[land.next_atom[e]] != course.of[a]:
                    is_inside = False
                    break
        if not is_inside:
            course.border[count] = a
            count += 1
    return count


@njit(cache=True, nogil=True)
def _reprice(limits: Limits, course: Course, worry: float) -> float:
    """Move the shifts and fevers after a sweep; return by how much all limits are left."""
    outside = 0.0
    for k in range(len(course.total)):
        course.fever[k] = 0.0
        for b in range(course.total.shape[1]):
            scale, total = limits.scale[k, b], course.total[k, b]
            lower, upper = limits.lower[k, b], limits.upper[k, b]
            inset = min(limits.inset * scale, 0.25 * (upper - lower))
            beyond = max(lower - total, total - upper) / scale
            if beyond > FEASIBLE:
                outside += beyond
                heat = worry * limits.firmness[k, b] * min(beyond, KNEE)
                course.fever[k] = max(course.fever[k], heat)
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
def survey(land: Land, limits: Limits, course: Course) -> float:
    """Let the free centers follow their territories; return the value before that, in km."""
    n_k = len(course.total)
    pull = np.zeros((n_k, 2))
    bend = np.zeros((n_k, 3))
    sums = np.zeros((n_k, 3))
    value = 0.0
    for a in range(len(course.of)):
        k = course.of[a]
        value += cost(land, course.center, a, k)
        if not land.is_measured or not land.movable[k]:
            continue
        for i in range(land.first_unit[a], land.first_unit[a + 1]):
            dx, dy = land.xy[i, 0] - course.center[k, 0], land.xy[i, 1] - course.center[k, 1]
            square = dx * dx + dy * dy
            soft = max(np.sqrt(square + course.softness[k]), 1e-9)
            w = land.weight[i]
            q = w / soft if land.distance > 0.0 else w
            pull[k, 0] += q * dx
            pull[k, 1] += q * dy
            sums[k, 0] += q
            sums[k, 1] += w
            sums[k, 2] += w * np.sqrt(square)
            if land.distance > 0.0:
                z = q / (soft * soft)
                bend[k, 0] += z * dx * dx
                bend[k, 1] += z * dx * dy
                bend[k, 2] += z * dy * dy
    if land.border > 0.0:
        for a in range(len(course.of)):
            for e in range(land.next_start[a], land.next_start[a + 1]):
                if course.of[land.next_atom[e]] != course.of[a]:
                    value += 0.5 * land.border
    for k in range(n_k):
        for b in range(course.total.shape[1]):
            value += limits.slope[k, b] * abs(course.total[k, b] - limits.target[k, b])
        if sums[k, 0] > 0.0:
            # Newton's step to the geometric median, never longer than 20 of Weiszfeld's.
            q = 1.05 * sums[k, 0]
            xx, xy, yy = q - bend[k, 0], -bend[k, 1], q - bend[k, 2]
            size = xx * yy - xy * xy
            course.center[k, 0] += (yy * pull[k, 0] - xy * pull[k, 1]) / size
            course.center[k, 1] += (xx * pull[k, 1] - xy * pull[k, 0]) / size
            course.softness[k] = (0.02 * sums[k, 2] / sums[k, 1]) ** 2
    return value


@njit(cache=True, nogil=True)
def anneal(
    land: Land, limits: Limits, course: Course, sweeps: int, passes: int, hot: float, cold: float,
    stiffen: float, worry: float, rng: np.random.Generator,
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
    worry
        Temperature in km of a territory for each km of firmness and unit of violation.
    """
    load, share = np.empty(course.total.shape[1]), np.empty(len(limits.budget))
    heat = hot
    cooling = (cold / hot) ** (1.0 / max(sweeps - 1, 1)) if hot > 0.0 else 1.0
    growth = stiffen ** (1.0 / max(sweeps, 1))
    for sweep in range(sweeps):
        count = _at_border(land, course)
        for _ in range(passes):
            for i in range(count):
                _try_shift(land, limits, course, course.border[i], heat, load, share, rng)
        heat *= cooling
        limits.firmness[:] *= growth
        limits.toll[:] *= growth
        outside = _reprice(limits, course, worry)
        if sweep % SURVEY == SURVEY - 1 or sweep >= sweeps - 2:
            value = survey(land, limits, course)
            if outside == 0.0 and value < course.best_value[0]:
                course.best_value[0] = value
                course.best[:] = course.of
