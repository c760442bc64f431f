"""Cells: the units nearest to each center when distances carry prices that balance the cells.

Each unit goes to the center with the least ``d_ik + p_k``, softly at a temperature; the prices at
which every cell's weight is inside its limits maximize a smooth concave function, equations (8)
and (9) of MODEL.md, whose Hessian is a graph Laplacian: Newton's steps move weight through whole
chains of cells at once.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[Any]

BALANCED = 0.01
"""Weight beyond its soft limits, as a share, at which a cell counts as balanced."""
HALVINGS = 6
FARTHEST = 5.0
"""Longest Newton step, in temperatures."""
NEAREST = 1e-3
"""In km: a center this near to a unit pulls no harder towards it."""
FAINT = 8.0
"""Temperatures above the least beyond which a center has no share of a unit."""


@njit(cache=True, nogil=True)
def nearby(center: Floats, each: int) -> Ints:
    """Return ``(n_centers, 8 each + 1)``: each center, then the nearest ones in every direction.

    Eighths of the compass, so that a lone center beside a city sees what lies behind it as well;
    -1 where there are fewer.
    """
    n = len(center)
    result = np.full((n, 8 * each + 1), -1, dtype=np.int32)
    for k in range(n):
        far = np.full((8, each), np.inf)
        found = np.full((8, each), -1, dtype=np.int32)
        for other in range(n):
            if other == k:
                continue
            dx, dy = center[other, 0] - center[k, 0], center[other, 1] - center[k, 1]
            square = dx * dx + dy * dy
            s = int(dx > 0) + 2 * int(dy > 0) + 4 * int(abs(dx) > abs(dy))
            at = each
            while at > 0 and square < far[s, at - 1]:
                at -= 1
            for i in range(each - 1, at, -1):
                far[s, i], found[s, i] = far[s, i - 1], found[s, i - 1]
            if at < each:
                far[s, at], found[s, at] = square, other
        result[k, 0] = k
        count = 1
        for i in range(each):
            for s in range(8):
                if found[s, i] >= 0:
                    result[k, count] = found[s, i]
                    count += 1
    return result


@njit(cache=True, nogil=True)
def toward_medians(
    xy: Floats, weight: Floats, of: Ints, center: Floats, movable: Ints, worth: tuple[float, float]
) -> float:  # fmt: skip
    """Move each movable center one step towards its cell's best point; return the cost before.

    Parameters
    ----------
    center
        ``(n_centers, 2)`` in km, changed in place: Weiszfeld's step to the geometric median, or,
        where only squared distance costs, the mean itself.
    """
    pull = np.zeros((len(center), 3))
    value = 0.0
    for i in range(len(of)):
        k = of[i]
        dx, dy = xy[i, 0] - center[k, 0], xy[i, 1] - center[k, 1]
        square = dx * dx + dy * dy
        value += weight[i] * (worth[0] * np.sqrt(square) + worth[1] * square)
        q = weight[i]
        if worth[0] > 0.0:
            q /= max(np.sqrt(square), NEAREST)
        pull[k, 0] += q * xy[i, 0]
        pull[k, 1] += q * xy[i, 1]
        pull[k, 2] += q
    for k in range(len(center)):
        if movable[k] and pull[k, 2] > 0.0:
            center[k, 0] = pull[k, 0] / pull[k, 2]
            center[k, 1] = pull[k, 1] / pull[k, 2]
    return value


@njit(cache=True, nogil=True)
def soft_loads(
    xy: Floats, weight: Floats, activity: Floats, pinned: Ints, of: Ints, center: Floats,
    price: Floats, near: Ints, worth: tuple[float, float], heat: float, load: Floats, bend: Floats,
) -> float:  # fmt: skip
    """Assign every unit to the cheapest center near its last one; return the soft minimum's sum.

    Parameters
    ----------
    activity
        ``(n_units, n_measures)`` shares of what the cells are to have parts of.
    pinned
        ``(n_units,)`` whether a unit stays in its cell, whatever it costs.
    of
        ``(n_units,)`` changed in place.
    price
        ``(n_centers, n_measures)`` in km per share.
    worth
        What a km, and a squared km, costs.
    heat
        Temperature in km of cost per share, of a unit's weight or of its largest activity.
    load, bend
        ``(n_centers, n_measures)`` soft activity of each cell, and how it falls as prices rise,
        ``(n_centers n_measures, n_centers n_measures)``; both are written.
    """
    load[:] = 0.0
    bend[:] = 0.0
    width, n_b = near.shape[1], activity.shape[1]
    far, who = np.empty(width), np.empty(width, dtype=np.int32)
    value = 0.0
    for i in range(len(of)):
        row = near[of[i]]
        size = weight[i]
        for b in range(n_b):
            size = max(size, activity[i, b])
        if size <= 0.0:
            continue
        least = np.inf
        count = 0
        for j in range(width):
            k = row[j]
            if k < 0:
                break
            dx, dy = xy[i, 0] - center[k, 0], xy[i, 1] - center[k, 1]
            square = dx * dx + dy * dy
            cost = weight[i] * (worth[0] * np.sqrt(square) + worth[1] * square)
            for b in range(n_b):
                cost += price[k, b] * activity[i, b]
            far[j] = cost / size
            if far[j] < least:
                least = far[j]
                who[0] = k
            count += 1
            if pinned[i]:
                break
        of[i] = who[0]
        total, some = 0.0, 0
        for j in range(count):
            if far[j] < least + FAINT * heat:
                who[some] = row[j]
                far[some] = np.exp((least - far[j]) / heat)
                total += far[some]
                some += 1
        for j in range(some):
            far[j] /= total
            for b in range(n_b):
                load[who[j], b] += far[j] * activity[i, b]
            for m in range(j):
                _bend(bend, far[j] * far[m] / (heat * size), activity, i, who[j], who[m])
        value += size * (least - heat * np.log(total))
    return value


@njit(cache=True, nogil=True)
def _bend(bend: Floats, part: float, activity: Floats, i: int, j: int, m: int) -> None:
    """Add how unit i's activity passes between cells j and m as their prices change."""
    n_b = activity.shape[1]
    for b in range(n_b):
        for f in range(n_b):
            y = part * activity[i, b] * activity[i, f]
            bend[j * n_b + b, j * n_b + f] += y
            bend[m * n_b + b, m * n_b + f] += y
            bend[j * n_b + b, m * n_b + f] -= y
            bend[m * n_b + b, j * n_b + f] -= y


