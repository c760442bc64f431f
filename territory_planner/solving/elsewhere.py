"""Pairs that are not listed: priced one by one from coordinates, so that a bound speaks for all.

A model of many units and territories lists only near candidates. What is not listed is never
stored: its reduced cost is computed when the bound needs the least of all, equation (7), and the
pairs that would lower it are added to the list.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from territory_planner.domain.arrays import BoolArray, FloatArray, IntArray
from territory_planner.domain.criteria import Criteria
from territory_planner.domain.problem import METRES, NONE, Problem
from territory_planner.evaluation.compactness import pair_cost
from territory_planner.evaluation.disruption import moved_shares
from territory_planner.solving.blocks import over_blocks
from territory_planner.solving.budgets import Budget, taken
from territory_planner.solving.landmarks import Landmarks, landmarks
from territory_planner.solving.unlisted import TOGETHER, Pairs, cheap, cheapest


@dataclass(frozen=True, eq=False)
class Elsewhere:
    """What the cost of an unlisted pair is computed from; one row an atom.

    Parameters
    ----------
    is_open
        ``(n_atoms,)`` whether the atom may go to territories that are not listed.
    xy, center
        ``(n_atoms, 2)`` and ``(n_territories, 2)`` in metres.
    problem, criteria
        What a distance is, and what it costs.
    weight
        ``(n_atoms,)`` share of all distance weight.
    cost, moved
        ``(n_atoms,)`` and ``(n_atoms, n_budgets)``: what moving all of the atom costs and moves;
        today's territories are always listed.
    skill_class, allowed
        ``(n_atoms,)`` and ``(n_classes, n_territories)``.
    reach_km
        The largest distance; infinite when there is none.
    barred, first
        Forbidden (unit, territory) pairs, and each atom's unit: a bound may count them, a list not.
    landmarks
        In which order an atom's territories are looked at.
    """

    is_open: BoolArray
    xy: FloatArray
    center: FloatArray
    problem: Problem
    criteria: Criteria
    weight: FloatArray
    cost: FloatArray
    moved: FloatArray
    skill_class: IntArray
    allowed: BoolArray
    reach_km: float
    barred: IntArray
    first: IntArray
    landmarks: Landmarks

    def least(
        self,
        activity: FloatArray,
        price: FloatArray,
        toll: FloatArray,
        below: FloatArray,
        workers: int = 1,
    ) -> tuple[FloatArray, IntArray]:
        """Return each atom's least reduced cost over all territories, where it is below a value.

        Returns
        -------
        value (n_atoms,), territory (n_atoms,)
            ``below`` and ``NONE`` where no unlisted pair is cheaper.
        """
        value, best = below.copy(), np.full(len(below), NONE, dtype=np.int32)
        pairs = self._pairs(activity, price, toll)

        def run(first: int, last: int) -> None:
            cheapest(first, last, pairs, value, best)

        over_blocks(len(self.center) * np.arange(len(below) + 1), workers, run)
        return value, best

    def _pairs(self, activity: FloatArray, price: FloatArray, toll: FloatArray) -> Pairs:
        """Return what compiled code reads of all pairs at some prices."""
        fixed, order = self.cost + self.moved @ toll, self.landmarks.order
        return Pairs(
            is_open=self.is_open,
            xy=self.xy,
            center=self.center,
            weight=self.weight,
            fixed=fixed,
            floor=fixed + activity @ price.min(axis=0),
            mark=self.landmarks.of,
            off=self.landmarks.off,
            order=order,
            far=self.landmarks.far,
            cheap=np.minimum.reduceat(price[order], range(0, len(price), TOGETHER), axis=1),
            skill_class=self.skill_class,
            allowed=self.allowed,
            reach_km=self.reach_km,
            activity=activity,
            price=price,
            step_m=self.problem.distance_step_m,
            per_km=self.criteria.worth("distance"),
            per_km2=self.criteria.worth("inertia"),
        )

    def sampled(self, rows: IntArray, times: FloatArray) -> Elsewhere:
        """Return the pairs of some atoms, each as dear as the ``(n_rows,)`` it stands for."""
        return replace(
            self,
            is_open=self.is_open[rows],
            xy=self.xy[rows],
            weight=times * self.weight[rows],
            cost=times * self.cost[rows],
            moved=times[:, None] * self.moved[rows],
            skill_class=self.skill_class[rows],
            first=self.first[rows],
            landmarks=self.landmarks.sampled(rows),
        )

    def nearest(self, centers: int, atoms: int) -> tuple[IntArray, IntArray]:
        """Return the atoms and territories of near pairs, sorted.

        Parameters
        ----------
        centers, atoms
            How many nearest centers each atom is paired with, and how many atoms each center.
        """
        from scipy.spatial import cKDTree

        rows, n = np.flatnonzero(self.is_open), len(self.center)
        each, back = min(centers, n), min(atoms, len(rows))
        _, near = cKDTree(self.center).query(self.xy[rows], k=[*range(1, each + 1)], workers=-1)
        _, far = cKDTree(self.xy[rows]).query(self.center, k=[*range(1, back + 1)], workers=-1)
        there = np.concatenate([np.repeat(rows, each), rows[far].ravel()])
        pair = np.unique(there * n + np.concatenate([near.ravel(), np.repeat(np.arange(n), back)]))
        atom, territory = pair // n, pair % n
        may = self.allowed[self.skill_class[atom], territory]
        far = self.problem.distance_km(self.xy[atom], self.center[territory])
        may &= far <= self.reach_km
        return atom[may], territory[may]

    def near(
        self,
        activity: FloatArray,
        price: FloatArray,
        toll: FloatArray,
        below: FloatArray,
        workers: int = 1,
    ) -> tuple[IntArray, IntArray]:
        """Return the atoms and territories of all pairs whose reduced cost is below a value.

        Parameters
        ----------
        below
            ``(n_atoms,)`` in km.
        """
        pairs = self._pairs(activity, price, toll)

        def run(first: int, last: int) -> tuple[IntArray, IntArray]:
            atom, territory = cheap(first, last, pairs, below)
            return atom, territory

        found = over_blocks(len(self.center) * np.arange(len(below) + 1), workers, run)
        return np.concatenate([a for a, _ in found]), np.concatenate([k for _, k in found])

    def listed(self, atom: IntArray, territory: IntArray) -> tuple[FloatArray, FloatArray]:
        """Return the cost and the moved shares of some unlisted pairs."""
        far = self.problem.distance_km(self.xy[atom], self.center[territory])
        cost = self.weight[atom] * pair_cost(self.criteria, far) + self.cost[atom]
        return cost, self.moved[atom]

    def dearest(self) -> FloatArray:
        """Return ``(n_atoms,)``: no unlisted pair of the atom costs more; 0 where it has none."""
        low, high = self.center.min(axis=0), self.center.max(axis=0)
        offset = np.maximum(np.abs(self.xy - low), np.abs(self.xy - high))
        far = np.minimum(np.hypot(offset[:, 0], offset[:, 1]) / METRES, self.reach_km)
        cost = self.weight * pair_cost(self.criteria, far) + self.cost
        return np.where(self.is_open, cost, 0.0)

    def may(self, atom: IntArray, territory: IntArray) -> BoolArray:
        """Return which pairs are not forbidden."""
        if not len(self.barred):
            return np.ones(len(atom), dtype=np.bool_)
        k = len(self.center)
        barred = self.barred[:, 0].astype(np.int64) * k + self.barred[:, 1]
        return ~np.isin(self.first[atom].astype(np.int64) * k + territory, barred)


def elsewhere(
    problem: Problem,
    criteria: Criteria,
    center: FloatArray,
    weight: FloatArray,
    first: IntArray,
    rows: list[Budget],
) -> Elsewhere:
    """Return the unlisted pairs of a problem; those of groups are all listed.

    Parameters
    ----------
    weight
        ``(n_units,)`` share of all distance weight.
    first
        ``(n_atoms,)`` the first unit of each atom.
    rows
        The budgets (3).
    """
    every = np.arange(problem.n_units)
    cost = np.zeros(problem.n_units)
    for entry in criteria.disruption:
        if entry.cost:
            cost += entry.cost * moved_shares(
                problem, every, None, problem.measure_index(entry.measure)
            )
    budgeted = taken(problem, criteria, rows, every, None)
    return Elsewhere(
        is_open=((problem.locked == NONE) & (problem.group == NONE))[first],
        xy=problem.units.xy[first],
        center=center,
        problem=problem,
        criteria=criteria,
        weight=weight[first],
        cost=cost[first],
        moved=budgeted[first],
        skill_class=problem.skill_class[first],
        allowed=problem.allowed,
        reach_km=np.inf if criteria.max_distance_km is None else criteria.max_distance_km,
        barred=problem.forbidden,
        first=first,
        landmarks=landmarks(problem.units.xy[first], center),
    )
