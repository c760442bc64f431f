"""Given centers: the relaxation, a search on the map or off it, and the exact model when small."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from territory_planner.domain.arrays import FloatArray
from territory_planner.domain.criteria import Criteria
from territory_planner.domain.problem import Problem
from territory_planner.errors import InfeasibleError
from territory_planner.solving.candidates import FEW, NEAREST
from territory_planner.solving.conflict import explained
from territory_planner.solving.drawn import Drawing
from territory_planner.solving.dual import EXCESS, Relaxation
from territory_planner.solving.exact import exact, is_small
from territory_planner.solving.few_moves import few_moves, moves_alone_cost
from territory_planner.solving.found import Found
from territory_planner.solving.improve import Outcome, Start, improve
from territory_planner.solving.land import Land, listed_land
from territory_planner.solving.model import Model, build_model
from territory_planner.solving.nearby import mended
from territory_planner.solving.presolve import stranded
from territory_planner.solving.progress import Search
from territory_planner.solving.reduced import reduced_costs
from territory_planner.solving.relax import relax
from territory_planner.solving.scattered import scattered
from territory_planner.solving.start import given_start
from territory_planner.solving.warm import Known

CLOSED = 1e-9
"""Share by which a value and its bound may differ by rounding."""


def with_given_centers(
    problem: Problem,
    criteria: Criteria,
    search: Search,
    rng: np.random.Generator,
    known: Known | None = None,
) -> Found:
    """Return the best plan found for rep homes, with its bound.

    Parameters
    ----------
    known
        Where to begin, if anywhere.

    Raises
    ------
    InfeasibleError
        When it is proven that there is none.
    """
    center = problem.home
    # Off the map prices list what else may count; on it, all that borders may be drawn by.
    model = build_model(problem, criteria, center, NEAREST if criteria.contiguous else FEW)
    if (np.diff(model.start) == 0).any():
        raise InfeasibleError(stranded(problem, criteria, model))
    model, relaxation = relax(model, search, known.relaxation(len(model.budget)) if known else None)
    if relaxation.excess > EXCESS:
        raise InfeasibleError(explained(problem, criteria, center, search))
    land = listed_land(model, reduced_costs(model, relaxation.price, relaxation.toll))
    start = given_start(model, land, center, relaxation, search, known.of if known else None)
    if model.on_map.any():
        best, bound = _on_map(problem, model, land, center, relaxation, start, search, rng, known)
    else:
        best, bound = scattered(model, land, start, relaxation, search, rng)
    if is_small(model) and not search.is_over() and not search.has_closed():
        proof = exact(model, best, search)
        if proof.is_infeasible:
            raise InfeasibleError(explained(problem, criteria, center, search))
        best, bound = proof.outcome, max(bound, proof.bound)
    return Found(model, relaxation, best, bound)


def _on_map(
    problem: Problem,
    model: Model,
    land: Land,
    center: FloatArray,
    relaxation: Relaxation,
    start: Start,
    search: Search,
    rng: np.random.Generator,
    known: Known | None,
) -> tuple[Outcome, float]:
    """Return the best outcome on the map, and its bound: all is drawn unless what is known will do.

    Where a territory is gone or new, mending what is known may lead nowhere, or not far enough.
    """
    best = Outcome(start.of, np.inf)
    if known and moves_alone_cost(model):
        best, bound = few_moves(problem, model, center, relaxation, start.of, search)
        relaxation = replace(relaxation, bound=bound)
        search.improved_bound(bound, "few moves")
        search.improved(best.value, "few moves")
        if best.value <= bound * (1 + CLOSED):
            return best, bound
    drawing = Drawing(model, land, center, relaxation, search, rng)
    if known:
        best = min(mended(drawing, best.of, known), best, key=lambda one: one.guided)
    if not np.isfinite(best.value) and not search.is_over():
        if known:
            start = given_start(model, land, center, relaxation, search)
        best = min(drawing.drawn(start.of), best, key=lambda one: one.guided)
    if not np.isfinite(best.value) and not search.is_over():
        # Prices may hold a territory back from where alone its limits can be met.
        best = min(improve(model, land, [start], search, rng), best, key=lambda one: one.guided)
    return best, relaxation.bound
