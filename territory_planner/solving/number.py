"""The number of territories, chosen in a range: each number is a problem of its own, equation (33).

New territories are vacant and stand where they serve best; a territory is closed only where nobody
has a home in it, holds accounts today, or is locked to it. In lexicographic order what moves goes
before the objective between numbers too.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from itertools import count, islice

import numpy as np

from territory_planner.domain.alignment import Alignment
from territory_planner.domain.arrays import FloatArray
from territory_planner.domain.criteria import Criteria
from territory_planner.domain.plan import Plan, SolveOptions
from territory_planner.domain.problem import NONE, Problem
from territory_planner.domain.territory import Territory
from territory_planner.errors import Conflict, InfeasibleError, NoPlanFoundError
from territory_planner.evaluation.disruption import disruption
from territory_planner.evaluation.objective import objective
from territory_planner.solving.lexicographic import ROOM
from territory_planner.solving.progress import Progress, Solve

SURVEY_SHARE = 0.6
"""Of the time, what trying every number takes together; the rest is for the best of them."""

DIGITS = 6
"""Of a share that moves, between plans of different numbers; what agrees in them is alike."""


def of_best_number(
    problem: Problem,
    criteria: Criteria,
    options: SolveOptions,
    progress: Progress | None,
    start: Plan | Alignment | None,
    solve: Solve,
) -> Plan:
    """Return the best plan found over all numbers of territories in the range.

    Its problem has the territories it uses. Its bound is of the plans of every number.

    Parameters
    ----------
    solve
        Solves a problem whose number of territories is given.

    Raises
    ------
    InfeasibleError, NoPlanFoundError
        When no number has a plan, or none was found in time; when territories would have to be
        closed that are in use.
    """
    assert criteria.n_territories is not None
    least, most = criteria.n_territories
    cases = [with_number(problem, number) for number in range(least, most + 1)]
    given = replace(criteria, n_territories=None)
    plans: list[Plan] = []
    numbers = {case.n_territories for case in cases}
    failures: list[InfeasibleError | NoPlanFoundError] = []
    each = replace(options, time_limit_s=SURVEY_SHARE * options.time_limit_s / len(cases))
    spent = 0.0
    for case in cases:
        # An alignment speaks of the number it was made for alone.
        known = start if isinstance(start, Plan) or case is problem else None
        try:
            plan = solve(case, given, each, progress, known)
        except InfeasibleError as error:
            failures.append(error)
            numbers.remove(case.n_territories)
            continue
        except NoPlanFoundError as error:
            failures.append(error)
            spent += error.seconds
            continue
        plans.append(plan)
        spent += plan.seconds
        if plan.stopped == "stopped":
            break
    if not plans:
        raise next((e for e in failures if isinstance(e, NoPlanFoundError)), failures[0])
    best = min(plans, key=_rank)
    left = options.time_limit_s - spent
    if left > 0 and best.status != "optimal" and best.stopped != "stopped":
        rest = replace(options, time_limit_s=left)
        with suppress(NoPlanFoundError):
            again = solve(best.problem, given, rest, progress, best)
            spent += again.seconds
            plans.append(again)
            best = min(best, again, key=_rank)
    *moved, bound = np.min([_floor(number, plans, best, criteria) for number in numbers], axis=0)
    value = objective(best.problem, best.alignment, criteria)
    return replace(
        best,
        criteria=criteria,
        options=options,
        seconds=spent,
        objective=value,
        bound=min(value, float(bound)),
        stages=tuple(
            replace(stage, bound=min(stage.moved, float(least)))
            for stage, least in zip(best.stages, moved, strict=False)
        ),
    )


def _moved(plan: Plan) -> list[float]:
    """Return the shares that move, where they go before the rest."""
    if plan.criteria.order == "weights":
        return []
    share = disruption(plan.problem, plan.alignment)
    return [
        float(share[plan.problem.measure_index(entry.measure)])
        for entry in plan.criteria.disruption
    ]


def _rank(plan: Plan) -> list[float]:
    """Return what is to be small, the first first."""
    return [*(round(share, DIGITS) for share in _moved(plan)), plan.objective]


def _floor(number: int, plans: list[Plan], best: Plan, criteria: Criteria) -> FloatArray:
    """Return what no plan of a number is below that moves no more than the best, as `_rank` has it.

    Infinite where there is none; what its territories cost, where no more is known.
    """
    most = _moved(best)
    floor = np.zeros(len(most) + 1)
    floor[-1] = criteria.territory_cost * number
    for plan in plans:
        if plan.problem.n_territories == number:
            floor = np.maximum(floor, _claimed(plan, most))
    return floor


def _claimed(plan: Plan, most: list[float]) -> FloatArray:
    """Return what a plan claims of those of its number that move no more than a share each."""
    claimed = np.zeros(len(most) + 1)
    for s, (stage, share) in enumerate(zip(plan.stages, most, strict=False)):
        claimed[s] = stage.bound
        if round(stage.bound - share, DIGITS) > 0:
            claimed[s + 1 :] = np.inf
            return claimed
        if stage.moved + ROOM < share:
            # The stages after it knew a smaller budget: they say nothing of those that need more.
            return claimed
    claimed[-1] = plan.bound
    return claimed


def with_number(problem: Problem, number: int) -> Problem:
    """Return the problem with that many territories, every measure shared out anew.

    Raises
    ------
    InfeasibleError
        When territories would have to be closed that are in use.
    """
    k = problem.n_territories
    if number == k:
        return problem
    if number > k:
        new = vacancies(problem, number - k)
        rows = np.vstack([problem.target, np.tile(problem.target.mean(axis=0), (len(new), 1))])
        territories = (*problem.territories, *new)
        return replace(problem, territories=territories, target=_shared(problem, rows))
    used = {*problem.accounts.current.tolist(), *problem.locked.tolist()}
    spare = [t for t in range(k) if problem.territories[t].home is None and t not in used]
    if len(spare) < k - number:
        raise InfeasibleError(
            [
                Conflict(
                    (
                        f"a plan of {number} territories is to be tried",
                        f"{k - len(spare)} territories have a home, accounts today or a lock",
                    ),
                    "Raise the least number of territories, or take reps out of the table.",
                )
            ]
        )
    kept = np.setdiff1d(np.arange(k), spare[len(spare) - (k - number) :])
    place = np.full(k + 1, NONE)
    place[kept] = np.arange(number)
    forbidden = problem.forbidden[np.isin(problem.forbidden[:, 1], kept)]
    return replace(
        problem,
        territories=tuple(problem.territories[t] for t in kept),
        target=_shared(problem, problem.target[kept]),
        locked=place[problem.locked],
        forbidden=np.column_stack([forbidden[:, 0], place[forbidden[:, 1]]]),
        accounts=replace(problem.accounts, current=place[problem.accounts.current]),
    )


def vacancies(problem: Problem, number: int) -> list[Territory]:
    """Return new territories without rep or home, of mean share and with every skill asked for."""
    taken = {territory.id for territory in problem.territories}
    names = islice((n for n in count(1) if f"NEW-{n}" not in taken), number)
    skills = frozenset().union(*problem.required_skills)
    share = float(np.mean([territory.share for territory in problem.territories]))
    return [Territory(f"NEW-{n}", f"New territory {n}", None, share, skills=skills) for n in names]


def _shared(problem: Problem, rows: FloatArray) -> FloatArray:
    """Return targets in the proportion of the given rows that sum to what they summed to."""
    total = rows.sum(axis=0)
    factor = np.divide(problem.target.sum(axis=0), total, out=np.ones_like(total), where=total > 0)
    shared: FloatArray = rows * factor
    return shared
