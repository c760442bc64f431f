"""Plans whose objective counts outlines: the largest diameter, cut edges, or both.

Such an objective has no price per unit and territory, so that the relaxation says only whether the
bands can be held, and what distances and disruption cost at the least. The search is `reshape`'s;
the bound adds what diameters and cut edges must come to.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.spatial import cKDTree

from territory_planner.domain.alignment import Alignment
from territory_planner.domain.arrays import FloatArray, IntArray
from territory_planner.domain.criteria import Criteria
from territory_planner.domain.problem import Problem
from territory_planner.evaluation.compactness import diameter_km, unit_weight
from territory_planner.evaluation.objective import objective
from territory_planner.evaluation.violations import violations
from territory_planner.solving.dispersion import least_diameter
from territory_planner.solving.dual import Relaxation
from territory_planner.solving.improve import Outcome
from territory_planner.solving.model import Model, build_model
from territory_planner.solving.moves import FEASIBLE
from territory_planner.solving.progress import Search
from territory_planner.solving.reshape import reshape
from territory_planner.solving.shape import build_shape
from territory_planner.solving.start import starting_assignment

SETTLING = 20
"""Rounds in which centers of a first start move to the middle of what is nearest to them."""


def counts_outlines(criteria: Criteria) -> bool:
    """Return whether the objective counts diameters or cut edges."""
    return criteria.worth("diameter") > 0 or criteria.worth("cut_edges") > 0


def counts_distances(criteria: Criteria) -> bool:
    """Return whether the objective has a price for each unit's distance."""
    return criteria.worth("distance") > 0 or criteria.worth("inertia") > 0


def middles(problem: Problem, criteria: Criteria, rng: np.random.Generator) -> FloatArray:
    """Return ``(n_territories, 2)`` centers in metres: homes, the others spread over the units."""
    xy, weight = problem.units.xy, unit_weight(problem, criteria)
    center = problem.home.copy()
    if criteria.centers != "home":
        center[:] = np.nan
    free = np.isnan(center[:, 0])
    if not free.any():
        return center
    draws = rng.choice(len(xy), free.sum(), replace=free.sum() > len(xy))
    center[free] = xy[draws]
    for _ in range(SETTLING):
        nearest = cKDTree(center).query(xy)[1]
        total = np.bincount(nearest, weight, len(center))
        moved = free & (total > 0)
        for axis in (0, 1):
            sums = np.bincount(nearest, weight * xy[:, axis], len(center))
            center[moved, axis] = sums[moved] / total[moved]
    return center


def shaped(
    problem: Problem,
    criteria: Criteria,
    model: Model,
    center: FloatArray,
    relaxation: Relaxation,
    search: Search,
    rng: np.random.Generator,
) -> tuple[Outcome, float]:
    """Return the best plan found and the bound that outlines add to the relaxation's, in km."""
    shape = build_shape(problem, criteria, model)
    floor_km, bound = 0.0, 0.0
    if worth := criteria.worth("diameter"):
        floor_km = least_diameter(problem, rng)
        bound = worth * floor_km
    # The first start is compact by distances, whether they count or not.
    compact = replace(criteria, compactness={"distance": 1.0})
    guide = model if counts_distances(criteria) else build_model(problem, compact, center)
    start, _ = starting_assignment(guide, relaxation, search.silent())
    judge = _Judge(problem, criteria, model)
    return reshape(model, shape, start, judge, floor_km, search, rng), bound


@dataclass(frozen=True, eq=False)
class _Judge:
    """What an assignment of atoms is worth, told by the evaluation."""

    problem: Problem
    criteria: Criteria
    model: Model

    def value(self, of: IntArray) -> float:
        """Return the objective in km; infinite when a limit is broken."""
        if self.model.violation(of) > FEASIBLE:
            return np.inf
        alignment = Alignment(of[self.model.atom_of])
        if violations(self.problem, alignment, self.criteria):
            return np.inf
        return objective(self.problem, alignment, self.criteria)

    def diameter(self, of: IntArray) -> float:
        """Return the largest diameter in km."""
        return float(diameter_km(self.problem, Alignment(of[self.model.atom_of])).max(initial=0.0))
