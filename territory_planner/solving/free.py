"""Free centers: placed well, then followed by annealing; the exact model when small."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from territory_planner.domain.arrays import FloatArray
from territory_planner.domain.criteria import Criteria
from territory_planner.domain.problem import NONE, Problem
from territory_planner.errors import InfeasibleError
from territory_planner.solving.candidates import NEAREST
from territory_planner.solving.carve import FREED, carved
from territory_planner.solving.conflict import explained
from territory_planner.solving.dual import EXCESS, Relaxation
from territory_planner.solving.exact import EXACT_CANDIDATES, exact, is_small
from territory_planner.solving.found import Found
from territory_planner.solving.improve import Outcome, Start, improve
from territory_planner.solving.land import measured_land
from territory_planner.solving.locate import located
from territory_planner.solving.model import build_model
from territory_planner.solving.places import among_places
from territory_planner.solving.presolve import stranded
from territory_planner.solving.progress import Search
from territory_planner.solving.relax import relax
from territory_planner.solving.start import SETTLED, located_start
from territory_planner.solving.warm import Known, located_by


def with_free_centers(
    problem: Problem,
    criteria: Criteria,
    search: Search,
    rng: np.random.Generator,
    known: Known | None = None,
) -> Found:
    """Return the best plan found whose centers follow their territories; it has no bound.

    Parameters
    ----------
    known
        Where to begin, if anywhere.

    Raises
    ------
    InfeasibleError
        When it is proven that there is none.
    """
    # Where centers are being moved, a limit on distance would only lock them where they stand.
    loose = replace(criteria, max_distance_km=None)
    is_listed = _has_rules(problem, loose)
    if is_listed:
        # Who may go where is asked before any center stands: distance does not decide it yet.
        nowhere = stranded(problem, loose, build_model(problem, loose, _somewhere(problem)))
        if nowhere:
            raise InfeasibleError(nowhere)
    here = None if known is None else located_by(problem, loose, known.of)
    places = located(problem, loose, search, rng) if here is None else [here]
    best, center = None, places[0].center
    model = build_model(problem, loose, center, NEAREST if is_listed else 0)
    # A known start is mended where it stands, so that nothing worse can come of it.
    if here is None and not criteria.contiguous and criteria.centers != "unit":
        best = among_places(problem, loose, places, search, rng)
    if best is None:
        free = np.isnan(problem.home[:, 0]) | (criteria.centers != "home")
        land = measured_land(model, problem, loose, center, free)
        chosen = places[: search.options.workers]
        starts = [located_start(model, land, place, here is not None) for place in chosen]
        if criteria.contiguous and here is None:
            held, start = carved(model, land, starts[0], search, rng)
            if start is not starts[0]:
                best = improve(model, held, [start], search, rng)
                center = start.center if best.center is None else best.center
                starts = [Start(best.of, center, SETTLED, firmness=FREED)]
        best = improve(model, land, starts, search, rng)
    # One choice of centers among many: its bound bounds nothing. Whether the bands can be held at
    # all does not depend on where centers stand, unless distance decides who may go where.
    recorded, is_proof = search.silent(), criteria.max_distance_km is None
    relaxation = Relaxation(np.zeros_like(model.target), np.zeros(len(model.budget)), 0.0)
    if problem.n_units * problem.n_territories <= EXACT_CANDIDATES or not np.isfinite(best.value):
        center = center if best.center is None else best.center
        model = build_model(problem, criteria, center)
        if (np.diff(model.start) == 0).any():
            # The centers stand too far off for some units; others might not.
            model = build_model(problem, loose, center)
        model, relaxation = relax(model, recorded)
        if relaxation.excess > EXCESS and is_proof:
            raise InfeasibleError(explained(problem, criteria, center, search))
        if is_small(model) and not search.is_over():
            held = np.isfinite(best.value) and (model.position(best.of) != NONE).all()
            reached = Outcome(best.of, model.value(best.of) if held else np.inf)
            proof = exact(model, reached, recorded)
            if proof.is_infeasible and is_proof:
                raise InfeasibleError(explained(problem, criteria, center, search))
            best = proof.outcome
    return Found(model, relaxation, best, 0.0)


def _has_rules(problem: Problem, criteria: Criteria) -> bool:
    """Return whether anything but distance tells one territory from another to a unit."""
    return bool(
        (problem.locked != NONE).any()
        or len(problem.forbidden)
        or (problem.skill_class != 0).any()
        or criteria.disruption
    )


def _somewhere(problem: Problem) -> FloatArray:
    return np.where(np.isnan(problem.home), 0.0, problem.home)
