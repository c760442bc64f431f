"""Compactness: how far a territory's units lie from its center, weighted by their activity.

weighted distance of k = sum(w_i d_ik) / sum(w_i) in km; moment of inertia of k = sum(w_i d_ik^2).
A territory's center is its rep's home; or the point anywhere from which its share of the objective
is least (the weighted mean for inertia, else the weighted geometric median by Weiszfeld's
algorithm); or that one of its own units from which it is least.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from territory_planner.domain.alignment import Alignment
from territory_planner.domain.arrays import BoolArray, FloatArray, IntArray
from territory_planner.domain.criteria import Criteria
from territory_planner.domain.problem import NONE, Problem

WEISZFELD_ROUNDS = 100
BLOCK = 4_000_000
"""Pairs of units whose distances are computed at a time."""


def unit_weight(problem: Problem, criteria: Criteria) -> FloatArray:
    """Return ``(n_units,)`` weights of the units' distances, in the compactness measure's unit."""
    if not problem.n_measures:
        return np.ones(problem.n_units)
    name = criteria.compactness_measure or problem.measures[0].name
    activity = problem.activity[:, problem.measure_index(name)]
    some = activity > 0
    least = criteria.empty_unit_share * activity[some].mean() if some.any() else 1.0
    return np.where(some, activity, least)


def pair_cost(criteria: Criteria, distance_km: FloatArray) -> FloatArray:
    """Return what distances to a center cost per unit of weight, in km of objective."""
    inertia = criteria.worth("inertia")
    cost = criteria.worth("distance") * distance_km
    return cost + inertia * distance_km**2 if inertia else cost


def asks_for_centers(criteria: Criteria) -> bool:
    """Return whether it matters to the criteria where centers stand."""
    counted = {"distance", "inertia", "largest_distance"}
    return criteria.max_distance_km is not None or bool(counted & set(criteria.compactness))


def has_free_centers(problem: Problem, criteria: Criteria) -> bool:
    """Return whether any territory's center depends on the alignment."""
    return criteria.centers != "home" or bool(np.isnan(problem.home).any())


def centers(problem: Problem, alignment: Alignment, criteria: Criteria) -> FloatArray:
    """Return ``(n_territories, 2)`` centers in metres; NaN for an empty territory with none."""
    if criteria.centers == "unit":
        unit = center_units(problem, alignment, criteria)
        return np.where((unit == NONE)[:, None], np.nan, problem.units.xy[unit])
    result = problem.home.copy()
    if criteria.centers != "home":
        result[:] = np.nan
    free = np.isnan(result[:, 0])
    if free.any():
        result[free] = _medians(problem, alignment, criteria)[free]
    return result


def center_units(problem: Problem, alignment: Alignment, criteria: Criteria) -> IntArray:
    """Return ``(n_territories,)``: each territory's unit from which its cost is least, or NONE."""
    weight, xy = unit_weight(problem, criteria), problem.units.xy
    result = np.full(problem.n_territories, NONE)
    for k, members in enumerate(_members(problem, alignment)):
        if not members.size:
            continue
        cost = np.empty(len(members))
        rows = max(1, BLOCK // len(members))
        for first in range(0, len(members), rows):
            some = members[first : first + rows]
            far = problem.distance_km(xy[some][:, None], xy[members])
            cost[first : first + rows] = pair_cost(criteria, far) @ weight[members]
        result[k] = members[np.argmin(cost)]
    return result


def distance_km(problem: Problem, alignment: Alignment, criteria: Criteria) -> FloatArray:
    """Return ``(n_units,)`` distance in km of each unit to its territory's center.

    NaN for a unit that has no territory.
    """
    result = np.full(problem.n_units, np.nan)
    held = alignment.territory_of != NONE
    center = centers(problem, alignment, criteria)[alignment.territory_of[held]]
    result[held] = problem.distance_km(problem.units.xy[held], center)
    return result


def mean_distance_km(problem: Problem, alignment: Alignment, criteria: Criteria) -> float:
    """Return the weighted mean distance over all units in km."""
    return _mean(problem, criteria, distance_km(problem, alignment, criteria))


def mean_pair_cost(problem: Problem, alignment: Alignment, criteria: Criteria) -> float:
    """Return the weighted mean over all units of what their distances cost, in km of objective."""
    distance = distance_km(problem, alignment, criteria)
    return _mean(problem, criteria, pair_cost(criteria, distance))


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


def diameter_km(problem: Problem, alignment: Alignment) -> FloatArray:
    """Return ``(n_territories,)`` largest distance in km between two of its units on the map.

    Named accounts do not count. The two farthest units are corners of the convex hull.
    """
    from shapely import convex_hull, get_coordinates, multipoints

    result = np.zeros(problem.n_territories)
    for k, members in enumerate(_members(problem, alignment, among=~problem.units.named)):
        corners = get_coordinates(convex_hull(multipoints(problem.units.xy[members])))
        if len(corners):
            result[k] = problem.distance_km(corners[:, None], corners).max()
    return result


def _members(
    problem: Problem, alignment: Alignment, among: BoolArray | None = None
) -> list[IntArray]:
    """Return the units of each territory, of all or of those given."""
    of = alignment.territory_of if among is None else np.where(among, alignment.territory_of, NONE)
    order = np.argsort(of, kind="stable")
    edges = np.searchsorted(of[order], np.arange(problem.n_territories + 1))
    return [order[a:b] for a, b in pairwise(edges)]


def _mean(problem: Problem, criteria: Criteria, value: FloatArray) -> float:
    """Return the weighted mean of a value of each unit; NaN where a unit has none."""
    held = ~np.isnan(value)
    weight = unit_weight(problem, criteria)[held]
    return float(weight @ value[held] / weight.sum()) if weight.sum() > 0 else 0.0


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
    """Return the best point for every territory: mean or geometric median; NaN for an empty one."""
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
    if not criteria.worth("distance") and criteria.worth("inertia"):
        return center
    for _ in range(WEISZFELD_ROUNDS):
        offset = xy - center[of]
        moved = mean(weight / np.maximum(np.hypot(offset[:, 0], offset[:, 1]), 1.0))
        change = np.nanmax(np.abs(moved - center)) if of.size else 0.0
        center = moved
        if change < 1.0:
            break
    return center
