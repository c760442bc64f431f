"""`repair`: manual edits of a plan kept, and every criterion restored with few moves more.

The plan with the edits in it is taken for today's alignment, the edits are locks, and what moves
beside them is made small first: a plan in lexicographic order, whose first stage has a bound on how
few moves will do. On large maps that bound is weak.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from territory_planner.domain.alignment import Alignment
from territory_planner.domain.criteria import Criteria, Disruption
from territory_planner.domain.plan import Plan, SolveOptions, Stage
from territory_planner.domain.problem import NONE, Problem
from territory_planner.domain.scenario import Lock
from territory_planner.errors import Fault, InputError, NoPlanFoundError
from territory_planner.evaluation.disruption import disruption
from territory_planner.evaluation.objective import objective
from territory_planner.evaluation.violations import violations
from territory_planner.scenarios.edits import made
from territory_planner.solving import solve

MANY = 0.005
"""Share of the measure: where more would move, another way is tried as well."""
PRICE = 2.0
"""Of moving all of the measure, in objectives of the plan."""


@dataclass(frozen=True)
class Repaired:
    """A plan with manual edits kept.

    Parameters
    ----------
    plan
        Of the problem with the edits as locks; its bound is that of the plan before, which had
        fewer locks, unless that spoke only of plans that move no more.
    edited, moved
        Indices of the accounts that the edits moved, and of those that moved beside them.
    stage
        The share of the measure that moved beside the edits, and a proven lower bound on it.
    broken
        Criteria about today that do not hold any more, in words: budgets that the edits and what
        they ask for exceed.
    """

    plan: Plan
    edited: tuple[int, ...]
    moved: tuple[int, ...]
    stage: Stage
    broken: tuple[str, ...]


def repair(
    plan: Plan,
    moves: Mapping[str, str],
    measure: str | None = None,
    options: SolveOptions | None = None,
) -> Repaired:
    """Return the plan with some accounts where somebody put them, and all bands held again.

    Parameters
    ----------
    moves
        Account id to territory id, or to its rep's id or name. The account's unit goes along.
    measure
        What moves beside the edits is counted in it; the first one when not given.
    options
        The effort; that of the plan when not given.

    Raises
    ------
    InputError
        With every edit that cannot be made: unknown ids, forbidden pairs, accounts locked
        elsewhere, two accounts of one unit in different territories.
    InfeasibleError, NoPlanFoundError
        When the edits clash with the criteria, or no plan was found in time.
    """
    problem, criteria, was = plan.problem, plan.criteria, plan.alignment.territory_of
    name = measure or problem.measures[0].name
    known = [m.name for m in problem.measures]
    if name not in known:
        message = f"'{name}' is not a measure. There are: {', '.join(known)}."
        raise InputError([Fault("the edits", message)])
    locks = {
        f"{account}={territory}": Lock(account, territory) for account, territory in moves.items()
    }
    edited, faults = made(problem, locks, "the edits")
    if faults:
        raise InputError(faults)
    here = np.where(edited.locked != NONE, edited.locked, was)
    changed = here != was
    accounts = replace(edited.accounts, current=here[problem.accounts.unit])
    effort = options or plan.options
    # The number of territories was chosen when the plan was made.
    wish = replace(criteria, disruption=(Disruption(name),), n_territories=None)
    found = _least_moved(replace(edited, accounts=accounts), wish, effort, Alignment(here), plan)
    alignment = found.alignment
    value = objective(edited, alignment, criteria)
    repaired = replace(
        found,
        problem=edited,
        criteria=criteria,
        options=effort,
        alignment=alignment,
        objective=value,
        bound=min(plan.bound, value) if criteria.order == "weights" else 0.0,
        tolls=np.zeros(len(criteria.disruption)),
        losses=np.zeros((0, 0)),
        stages=(),
    )
    moved = (alignment.territory_of != was)[problem.accounts.unit]
    by_hand = changed[problem.accounts.unit]
    return Repaired(
        plan=repaired,
        edited=tuple(np.flatnonzero(by_hand).tolist()),
        moved=tuple(np.flatnonzero(moved & ~by_hand).tolist()),
        stage=found.stages[0],
        broken=tuple(violations(edited, alignment, criteria)),
    )


def _least_moved(
    problem: Problem, criteria: Criteria, options: SolveOptions, start: Alignment, plan: Plan
) -> Plan:
    """Return a plan that moves little, and in its one stage how much, and how much at least.

    Where an edit lies deep in another territory, few moves may not be found for themselves: then
    they have a price beside the distances, which lead the search.
    """
    (entry,) = criteria.disruption
    half = replace(options, time_limit_s=options.time_limit_s / 2)
    found, trouble = list[Plan](), None
    try:
        found.append(solve(problem, replace(criteria, order="lexicographic"), half, start=start))
    except NoPlanFoundError as error:
        trouble = error
    if not found or found[0].stages[0].moved > MANY:
        price = replace(entry, cost=PRICE * max(plan.objective, 1.0))
        priced = replace(criteria, order="weights", disruption=(price,))
        try:
            other = solve(problem, priced, half, start=start)
        except NoPlanFoundError:
            if trouble is not None:
                raise trouble from None
        else:
            share = disruption(problem, other.alignment)[problem.measure_index(entry.measure)]
            bound = found[0].stages[0].bound if found else 0.0
            found.append(replace(other, stages=(Stage(entry.measure, float(share), bound),)))
    return min(found, key=lambda one: one.stages[0].moved)
