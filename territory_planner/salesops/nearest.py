"""The nearest territory that may have an account and has room for it.

Territories are looked up in a k-d tree for each set of skills, a few at a time: nothing is as large
as leads times territories.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np

from territory_planner.domain.arrays import FloatArray
from territory_planner.domain.plan import Plan
from territory_planner.domain.problem import NONE
from territory_planner.evaluation.balance import BAND_TOLERANCE, band_limits, territory_totals
from territory_planner.evaluation.compactness import centers

A_FEW = 16


class Room:
    """What territories hold of every measure, and whether more of it fits below their bands."""

    def __init__(self, plan: Plan) -> None:
        problem = plan.problem
        self.total = territory_totals(problem, plan.alignment)
        self._names = [m.name for m in problem.measures]
        upper = band_limits(problem, plan.criteria)[1]
        self._upper = upper + BAND_TOLERANCE * np.maximum(1.0, problem.target)

    def lacking(self, k: int, load: FloatArray) -> list[str]:
        """Return the measures whose upper limit a load would exceed, of those that it adds to."""
        over = (self.total[k] + load > self._upper[k]) & (load > 0)
        return [self._names[q] for q in np.flatnonzero(over)]

    def add(self, k: int, load: FloatArray) -> None:
        """Count a load as a territory's."""
        self.total[k] += load


class Nearest:
    """The territories round a point, the nearest first."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._trees: dict[frozenset[str], tuple[object, np.ndarray]] = {}

    @cached_property
    def centers(self) -> FloatArray:
        """``(n_territories, 2)`` the points that the plan measures distances from, in metres."""
        plan = self._plan
        return centers(plan.problem, plan.alignment, plan.criteria)

    def find(
        self, xy: FloatArray, skills: frozenset[str], room: Room, load: FloatArray
    ) -> tuple[int, float, str]:
        """Return the territory, its distance in km, and why there is none.

        Returns
        -------
        index, distance in km, reason
            ``NONE`` with the reason where no territory may have it or has room; the nearest of
            them is named.
        """
        problem = self._plan.problem
        tree, members = self._tree(skills)
        if not len(members):
            return NONE, np.nan, f"no rep has {told_skills(skills)}"
        limit = self._plan.criteria.max_distance_km or np.inf
        full = ""
        some = min(A_FEW, len(members))
        while True:
            _, at = tree.query(xy, k=some)  # type: ignore[attr-defined]
            near = members[np.atleast_1d(at)]
            distance = problem.distance_km(self.centers[near], xy)
            for k, km in zip(near.tolist(), distance.tolist(), strict=True):
                name = problem.territories[k].id
                if km > limit:
                    tail = full or f"the nearest is {name}, {km:,.0f} km away"
                    return NONE, np.nan, f"no territory within {limit:,.0f} km has room: {tail}"
                lacking = room.lacking(k, load)
                if not lacking:
                    return k, km, ""
                full = full or f"the nearest, {name}, would exceed its {' and '.join(lacking)}"
            if some == len(members):
                return NONE, np.nan, f"no territory that may have it has room: {full}"
            some = min(4 * some, len(members))

    def _tree(self, skills: frozenset[str]) -> tuple[object, np.ndarray]:
        from scipy.spatial import KDTree

        if skills not in self._trees:
            territories = self._plan.problem.territories
            able = np.array([skills <= t.skills for t in territories], dtype=np.bool_)
            members = np.flatnonzero(able & np.isfinite(self.centers).all(axis=1))
            tree = KDTree(self.centers[members]) if len(members) else None
            self._trees[skills] = tree, members
        return self._trees[skills]


def told_skills(skills: frozenset[str]) -> str:
    """Return skills in words: "the skill 'health care'"."""
    word = "the skill" if len(skills) == 1 else "the skills"
    return f"{word} {' and '.join(repr(skill) for skill in sorted(skills))}"
