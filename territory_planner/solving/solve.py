"""`solve`: the recipe from a problem and criteria to a plan with its proof."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np

from territory_planner.domain.alignment import Alignment, today_by_unit
from territory_planner.domain.arrays import FloatArray
from territory_planner.domain.criteria import Criteria
from territory_planner.domain.plan import Plan, SolveOptions
from territory_planner.domain.problem import NONE, Problem
from territory_planner.domain.versions import versions
from territory_planner.errors import InfeasibleError, NoPlanFoundError
from territory_planner.evaluation.compactness import asks_for_centers, has_free_centers
from territory_planner.evaluation.objective import objective
from territory_planner.evaluation.violations import violations
from territory_planner.solving.budgets import budgets
from territory_planner.solving.compiled import compile_search
from territory_planner.solving.dual import Relaxation
from territory_planner.solving.farthest import counts_farthest, with_farthest
from territory_planner.solving.found import Found
from territory_planner.solving.free import with_free_centers
from territory_planner.solving.given import with_given_centers
from territory_planner.solving.lexicographic import in_order
from territory_planner.solving.medians.engine import with_unit_centers
from territory_planner.solving.medians.model import is_median_problem
from territory_planner.solving.number import of_best_number
from territory_planner.solving.presolve import conflicts
from territory_planner.solving.progress import Progress, Search
from territory_planner.solving.shaped import counts_outlines, with_any_centers, with_outlines
from territory_planner.solving.warm import Known, known_from

DISAGREEMENT = 1e-6
"""Relative difference between solver and evaluation above which the solver is wrong."""

ROUNDING_KM = 1e-9


def solve(
    problem: Problem,
    criteria: Criteria,
    options: SolveOptions | None = None,
    progress: Progress | None = None,
    start: Plan | Alignment | None = None,
) -> Plan:
    """Return the best plan found, measured again independently, with a proven lower bound.

    Parameters
    ----------
    problem, criteria
        The facts and the wishes.
    options
        Effort; `SolveOptions()` when left out.
    progress
        Called with each `Step` of the search: best value, bound and phase; when it returns True
        the search ends with the best plan so far. So it does at the first Ctrl-C.
    start
        Where to begin: an alignment of this problem, or a plan, of this problem or of one much
        like it, whose units and territories are found again by their ids.

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
    for name in (*criteria.bands, *(d.measure for d in criteria.disruption)):
        problem.measure_index(name)
    if criteria.n_territories is not None:
        return of_best_number(problem, criteria, options, progress, start, solve)
    known = known_from(problem, criteria, start)
    clashes = conflicts(problem, criteria)
    if clashes:
        raise InfeasibleError(clashes)
    if criteria.order == "lexicographic":
        return in_order(problem, criteria, options, progress, start, solve)
    compile_search(criteria, _found)
    # What the territories cost is the same for all plans: no engine counts it.
    constant = criteria.territory_cost * problem.n_territories
    costless = replace(criteria, territory_cost=0.0)
    search = Search(options, progress, constant)
    with search.interruptible():
        held = _held(problem, criteria, known)
        for value, _ in held:
            search.improved(value - search.constant, "start")
        found = _found(problem, costless, search, known)
        return _proven(problem, criteria, search, found, held)


def prepare(criteria: Criteria) -> None:
    """Have compiled what criteria of this kind need, before several processes ask for it at once.

    Kernels that one process has compiled are read by all others.
    """
    compile_search(criteria, _found)


def _found(
    problem: Problem, criteria: Criteria, search: Search, known: Known | None = None
) -> Found:
    """Return what the engine finds that the criteria ask for."""
    if counts_farthest(criteria):
        return with_farthest(problem, criteria, search, _found, known)
    rng = np.random.default_rng(search.options.seed)
    if not asks_for_centers(criteria):
        problem, criteria = with_any_centers(problem, criteria, rng)
    if counts_outlines(criteria):
        return with_outlines(problem, criteria, search, rng, known)
    if is_median_problem(problem, criteria):
        return with_unit_centers(problem, criteria, search, rng, known)
    if has_free_centers(problem, criteria):
        return with_free_centers(problem, criteria, search, rng, known)
    return with_given_centers(problem, criteria, search, rng, known)


def _held(
    problem: Problem, criteria: Criteria, known: Known | None
) -> list[tuple[float, Alignment]]:
    """Return what needs no search, where it holds the criteria: the start, and today's alignment.

    Each with its objective.
    """
    at_hand = [today_by_unit(problem)]
    if known is not None:
        at_hand.insert(0, Alignment(known.of))
    return [
        (objective(problem, alignment, criteria), alignment)
        for alignment in at_hand
        if not violations(problem, alignment, criteria)
    ]


def _proven(
    problem: Problem,
    criteria: Criteria,
    search: Search,
    found: Found,
    held: list[tuple[float, Alignment]],
) -> Plan:
    """Return the plan, once the independent evaluation has agreed with the solver.

    Parameters
    ----------
    held
        What to fall back on where nothing better was found.
    """
    best, relaxation = found.best, found.relaxation
    bound = found.bound + search.constant
    alignment = Alignment(best.of[found.model.atom_of])
    broken = violations(problem, alignment, criteria)
    if broken and not held:
        if search.is_interrupted:
            raise KeyboardInterrupt
        raise NoPlanFoundError(broken, alignment.territory_of.tolist(), search.seconds)
    value = objective(problem, alignment, criteria)
    claimed = best.value + search.constant
    # What the evaluation lets pass by a rounding, the solver may not: then it claims nothing.
    is_claimed = not broken and not has_free_centers(problem, criteria) and np.isfinite(claimed)
    if is_claimed and not np.isclose(value, claimed, rtol=DISAGREEMENT, atol=1e-9):
        raise AssertionError(f"the solver says {claimed!r} km, the evaluation {value!r} km")
    plans = held if broken else [(value, alignment), *held]
    value, alignment = min(plans, key=lambda plan: plan[0])
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
        tolls=_tolls(criteria, relaxation),
        losses=_losses(problem, criteria, relaxation),
        seconds=search.seconds,
        trace=tuple(search.steps),
        versions=versions(),
    )
    return replace(plan, stopped=_stopped(plan, search))


def _stopped(
    plan: Plan, search: Search
) -> Literal["gap reached", "time limit", "search finished", "stopped"]:
    if plan.status == "optimal":
        return "gap reached"
    if search.is_stopped:
        return "stopped"
    return "time limit" if search.is_over() else "search finished"


def _prices(problem: Problem, criteria: Criteria, relaxation: Relaxation) -> FloatArray:
    """Return the prices of all measures: zero for one without a band."""
    result = np.zeros(problem.target.shape)
    for b, name in enumerate(criteria.bands):
        result[:, problem.measure_index(name)] = relaxation.price[:, b]
    return result


def _tolls(criteria: Criteria, relaxation: Relaxation) -> FloatArray:
    """Return the tolls of all disruption entries: zero for one without a budget."""
    result = np.zeros(len(criteria.disruption))
    has_budget = np.array([d.budget is not None for d in criteria.disruption], dtype=np.bool_)
    # Those of what one territory may lose come after.
    result[has_budget] = relaxation.toll[: has_budget.sum()]
    return result


def _losses(problem: Problem, criteria: Criteria, relaxation: Relaxation) -> FloatArray:
    """Return the tolls of what each territory may lose: zero where that is not limited."""
    result = np.zeros((len(criteria.disruption), problem.n_territories))
    for row, toll in zip(budgets(problem, criteria), relaxation.toll, strict=False):
        if row.territory != NONE:
            result[row.entry, row.territory] = toll
    return result
