"""What limits cost: capacity, budgets, losses and locks, in km of objective, by a plan's prices.

The reduced cost of unit i in territory k is ``c_ik + sum_q price_kq a_iq + sum_d toll_d m_ikd``:
its cost and what its activity and its move take from limits that bind. A lock costs what the locked
territory's reduced cost is above the least of any territory that may have the unit. Prices tell of
small steps, one at a time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from territory_planner.domain.arrays import FloatArray, IntArray
from territory_planner.domain.plan import Plan
from territory_planner.domain.problem import NONE
from territory_planner.evaluation.compactness import centers, pair_cost, unit_weight
from territory_planner.evaluation.disruption import held_shares, moved_shares

STEP = 0.01
"""Of a target or of a measure's total: the step that capacity and budgets are priced for."""

BLOCK = 4_000_000
"""Pairs of locked unit and territory that are priced at a time."""

LEAST = 1e-9


@dataclass(frozen=True)
class Price:
    """What one limit costs.

    Parameters
    ----------
    kind
        "capacity" of a territory in a measure, a disruption "budget", what a territory may lose
        ("loss"), or the "lock" of a unit.
    territory
        The territory's index, ``NONE`` for a budget.
    index
        The measure of a capacity, the entry of a budget or of a loss, or the locked unit.
    step
        By how much the limit would move: in the measure's unit (above 0 the upper limit, below 0
        the lower), or as a share of the budget's measure, or of what the territory holds of it
        today; 0 for a lock, which is released.
    saved_km
        The km of objective that this would save, about.
    """

    kind: Literal["capacity", "budget", "loss", "lock"]
    territory: int
    index: int
    step: float
    saved_km: float


def price_list(plan: Plan, most: int = 10) -> tuple[Price, ...]:
    """Return the dearest limits of a plan, the dearest first."""
    found = [*_capacity(plan), *_budgets(plan), *_losses(plan), *_locks(plan)]
    found = [price for price in found if price.saved_km > LEAST * max(plan.objective, 1.0)]
    return tuple(sorted(found, key=lambda price: -price.saved_km)[:most])


def _capacity(plan: Plan) -> list[Price]:
    step = plan.problem.target * STEP * np.sign(plan.prices)
    saved = plan.prices * step
    return [
        Price("capacity", int(k), int(q), float(step[k, q]), float(saved[k, q]))
        for k, q in np.argwhere(saved > 0)
    ]


def _budgets(plan: Plan) -> list[Price]:
    return [Price("budget", NONE, d, STEP, float(toll) * STEP) for d, toll in enumerate(plan.tolls)]


def _losses(plan: Plan) -> list[Price]:
    return [
        Price("loss", int(k), int(d), STEP, float(plan.losses[d, k]) * STEP)
        for d, k in np.argwhere(plan.losses > 0)
    ]


def _locks(plan: Plan) -> list[Price]:
    problem = plan.problem
    locked = np.flatnonzero((problem.locked != NONE) & (problem.group == NONE))
    center = centers(problem, plan.alignment, plan.criteria)
    rows = max(1, BLOCK // max(problem.n_territories, 1))
    found = []
    for first in range(0, len(locked), rows):
        some = locked[first : first + rows]
        reduced = reduced_costs(plan, some, center)
        mine = reduced[np.arange(len(some)), problem.locked[some]]
        saved = mine - reduced.min(axis=1)
        found += [
            Price("lock", int(problem.locked[i]), int(i), 0.0, float(km))
            for i, km in zip(some, saved, strict=True)
        ]
    return found


def reduced_costs(plan: Plan, units: IntArray, center: FloatArray) -> FloatArray:
    """Return ``(len(units), n_territories)`` reduced costs in km; infinite where a unit may not be.

    Parameters
    ----------
    center
        ``(n_territories, 2)`` in metres.
    """
    problem, criteria = plan.problem, plan.criteria
    n, k = len(units), problem.n_territories
    weight = unit_weight(problem, criteria)
    far = problem.distance_km(problem.units.xy[units][:, None], center)
    result = weight[units, None] / weight.sum() * pair_cost(criteria, far)
    result += problem.activity[units] @ plan.prices.T
    unit, territory = np.repeat(units, k), np.tile(np.arange(k), n)
    tolls = plan.tolls if plan.tolls.size else np.zeros(len(criteria.disruption))
    for entry, toll in zip(criteria.disruption, tolls, strict=True):
        dear = entry.cost + float(toll)
        if dear:
            share = moved_shares(problem, unit, territory, problem.measure_index(entry.measure))
            result += dear * share.reshape(n, k)
    for entry, toll in zip(criteria.disruption, plan.losses, strict=False):
        if toll.any():
            held = held_shares(problem, problem.measure_index(entry.measure))[units]
            # Who keeps it loses nothing.
            result += (held @ toll)[:, None] - held.multiply(toll).toarray()
    may = problem.allowed[problem.skill_class[units]]
    if criteria.max_distance_km is not None:
        may = may & (far <= criteria.max_distance_km)
    locked = np.flatnonzero(problem.locked[units] != NONE)
    may[locked, problem.locked[units[locked]]] = True
    allowed: FloatArray = np.where(may & ~np.isnan(result), result, np.inf)
    for i, t in problem.forbidden:
        allowed[units == i, t] = np.inf
    return allowed
