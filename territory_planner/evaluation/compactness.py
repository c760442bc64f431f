"""Compactness: how far a territory's units lie from its center, weighted by their activity.

weighted distance of k = sum(w_i d_ik) / sum(w_i) in km; moment of inertia of k = sum(w_i d_ik^2).
A territory's center is its rep's home, or, where that is free, the weighted geometric median of
its units: the point from which the weighted distance is least (Weiszfeld's algorithm).
"""

from __future__ import annotations

import numpy as np

from territory_planner.domain.alignment import Alignment
from territory_planner.domain.arrays import FloatArray
from territory_planner.domain.criteria import Criteria
from territory_planner.domain.problem import NONE, Problem

EMPTY_UNIT_SHARE = 0.01
"""Weight of a unit without activity, as a share of the mean of those with some: enough to give it
to a territory nearby, too little to bend a territory for it."""

WEISZFELD_ROUNDS = 100
METRES = 1000.0


def unit_weight(problem: Problem, criteria: Criteria) -> FloatArray:
    """Return ``(n_units,)`` weights of the units' distances, in the compactness measure's unit."""
    if not problem.n_measures:
        return np.ones(problem.n_units)
    name = criteria.compactness_measure or problem.measures[0].name
    activity = problem.activity[:, problem.measure_index(name)]
    some = activity > 0
    least = EMPTY_UNIT_SHARE * activity[some].mean() if some.any() else 1.0
    return np.where(some, activity, least)


def centers(problem: Problem, alignment: Alignment, criteria: Criteria) -> FloatArray:
    """Return ``(n_territories, 2)`` centers in metres; NaN for an empty territory with none."""
    result = problem.home.copy()
    if criteria.centers == "free":
        result[:] = np.nan
    free = np.isnan(result[:, 0])
    if free.any():
        result[free] = _medians(problem, alignment, criteria)[free]
    return result


def distance_km(problem: Problem, alignment: Alignment, criteria: Criteria) -> FloatArray:
    """Return ``(n_units,)`` straight-line distance in km of each unit to its territory's center.

    NaN for a unit that has no territory.
    """
    result = np.full(problem.n_units, np.nan)
    held = alignment.territory_of != NONE
    center = centers(problem, alignment, criteria)[alignment.territory_of[held]]
    offset = problem.units.xy[held] - center
    result[held] = np.hypot(offset[:, 0], offset[:, 1]) / METRES
    return result


def mean_distance_km(problem: Problem, alignment: Alignment, criteria: Criteria) -> float:
    """Return the weighted mean distance over all units in km."""
    distance = distance_km(problem, alignment, criteria)
    held = ~np.isnan(distance)
    weight = unit_weight(problem, criteria)[held]
    return float(weight @ distance[held] / weight.sum()) if held.any() else 0.0


def weighted_distance_km(problem: Problem, alignment: Alignment, criteria: Criteria) -> FloatArray:
    """Return ``(n_territories,)`` weighted mean distance in km; 0 for an empty territory."""
    total, weight = _sums(problem, alignment, criteria, power=1)
    return np.divide(total, weight, out=np.zeros_like(total), where=weight > 0)


def moment_of_inertia(problem: Problem, alignment: Alignment, criteria: Criteria) -> FloatArray:
    """Return ``(n_territories,)`` sum of weight × distance² to the center, in weight × km²."""
    return _sums(problem, alignment, criteria, power=2)[0]


def largest_distance_km(problem: Problem, alignment: Alignment, criteria: Criteria) -> FloatArray:
    """Return ``(n_territories,)`` distance in km of the farthest unit; 0 for an empty territory."""
    distance = distance_km(problem, alignment, criteria)
    result = np.zeros(problem.n_territories)
    held = ~np.isnan(distance)
    np.maximum.at(result, alignment.territory_of[held], distance[held])
    return result


def _sums(
    problem: Problem, alignment: Alignment, criteria: Criteria, power: int
) -> tuple[FloatArray, FloatArray]:
    """Return per territory the sum of weight × distance^power and the sum of weight."""
    distance = distance_km(problem, alignment, criteria)
    held = ~np.isnan(distance)
    weight = unit_weight(problem, criteria)[held]
    of, k = alignment.territory_of[held], problem.n_territories
    moment = np.bincount(of, weight * distance[held] ** power, k)
    return moment.astype(np.float64), np.bincount(of, weight, k).astype(np.float64)


def _medians(problem: Problem, alignment: Alignment, criteria: Criteria) -> FloatArray:
    """Return the weighted geometric median of every territory, NaN for an empty one."""
    held = alignment.territory_of != NONE
    of, k = alignment.territory_of[held], problem.n_territories
    xy, weight = problem.units.xy[held], unit_weight(problem, criteria)[held]

    def mean(by: FloatArray) -> FloatArray:
        total = np.bincount(of, by, k)
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.column_stack(
                [np.bincount(of, by * xy[:, axis], k) / total for axis in (0, 1)]
            )

    center = mean(weight)
    for _ in range(WEISZFELD_ROUNDS):
        offset = xy - center[of]
        moved = mean(weight / np.maximum(np.hypot(offset[:, 0], offset[:, 1]), 1.0))
        change = np.nanmax(np.abs(moved - center)) if of.size else 0.0
        center = moved
        if change < 1.0:
            break
    return center
