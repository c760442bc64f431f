"""`solve`: the recipe from a problem and criteria to a plan with its proof."""

from __future__ import annotations

from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version
from typing import Literal

import numpy as np

from territory_planner.domain.alignment import Alignment
from territory_planner.domain.arrays import FloatArray
from territory_planner.domain.criteria import Criteria
from territory_planner.domain.plan import Plan, SolveOptions
from territory_planner.domain.problem import Problem
from territory_planner.errors import InfeasibleError, NoPlanFoundError
from territory_planner.evaluation.compactness import has_free_centers
from territory_planner.evaluation.objective import objective
from territory_planner.evaluation.violations import violations
from territory_planner.solving.conflict import explained
from territory_planner.solving.dual import EXCESS, Relaxation
from territory_planner.solving.exact import EXACT_CANDIDATES, exact
from territory_planner.solving.improve import Outcome, improve
from territory_planner.solving.locate import located
from territory_planner.solving.model import Model, build_model
from territory_planner.solving.presolve import conflicts, stranded
from territory_planner.solving.progress import Progress, Search
from territory_planner.solving.relax import relax
from territory_planner.solving.scattered import scattered
from territory_planner.solving.start import starting_assignment

DISAGREEMENT = 1e-6
"""Relative difference between solver and evaluation above which the solver is wrong."""

ROUNDING_KM = 1e-9

PACKAGES = ("territory-planner", "ortools", "numpy", "scipy", "numba")


def solve(
    problem: Problem,
    criteria: Criteria,
    options: SolveOptions | None = None,
    progress: Progress | None = None,
) -> Plan:
    """Return the best plan found, measured again independently, with a proven lower bound.

    Parameters
    ----------
    problem, criteria
        The facts and the wishes.
    options
        Effort; `SolveOptions()` when left out.
    progress
        Called with each `Step` of the search: best value, bound and phase.

    Raises
    ------
    KeyError
        When the criteria name a measure that the problem does not have.
    InfeasibleError
        When no alignment holds the criteria together; names the ones that clash.
    NoPlanFoundError
        When the search ended without a plan and without a proof that there is none.
    """
    options = options or SolveOptions()
    search = Search(options, progress)
    for name in (*criteria.bands, *(d.measure for d in criteria.disruption)):
        problem.measure_index(name)
    clashes = conflicts(problem, criteria)
    if clashes:
        raise InfeasibleError(clashes)
    rng = np.random.default_rng(options.seed)
    has_free = has_free_centers(problem, criteria)
    if has_free:
        # Who may go where is asked before any center stands: then distance does not decide it yet.
        loose = replace(criteria, max_distance_km=None)
        anywhere = np.where(np.isnan(problem.home), 0.0, problem.home)
        nowhere = stranded(problem, loose, build_model(problem, loose, anywhere))
        if nowhere:
            raise InfeasibleError(nowhere)
    center = located(problem, criteria, search, rng)
    model = build_model(problem, criteria, center)
    if (np.diff(model.start) == 0).any():
        if not has_free:
            raise InfeasibleError(stranded(problem, criteria, model))
        # The centers stand too far off for some units; others might not.
        model = build_model(problem, loose, center)
    # With free centers the model is one choice of centers among many: its bound bounds nothing.
    recorded = search.silent() if has_free else search
    model, relaxation = relax(model, recorded)
    # Whether the bands can be held at all does not depend on where centers stand, unless distance
    # decides who may go where.
    is_proof = not has_free or criteria.max_distance_km is None
    if relaxation.excess > EXCESS and is_proof:
        raise InfeasibleError(explained(problem, criteria, center, search))
    if model.on_map.any():
        start, heat = starting_assignment(model, search)
        best, bound = improve(model, start, relaxation, search, rng, heat), relaxation.bound
    else:
        best, bound = scattered(model, relaxation, recorded, search, rng)
    bound = 0.0 if has_free else bound
    is_small = len(model.cost) <= EXACT_CANDIDATES and model.elsewhere is None
    if is_small and not search.is_over() and not search.has_closed():
        proof = exact(model, best, recorded)
        if proof.is_infeasible and is_proof:
            raise InfeasibleError(explained(problem, criteria, center, search))
        best, bound = proof.outcome, bound if has_free else max(bound, proof.bound)
    return _proven(problem, criteria, search, model, relaxation, best, bound)


def _proven(
    problem: Problem,
    criteria: Criteria,
    search: Search,
    model: Model,
    relaxation: Relaxation,
    best: Outcome,
    bound: float,
) -> Plan:
    """Return the plan, once the independent evaluation has agreed with the solver."""
    alignment = Alignment(best.of[model.atom_of])
    broken = violations(problem, alignment, criteria)
    if broken:
        raise NoPlanFoundError(broken, alignment.territory_of.tolist(), search.seconds)
    value = objective(problem, alignment, criteria)
    if not has_free_centers(problem, criteria) and not np.isclose(
        value, best.value, rtol=DISAGREEMENT, atol=1e-9
    ):
        raise AssertionError(f"the solver says {best.value!r} km, the evaluation {value!r} km")
    if bound > value * (1 + DISAGREEMENT) + ROUNDING_KM:
        raise AssertionError(f"the bound {bound!r} km is above a plan of {value!r} km")
    plan = Plan(
        problem=problem,
        criteria=criteria,
        options=search.options,
        alignment=alignment,
        objective=value,
        bound=min(bound, value),
        stopped="search finished",
        prices=_prices(problem, criteria, relaxation),
        seconds=search.seconds,
        trace=tuple(search.steps),
        versions=_versions(),
    )
    return replace(plan, stopped=_stopped(plan, search))


def _stopped(plan: Plan, search: Search) -> Literal["gap reached", "time limit", "search finished"]:
    if plan.status == "optimal":
        return "gap reached"
    return "time limit" if search.is_over() else "search finished"


def _prices(problem: Problem, criteria: Criteria, relaxation: Relaxation) -> FloatArray:
    """Return the prices of all measures: zero for one without a band."""
    result = np.zeros(problem.target.shape)
    for b, name in enumerate(criteria.bands):
        result[:, problem.measure_index(name)] = relaxation.price[:, b]
    return result


def _versions() -> dict[str, str]:
    found = {}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "not installed"
    return found
