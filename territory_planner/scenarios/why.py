"""`why`: what it would cost to leave an account with the rep who serves it today.

The cost is not read off prices: the plan is made again with that one lock, begun at the plan.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from territory_planner.domain.criteria import Criteria
from territory_planner.domain.plan import Plan, SolveOptions
from territory_planner.domain.problem import NONE, Problem
from territory_planner.domain.scenario import Lock
from territory_planner.errors import Fault, InfeasibleError, InputError, NoPlanFoundError
from territory_planner.evaluation.balance import relative_deviation
from territory_planner.evaluation.compactness import centers
from territory_planner.evaluation.prices import Price, price_list, reduced_costs
from territory_planner.scenarios.edits import EditError, account_index, applied
from territory_planner.solving import solve

MOST, SHOWN = 1000, 3
"""Dear limits that are looked at, and those that are told."""


@dataclass(frozen=True)
class Balance:
    """How far a territory is from its target in a measure, in the plan and with the account kept.

    Parameters
    ----------
    territory, measure
        Indices.
    planned, kept
        Relative deviations from target; ``kept`` is None where there is no such plan.
    """

    territory: int
    measure: int
    planned: float
    kept: float | None


@dataclass(frozen=True)
class Why:
    """Why an account is where a plan puts it.

    Parameters
    ----------
    account, territory, today
        Indices; ``today`` is ``NONE`` where nobody serves the account.
    kept
        The plan with the account's unit locked to today's territory: the plan itself where it is
        there already; None where there is no such plan, or nobody serves it today.
    clash
        Why there is none.
    others
        How many other accounts lie elsewhere in it.
    balance
        Of today's territory and the new one, in every banded measure.
    next_best, next_best_km
        The next best territory for the account's unit and what it would cost more, in km of
        objective, at the plan's prices and with all else as it is; ``NONE`` where no other may
        have it.
    binding
        The limits that cost the most and touch either territory, the dearest first.
    """

    account: int
    territory: int
    today: int
    kept: Plan | None
    clash: str
    others: int
    balance: tuple[Balance, ...]
    next_best: int
    next_best_km: float
    binding: tuple[Price, ...]


Search = Callable[[Problem, Criteria, SolveOptions, Plan], Plan]
"""Plans a problem, begun at a plan."""


def _begun_at(problem: Problem, criteria: Criteria, options: SolveOptions, start: Plan) -> Plan:
    return solve(problem, criteria, options, start=start)


def why(
    plan: Plan, account: str, options: SolveOptions | None = None, search: Search = _begun_at
) -> Why:
    """Return why an account is where a plan puts it.

    Parameters
    ----------
    account
        Its id.
    options
        The effort of the plan with the lock; that of the plan when not given.
    search
        Makes the plan with the lock, where one has to be made.

    Raises
    ------
    InputError
        When there is no such account.
    """
    problem = plan.problem
    a = _index(plan, account)
    today = int(problem.accounts.current[a])
    here = int(plan.alignment.territory_of[problem.accounts.unit[a]])
    if today in (NONE, here):
        return explained(plan, account, plan if today == here else None)
    # The number of territories was chosen when the plan was made.
    wish = replace(plan.criteria, n_territories=None)
    try:
        locked = applied(Lock(account, problem.territories[today].id), problem)
        kept = search(locked, wish, options or plan.options, plan)
    except (EditError, InfeasibleError, NoPlanFoundError) as error:
        return explained(plan, account, None, str(error))
    return explained(plan, account, kept)


def explained(plan: Plan, account: str, kept: Plan | None, clash: str = "") -> Why:
    """Return why an account is where a plan puts it, once it is known what keeping it leads to.

    Parameters
    ----------
    kept, clash
        As in `Why`.

    Raises
    ------
    InputError
        When there is no such account.
    """
    problem, criteria = plan.problem, plan.criteria
    a = _index(plan, account)
    unit, today = int(problem.accounts.unit[a]), int(problem.accounts.current[a])
    here = int(plan.alignment.territory_of[unit])
    center = centers(problem, plan.alignment, criteria)
    cost = reduced_costs(plan, np.array([unit]), center)[0]
    other = np.where(np.arange(problem.n_territories) == here, np.inf, cost)
    best = int(np.argmin(other))
    sides = [k for k in dict.fromkeys((today, here)) if k != NONE]
    return Why(
        account=a,
        territory=here,
        today=today,
        kept=kept,
        clash=clash,
        others=0 if kept is None else _others(plan, kept, a),
        balance=_balance(plan, kept, sides),
        next_best=best if np.isfinite(other[best]) else NONE,
        next_best_km=float(other[best] - cost[here]),
        binding=tuple(p for p in price_list(plan, MOST) if p.territory in (*sides, NONE))[:SHOWN],
    )


def _index(plan: Plan, account: str) -> int:
    try:
        return account_index(plan.problem, account)
    except EditError as error:
        raise InputError([Fault("the plan", f"{error}")]) from error


def _others(plan: Plan, kept: Plan, account: int) -> int:
    differs = plan.alignment.of_accounts(plan.problem) != kept.alignment.of_accounts(plan.problem)
    differs[account] = False
    return int(differs.sum())


def _balance(plan: Plan, kept: Plan | None, territories: list[int]) -> tuple[Balance, ...]:
    now = relative_deviation(plan.problem, plan.alignment)
    then = None if kept is None else relative_deviation(plan.problem, kept.alignment)
    measures = [plan.problem.measure_index(name) for name in plan.criteria.bands]
    return tuple(
        Balance(k, q, float(now[k, q]), None if then is None else float(then[k, q]))
        for k in territories
        for q in measures
    )
