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
from territory_planner.errors import InfeasibleError
from territory_planner.evaluation.compactness import diameter_km, has_free_centers, unit_weight
from territory_planner.solving.conflict import explained
from territory_planner.solving.dispersion import least_diameter
from territory_planner.solving.dual import EXCESS
from territory_planner.solving.found import Found, judged
from territory_planner.solving.land import listed_land
from territory_planner.solving.locate import begun_at, located
from territory_planner.solving.model import Model, build_model
from territory_planner.solving.presolve import stranded
from territory_planner.solving.progress import Search
from territory_planner.solving.relax import relax
from territory_planner.solving.reshape import reshape
from territory_planner.solving.shape import build_shape
from territory_planner.solving.start import given_start
from territory_planner.solving.warm import Known

SETTLING = 20
"""Rounds in which centers of a first start move to the middle of what is nearest to them."""


def counts_outlines(criteria: Criteria) -> bool:
    """Return whether the objective counts diameters or cut edges."""
    return criteria.worth("diameter") > 0 or criteria.worth("cut_edges") > 0


def counts_distances(criteria: Criteria) -> bool:
    """Return whether the objective has a price for each unit's distance."""
    return criteria.worth("distance") > 0 or criteria.worth("inertia") > 0


def middles(problem: Problem, criteria: Criteria, rng: np.random.Generator) -> FloatArray:
    """Return ``(n_territories, 2)`` centers in metres: homes, the others spread over the units.

    Centers that only begin at homes move to the middle of what is nearest to them.
    """
    xy, weight = problem.units.xy, unit_weight(problem, criteria)
    center = begun_at(problem, criteria)
    free = np.isnan(center[:, 0])
    draws = rng.choice(len(xy), free.sum(), replace=free.sum() > len(xy))
    center[free] = xy[draws]
    free |= criteria.centers != "home"
    if not free.any():
        return center
    for _ in range(SETTLING):
        nearest = cKDTree(center).query(xy)[1]
        total = np.bincount(nearest, weight, len(center))
        moved = free & (total > 0)
        for axis in (0, 1):
            sums = np.bincount(nearest, weight * xy[:, axis], len(center))
            center[moved, axis] = sums[moved] / total[moved]
    return center


def with_any_centers(
    problem: Problem, criteria: Criteria, rng: np.random.Generator
) -> tuple[Problem, Criteria]:
    """Return the problem with a home for everyone, for criteria to which centers do not matter."""
    center = middles(problem, criteria, rng)
    territories = tuple(
        replace(territory, home=(float(x), float(y)))
        for territory, (x, y) in zip(problem.territories, center, strict=True)
    )
    return replace(problem, territories=territories), replace(criteria, centers="home")


def with_outlines(
    problem: Problem,
    criteria: Criteria,
    search: Search,
    rng: np.random.Generator,
    known: Known | None = None,
) -> Found:
    """Return the best plan found, and what diameters, distances and disruption come to at least.

    Parameters
    ----------
    known
        Where to begin, if anywhere.

    Raises
    ------
    InfeasibleError
        When it is proven that there is none.
    """
    has_free = has_free_centers(problem, criteria)
    loose = replace(criteria, max_distance_km=None) if has_free else criteria
    if counts_distances(criteria) and has_free:
        center = located(problem, loose, search, rng)[0].center
    else:
        center = middles(problem, criteria, rng)
    model = build_model(problem, loose, center)
    if (np.diff(model.start) == 0).any():
        raise InfeasibleError(stranded(problem, loose, model))
    # With free centers the model is one choice of centers among many: its bound bounds nothing.
    model, relaxation = relax(model, search.silent())
    if relaxation.excess > EXCESS:
        raise InfeasibleError(explained(problem, loose, center, search))
    shape = build_shape(problem, criteria, model)
    floor_km, bound = 0.0, 0.0 if has_free else relaxation.bound
    if worth := criteria.worth("diameter"):
        floor_km = least_diameter(problem, rng)
        bound += worth * floor_km
    search.improved_bound(bound, "outlines")
    # The first start is compact by distances, whether they count or not.
    compact = replace(loose, compactness={"distance": 1.0})
    guide = model if counts_distances(criteria) else build_model(problem, compact, center)
    land = listed_land(guide, guide.cost)
    start = given_start(
        guide, land, center, relaxation, search.silent(), known.of if known else None
    ).of
    judge = _Judge(problem, criteria, model)
    best = reshape(model, shape, start, judge, floor_km, search, rng)
    return Found(model, relaxation, best, bound)


@dataclass(frozen=True, eq=False)
class _Judge:
    """What an assignment of atoms is worth, told by the evaluation."""

    problem: Problem
    criteria: Criteria
    model: Model

    def value(self, of: IntArray) -> float:
        """Return the objective in km; infinite when a limit is broken."""
        return judged(self.problem, self.criteria, self.model, of)

    def diameter(self, of: IntArray) -> float:
        """Return the largest diameter in km."""
        return float(diameter_km(self.problem, Alignment(of[self.model.atom_of])).max(initial=0.0))