def balance(
    xy: Floats,
    weight: Floats,
    activity: Floats,
    pinned: Ints,
    of: Ints,
    center: Floats,
    price: Floats,
    limits: tuple[Floats, Floats],
    near: Ints,
    worth: tuple[float, float],
    heat: float,
    stiffness: float,
    steps: int,
) -> float:
    """Move the prices towards balance; return the largest share by which a soft limit is missed.

    Parameters
    ----------
    of, price
        Each unit's cell, and each center's prices as `soft_loads` has them; both are changed in
        place.
    limits
        Lower and upper limit of each cell's activity, ``(n_centers, n_measures)``.
    stiffness
        Price over which a cell's activity goes from its lower to its upper limit.
    """
    lower, upper = limits
    size = np.maximum(upper, 1e-300)
    width = (upper - lower) / size
    load, bend = np.empty(price.shape), np.empty((price.size, price.size))

    def lifted(at: Floats) -> float:
        dual = soft_loads(
            xy, weight, activity, pinned, of, center, at, near, worth, heat, load, bend
        )
        ends = np.logaddexp(at * lower / size / stiffness, at / stiffness)
        return dual - float((size * stiffness * ends).sum())

    value, worst = lifted(price), np.inf
    for _ in range(steps):
        inside = 1 / (1 + np.exp(-np.clip(price * width / stiffness, -50, 50)))
        excess = load - lower - (upper - lower) * inside
        worst = float(np.abs(excess / size).max())
        if worst < BALANCED:
            break
        slope = (upper - lower) * width * inside * (1 - inside) / stiffness
        bend[np.diag_indices(price.size)] += (slope + 1e-3 * size / heat).ravel()
        step = np.linalg.solve(bend, excess.ravel()).reshape(price.shape)
        step *= min(1.0, FARTHEST * heat / max(float(np.abs(step).max()), 1e-300))
        for _ in range(HALVINGS):
            lift = lifted(price + step)
            if lift >= value - 1e-9 * abs(value):
                break
            step /= 3
        else:
            break
        price += step
        value = lift
    return worst
