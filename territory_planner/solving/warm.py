"""Warm starts: an alignment or a plan of this problem, or of one much like it, to begin from.

Units and territories are matched by their ids, so that a plan made before a hire or a leaver, or of
other accounts, still says where most of this problem's units could lie.
"""

from __future__ import annotations

import numpy as np

from territory_planner.domain.alignment import Alignment
from territory_planner.domain.arrays import IntArray, TextArray
from territory_planner.domain.criteria import Criteria
from territory_planner.domain.plan import Plan
from territory_planner.domain.problem import NONE, Problem
from territory_planner.evaluation.compactness import centers
from territory_planner.solving.locate import Located


def known_territories(problem: Problem, start: Plan | Alignment | None) -> IntArray | None:
    """Return ``(n_units,)``: the territory where a start has each unit, ``NONE`` for new ones.

    None without a start.

    Raises
    ------
    ValueError
        When an alignment does not fit the problem.
    """
    if start is None:
        return None
    n, k = problem.n_units, problem.n_territories
    if isinstance(start, Alignment):
        of = start.territory_of
        if len(of) != n or (n and not NONE <= of.min() <= of.max() < k):
            raise ValueError(
                f"the start speaks of {len(of)} units, the problem has {n} and {k} territories. "
                "Start from an alignment of this problem, or from a plan."
            )
        return of
    theirs = start.problem
    unit = _matched(problem.units.ids, theirs.units.ids)
    territory = _matched(
        np.array([t.id for t in theirs.territories]), np.array([t.id for t in problem.territories])
    )
    found = np.full(n, NONE, dtype=np.int32)
    found[unit != NONE] = territory[start.alignment.territory_of[unit[unit != NONE]]]
    return found


def located_by(problem: Problem, criteria: Criteria, known: IntArray) -> Located | None:
    """Return the centers of known territories; None when one of them has no units to tell."""
    center = centers(problem, Alignment(known), criteria)
    if np.isnan(center).any():
        return None
    far = problem.units.xy[known == NONE][:, None] - center
    of = known.copy()
    of[known == NONE] = np.argmin((far**2).sum(axis=2), axis=1) if len(far) else NONE
    return Located(center, of, 0.0)


def _matched(wanted: TextArray, ids: TextArray) -> IntArray:
    """Return for each wanted id its index among the ids, ``NONE`` for one that is not there."""
    order = np.argsort(ids, kind="stable")
    at = np.minimum(np.searchsorted(ids[order], wanted), max(len(ids) - 1, 0))
    if not len(ids):
        return np.full(len(wanted), NONE, dtype=np.int32)
    found = order[at]
    return np.where(ids[found] == wanted, found, NONE).astype(np.int32)
