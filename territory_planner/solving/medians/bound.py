"""The Lagrangian dual of (21), every unit in one territory: a bound, and which pairs it rules out.

At unit prices each center's territory is a knapsack of its own, and the best centers make the bound
(24). A subgradient search climbs it; what is dear at the last prices can be in no better plan (26).
After Validi, Buchanan & Lykhovyd (2022), doi 10.1287/opre.2021.2141.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from territory_planner.domain.arrays import BoolArray, FloatArray, IntArray
from territory_planner.solving.medians import knapsack
from territory_planner.solving.medians.model import MedianModel
from territory_planner.solving.progress import Search

STEPS = 5000
PATIENCE = 30
"""Steps without a better bound after which they become shorter."""

SHORTER = 0.85
SHORTEST = 1e-4
MEMORY = 0.85
"""What a step keeps of the direction of the last."""

ABOVE_GOAL = 1.01
"""The value the steps aim at, in goals."""

LIST_ALL = 700
"""Units up to which every center's list holds all of them."""

TERRITORIES_LISTED = 8
"""Beyond that, how many territories' worth of units are near a center, while prices are sought."""

BLOCK = 4_000_000
SLACK = 1e-9
"""Share of the objective by which a pair must miss to be ruled out: rounding."""


@dataclass(frozen=True, eq=False)
class Dual:
    """Prices, and what they prove.

    Parameters
    ----------
    price
        ``(n,)`` km that having the unit in any territory is worth.
    charge
        ``(n, n_banded)`` km per unit of activity in the territory of each center.
    worth
        ``(n,)`` what each center's territory is worth: a lower bound (25); infinite if it has none.
    bound
        Lower bound (24) on the objective of every plan; infinite when there is none.
    centers
        The centers that good prices opened, the last and best first.
    """

    price: FloatArray
    charge: FloatArray
    worth: FloatArray
    bound: float
    centers: tuple[IntArray, ...] = ()


