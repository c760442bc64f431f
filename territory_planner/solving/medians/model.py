"""`MedianModel`: territories that are all alike, each with its center at one of its own units.

With no homes, locks or other rules that tell territories apart, a plan is a choice of center units
and of the center that each unit goes to, equations (20)-(23) of MODEL.md: ``cost[j, i]`` is what
unit i costs in a territory whose center is unit j.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from territory_planner.domain.arrays import FloatArray, IntArray
from territory_planner.domain.criteria import Criteria
from territory_planner.domain.problem import NONE, Problem
from territory_planner.evaluation.balance import band_limits
from territory_planner.evaluation.compactness import pair_cost, unit_weight
from territory_planner.geography.adjacency import piece_labels
from territory_planner.solving.budgets import budgets

MOST_UNITS = 6000
"""Units up to which all pairs fit in memory: 8 bytes each, a few times over."""

NEAR = 10
"""Neighbours of each unit that the search looks at where contiguity does not name them."""

KINDS = {"distance", "inertia"}


@dataclass(frozen=True, eq=False)
class MedianModel:
    """The dense form of one solve; `i` units, `j` their possible centers, `b` banded measures.

    Parameters
    ----------
    cost
        ``(n, n)`` km of objective of unit i (column) in the territory of center j (row).
    activity
        ``(n, n_banded)`` in each measure's unit.
    lower, upper, target
        ``(n_banded,)`` limits (2) and target of every territory's total.
    xy
        ``(n, 2)`` in metres: which units lie near each other.
    n_territories
        How many territories there are.
    is_contiguous
        Whether each territory must be one piece of the graph (4).
    edges
        ``(n_edges, 2)`` the graph: contiguity, or which units are near each other.
    next_start, next_unit
        The same graph in CSR form.
    """

    cost: FloatArray
    activity: FloatArray
    lower: FloatArray
    upper: FloatArray
    target: FloatArray
    xy: FloatArray
    n_territories: int
    is_contiguous: bool
    edges: IntArray
    next_start: IntArray
    next_unit: IntArray

    @property
    def n_units(self) -> int:
        """The number of units."""
        return len(self.cost)

    @property
    def may_be_empty(self) -> bool:
        """Whether a territory may be left without units."""
        return bool((self.lower <= 0).all())

    def members(self, of: IntArray) -> list[IntArray]:
        """Return the units of each territory."""
        order = np.argsort(of, kind="stable")
        at = np.searchsorted(of[order], np.arange(self.n_territories + 1))
        return [order[at[k] : at[k + 1]] for k in range(self.n_territories)]

    def centers(self, of: IntArray) -> IntArray:
        """Return ``(n_territories,)``: the unit each territory costs least from; NONE if empty."""
        result = np.full(self.n_territories, NONE, dtype=np.int32)
        for k, units in enumerate(self.members(of)):
            if units.size:
                result[k] = units[np.argmin(self.cost[np.ix_(units, units)].sum(axis=1))]
        return result

    def value(self, of: IntArray) -> float:
        """Return the objective of an assignment in km, each territory from its best center."""
        return float(self.cost[self.centers(of)[of], np.arange(self.n_units)].sum())

    def violation(self, of: IntArray) -> float:
        """Return by how much the limits (2) are left, in shares of target."""
        totals = np.column_stack(
            [np.bincount(of, a, self.n_territories) for a in self.activity.T]
        ) if self.activity.size else np.zeros((self.n_territories, 0))  # fmt: skip
        beyond = np.maximum(self.lower - totals, 0) + np.maximum(totals - self.upper, 0)
        return float((beyond / np.where(self.target > 0, self.target, 1.0)).sum())

    def is_whole(self, of: IntArray) -> bool:
        """Return whether every territory is one piece (4), where that is asked for."""
        if not self.is_contiguous:
            return True
        same = of[self.edges[:, 0]] == of[self.edges[:, 1]]
        piece = piece_labels(self.n_units, self.edges[same])
        return len(np.unique(piece)) == len(np.unique(of))

    def part(self, units: IntArray, n_territories: int) -> MedianModel:
        """Return the model of some units that a number of territories have to share."""
        at = np.full(self.n_units, NONE, dtype=np.int32)
        at[units] = np.arange(len(units))
        edges = at[self.edges]
        edges = edges[(edges != NONE).all(axis=1)]
        next_start, next_unit = _graph(edges, len(units))
        return replace(
            self,
            cost=np.ascontiguousarray(self.cost[np.ix_(units, units)]),
            activity=np.ascontiguousarray(self.activity[units]),
            xy=self.xy[units],
            n_territories=n_territories,
            edges=edges,
            next_start=next_start,
            next_unit=next_unit,
        )


def is_median_problem(problem: Problem, criteria: Criteria) -> bool:
    """Return whether territories are all alike and only centers at units tell where they lie."""
    lower, upper = band_limits(problem, criteria)
    return (
        criteria.centers == "unit"
        and bool(criteria.compactness)
        and set(criteria.compactness) <= KINDS
        and criteria.max_distance_km is None
        and not any(band.weight for band in criteria.bands.values())
        and not any(d.cost for d in criteria.disruption)
        and not budgets(problem, criteria)
        and bool((lower == lower[:1]).all() and (upper == upper[:1]).all())
        and bool((problem.locked == NONE).all() and (problem.group == NONE).all())
        and not len(problem.forbidden)
        and bool(problem.allowed[problem.skill_class].all())
        and not (criteria.contiguous and problem.units.named.any())
        and problem.n_units <= MOST_UNITS
    )


def median_model(problem: Problem, criteria: Criteria) -> MedianModel:
    """Return the model of a median problem."""
    banded = [problem.measure_index(name) for name in criteria.bands]
    lower, upper = band_limits(problem, criteria)
    activity = np.ascontiguousarray(problem.activity[:, banded])
    edges = problem.map_edges if criteria.contiguous else _near(problem.units.xy)
    next_start, next_unit = _graph(edges, problem.n_units)
    return MedianModel(
        cost=_costs(problem, criteria),
        activity=activity,
        lower=np.maximum(lower[0, banded], 0.0),
        upper=np.minimum(upper[0, banded], activity.sum(axis=0)),
        target=problem.target[0, banded],
        xy=problem.units.xy,
        n_territories=problem.n_territories,
        is_contiguous=criteria.contiguous,
        edges=edges,
        next_start=next_start,
        next_unit=next_unit,
    )


def _costs(problem: Problem, criteria: Criteria) -> FloatArray:
    """Return ``(n, n)`` costs in km of objective, a row for each center."""
    xy, weight = problem.units.xy, unit_weight(problem, criteria)
    share = weight / weight.sum()
    result = np.empty((len(xy), len(xy)))
    for j, center in enumerate(xy):
        result[j] = share * pair_cost(criteria, problem.distance_km(xy, center))
    return result


def _near(xy: FloatArray) -> IntArray:
    """Return ``(n_edges, 2)`` pairs ``i < j`` of units that are near each other."""
    from scipy.spatial import KDTree

    n = len(xy)
    _, near = KDTree(xy).query(xy, k=min(NEAR + 1, n))
    near = near.reshape(n, -1)
    pairs = np.column_stack([np.repeat(np.arange(n), near.shape[1]), near.ravel()])
    pairs = np.sort(pairs[pairs[:, 0] != pairs[:, 1]], axis=1)
    return np.unique(pairs, axis=0).astype(np.int32)


def _graph(edges: IntArray, n_units: int) -> tuple[IntArray, IntArray]:
    """Return a graph in CSR form."""
    ends = np.concatenate([edges, edges[:, ::-1]])
    ends = ends[np.lexsort((ends[:, 1], ends[:, 0]))]
    start = np.zeros(n_units + 1, dtype=np.int32)
    np.cumsum(np.bincount(ends[:, 0], minlength=n_units), out=start[1:])
    return start, np.ascontiguousarray(ends[:, 1], dtype=np.int32)
