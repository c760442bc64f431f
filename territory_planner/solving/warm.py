"""Warm starts: an alignment or a plan of this problem, or of one much like it, to begin from.

Units and territories are matched by their ids, so that a plan made before a hire or a leaver, or of
other accounts, still says where most of this problem's units could lie.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.spatial import KDTree

from territory_planner.domain.alignment import Alignment
from territory_planner.domain.arrays import FloatArray, IntArray, TextArray
from territory_planner.domain.criteria import Criteria
from territory_planner.domain.plan import Plan
from territory_planner.domain.problem import NONE, Problem
from territory_planner.evaluation.compactness import centers
from territory_planner.solving.dual import Relaxation
from territory_planner.solving.locate import Located


@dataclass(frozen=True, eq=False)
class Known:
    """What a start tells of a problem.

    Parameters
    ----------
    of
        ``(n_units,)`` the territory of each unit, ``NONE`` for a new one.
    price
        ``(n_territories, n_banded)`` km of objective per unit of activity; 0 where not known.
    toll
        ``(n_disruption,)`` km of objective per share of each disruption entry's budget.
    ratio
        The objective of the plan it comes from over its bound; infinite where that is not known.
    """

    of: IntArray
    price: FloatArray
    toll: FloatArray
    ratio: float = np.inf

    def relaxation(self, n_budgets: int) -> Relaxation | None:
        """Return the prices to climb from, None where none are known; they prove nothing."""
        if not self.price.any() and not self.toll.any():
            return None
        toll = np.zeros(n_budgets)
        toll[: len(self.toll)] = self.toll[:n_budgets]
        return Relaxation(self.price, toll, 0.0)


def known_from(
    problem: Problem, criteria: Criteria, start: Plan | Alignment | None
) -> Known | None:
    """Return what a start tells, None without one.

    Raises
    ------
    ValueError
        When an alignment does not fit the problem.
    """
    if start is None:
        return None
    n, k = problem.n_units, problem.n_territories
    limited = [d.measure for d in criteria.disruption if d.budget is not None]
    price, toll = np.zeros((k, len(criteria.bands))), np.zeros(len(limited))
    if isinstance(start, Alignment):
        of = start.territory_of
        if len(of) != n or (n and not NONE <= of.min() <= of.max() < k):
            raise ValueError(
                f"the start speaks of {len(of)} units, the problem has {n} and {k} territories. "
                "Start from an alignment of this problem, or from a plan."
            )
        return Known(of, price, toll)
    theirs = start.problem
    unit = _matched(problem.units.ids, theirs.units.ids)
    ids = np.array([t.id for t in problem.territories])
    their_ids = np.array([t.id for t in theirs.territories])
    of = np.full(n, NONE, dtype=np.int32)
    territory = _matched(their_ids, ids)
    of[unit != NONE] = territory[start.alignment.territory_of[unit[unit != NONE]]]
    back = _matched(ids, their_ids)
    names = [measure.name for measure in theirs.measures]
    for b, name in enumerate(criteria.bands):
        if name in names:
            price[back != NONE, b] = start.prices[back[back != NONE], names.index(name)]
    tolls = dict(zip((d.measure for d in start.criteria.disruption), start.tolls, strict=False))
    toll[:] = [tolls.get(measure, 0.0) for measure in limited]
    ratio = start.objective / start.bound if start.bound > 0 else np.inf
    return Known(of, price, toll, ratio)


def located_by(problem: Problem, criteria: Criteria, of: IntArray) -> Located | None:
    """Return the centers of known territories; None when one of them has no units to tell."""
    center = centers(problem, Alignment(of), criteria)
    if np.isnan(center).any():
        return None
    lost = of == NONE
    nearest = KDTree(center).query(problem.units.xy[lost])[1]
    of = of.copy()
    of[lost] = nearest
    return Located(center, of, 0.0, np.zeros((len(center), len(criteria.bands))))


def _matched(wanted: TextArray, ids: TextArray) -> IntArray:
    """Return for each wanted id its index among the ids, ``NONE`` for one that is not there."""
    order = np.argsort(ids, kind="stable")
    at = np.minimum(np.searchsorted(ids[order], wanted), max(len(ids) - 1, 0))
    if not len(ids):
        return np.full(len(wanted), NONE, dtype=np.int32)
    found = order[at]
    return np.where(ids[found] == wanted, found, NONE).astype(np.int32)