def climb(
    model: MedianModel, may: BoolArray | None, goal: float, search: Search, seconds: float,
    price: FloatArray | None = None,
) -> Dual:  # fmt: skip
    """Return prices whose bound is high.

    Parameters
    ----------
    may
        ``(n, n)`` the pairs (center, unit) to look at; None for all.
    goal
        The value of a plan, or about what one should cost: it sets the length of the steps.
    seconds
        After which no further step is made.
    price
        Prices to begin from.
    """
    if may is not None:
        model = replace(model, cost=np.where(may, model.cost, np.inf))
    until = search.seconds + seconds
    near = _near(model)
    near_cost = np.take_along_axis(model.cost, near, axis=1)
    # While prices are sought one measure stands for all: the one that whole units fill worst.
    activity = np.ascontiguousarray(model.activity[:, :1])
    lower, upper = model.lower[:1], model.upper[:1]
    n, k = model.n_units, model.n_territories
    if price is None:
        rank = min(max(n // k // 2, 1), near.shape[1] - 1)
        price = model.cost[near[:, rank], np.arange(n)].copy()
    charge, penalty = np.zeros((n, activity.shape[1])), np.zeros(n)
    usage, chosen = np.empty(n), np.empty(k, dtype=np.int64)

    def evaluate(at: FloatArray, is_exact: bool) -> float:
        return float(
            knapsack.best_centers(
                near, near_cost, at, activity, lower, upper, k, model.may_be_empty, is_exact,
                charge, penalty, usage, chosen,
            )
        )  # fmt: skip

    best, best_value, opened = price, -np.inf, []
    best_step = direction = np.zeros(n)
    length, idle = 1.0, 0
    for _ in range(STEPS):
        value = evaluate(price, is_exact=False)
        if value > best_value:
            value = evaluate(price, is_exact=True)
        if not np.isfinite(value):
            break
        step, idle = 1.0 - usage, idle + 1
        if value > best_value:
            best, best_value, best_step, idle = price, value, step, 0
            opened.append(np.sort(chosen).astype(np.int32))
        elif idle >= PATIENCE:
            length, idle = length * SHORTER, 0
            price, value, step, direction = best, best_value, best_step, np.zeros(n)
        direction = MEMORY * direction + (1.0 - MEMORY) * step
        norm = float(direction @ direction)
        room = ABOVE_GOAL * goal - value
        if length < SHORTEST or norm < 1e-18 or room <= 0:
            break
        if search.is_over() or search.seconds > until:
            break
        price = price + length * room / norm * direction
    return _exact(model, best, _distinct(opened))


def _exact(model: MedianModel, price: FloatArray, opened: tuple[IntArray, ...]) -> Dual:
    """Return the dual at given prices, over all pairs and all measures."""
    n = model.n_units
    charge = np.zeros((n, model.activity.shape[1]))
    worth, share = np.empty(n), np.empty(n)
    for first in range(0, n, max(1, BLOCK // n)):
        rows = np.arange(first, min(first + max(1, BLOCK // n), n))
        near = np.tile(np.arange(n, dtype=np.int32), (len(rows), 1))
        near[:, 0], near[np.arange(len(rows)), rows] = rows, 0
        cost = np.take_along_axis(model.cost[rows], near, axis=1)
        own = charge[rows]
        for r, j in enumerate(rows):
            worth[j] = knapsack.territory_value(
                r, near, cost, price, model.activity, model.lower, model.upper, own, share
            )
        charge[rows] = own
    return Dual(price, charge, worth, bound_of(model, price, worth), opened)


def bound_of(model: MedianModel, price: FloatArray, worth: FloatArray) -> float:
    """Return the bound (24) at unit prices at which centers' territories are worth so much."""
    least = np.sort(worth)[: model.n_territories]
    if model.may_be_empty:
        least = np.minimum(least, 0.0)
    return float(price.sum() + least.sum())


def last_opened(model: MedianModel, worth: FloatArray) -> float:
    """Return the worth of the last center that the bound opens."""
    last = float(np.sort(worth)[model.n_territories - 1])
    return min(last, 0.0) if model.may_be_empty else last


def possible(
    model: MedianModel, dual: Dual, value: float, may: BoolArray | None = None
) -> BoolArray:
    """Return ``(n, n)``: which pairs (center, unit) a plan of at most that value may have (26)."""
    if not np.isfinite(dual.bound):
        return np.zeros(model.cost.shape, dtype=np.bool_)
    room = (
        value
        + SLACK * abs(value)
        - dual.bound
        - np.maximum(dual.worth - last_opened(model, dual.worth), 0.0)
    )
    found = np.empty(model.cost.shape, dtype=np.bool_)
    for j in range(model.n_units):
        reduced = model.cost[j] - dual.price + model.activity @ dual.charge[j]
        found[j] = reduced <= room[j]
        found[j, j] = room[j] >= 0
    if may is not None:
        found &= may
    return found & found.diagonal()[:, None]


def _near(model: MedianModel) -> IntArray:
    """Return ``(n, m)`` the units near each unit, itself first."""
    n, xy = model.n_units, model.xy
    m = n if n <= LIST_ALL else min(n, TERRITORIES_LISTED * n // model.n_territories + 64)
    found = np.empty((n, m), dtype=np.int32)
    for i in range(n):
        away = ((xy - xy[i]) ** 2).sum(axis=1)
        away[i] = -1.0
        some = np.argpartition(away, m - 1)[:m] if m < n else np.arange(n)
        found[i] = some[np.lexsort((some, away[some]))]
    return found


def _distinct(opened: list[IntArray]) -> tuple[IntArray, ...]:
    """Return the different sets of centers, the last first."""
    seen: dict[bytes, IntArray] = {}
    for centers in reversed(opened):
        seen.setdefault(centers.tobytes(), centers)
    return tuple(seen.values())
