"""`repair`: manual edits of a plan kept, and every criterion restored with few moves more.

The plan with the edits in it is taken for today's alignment, the edits are locks, and what moves
beside them is made small, with a bound on how few moves will do: that of the relaxation on large
maps, where what moves in whole steps makes it a proof more often.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from territory_planner.domain.alignment import Alignment
from territory_planner.domain.criteria import Criteria, Disruption
from territory_planner.domain.plan import Plan, SolveOptions, Stage
from territory_planner.domain.problem import NONE, Problem
from territory_planner.domain.scenario import Lock
from territory_planner.domain.steps import common_step, in_steps
from territory_planner.errors import Fault, InputError, NoPlanFoundError
from territory_planner.evaluation.disruption import disruption
from territory_planner.evaluation.objective import objective
from territory_planner.evaluation.violations import violations
from territory_planner.scenarios.edits import faults_of, made
from territory_planner.solving import solve

SMALL = 2500
"""Pairs of unit and territory up to which few moves are sought, and proven, by themselves."""
FIRST = 0.7
"""Of the time, what finding few moves may take; the rest is for the objective."""
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

    @property
    def is_proven(self) -> bool:
        """Whether it is proven that no repair moves less."""
        return self.stage.is_proven


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
    criteria, name = plan.criteria, measure or plan.problem.measures[0].name
    edited = edited_problem(plan, moves, measure)
    here = _by_hand(plan, edited)
    accounts = replace(edited.accounts, current=here[edited.accounts.unit])
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
    return repaired_from(plan, repaired, found.stages[0])


def edited_problem(plan: Plan, moves: Mapping[str, str], measure: str | None = None) -> Problem:
    """Return a plan's problem with manual edits as locks; parameters and errors as in `repair`."""
    known = [m.name for m in plan.problem.measures]
    if measure is not None and measure not in known:
        message = f"'{measure}' is not a measure. There are: {', '.join(known)}."
        raise InputError([Fault("the edits", message)])
    edited, wrong = made(plan.problem, _locks(moves))
    if wrong:
        called = {f"{account}={moves[account]}": told for account, told in wrong.items()}
        raise InputError(faults_of(called, "the edits"))
    return edited


def wrong_edits(problem: Problem, moves: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Return, by account, why its edit cannot be made, for those that cannot."""
    return made(problem, _locks(moves))[1]


def _locks(moves: Mapping[str, str]) -> dict[str, Lock]:
    return {account: Lock(account, territory) for account, territory in moves.items()}


def repaired_from(plan: Plan, repaired: Plan, stage: Stage) -> Repaired:
    """Return what a repair of a plan did, of which the plan and the proof are known already."""
    was, unit = plan.alignment.territory_of, plan.problem.accounts.unit
    edited = (_by_hand(plan, repaired.problem) != was)[unit]
    moved = (repaired.alignment.territory_of != was)[unit]
    return Repaired(
        plan=repaired,
        edited=tuple(np.flatnonzero(edited).tolist()),
        moved=tuple(np.flatnonzero(moved & ~edited).tolist()),
        stage=stage,
        broken=tuple(violations(repaired.problem, repaired.alignment, repaired.criteria)),
    )


def _by_hand(plan: Plan, edited: Problem) -> NDArray[np.int64]:
    """Return where each unit is in the plan once the edits are made."""
    return np.where(edited.locked != NONE, edited.locked, plan.alignment.territory_of)


def _least_moved(
    problem: Problem, criteria: Criteria, options: SolveOptions, start: Alignment, plan: Plan
) -> Plan:
    """Return a plan that moves little, and in its one stage how much, and how much at least.

    On large maps few moves are looked for, and how few at least, where nothing else costs; then
    what they leave open is settled by the objective, with a price on moving more.
    """
    (entry,) = criteria.disruption
    if problem.n_units * problem.n_territories <= SMALL:
        return solve(problem, replace(criteria, order="lexicographic"), options, start=start)
    least = replace(
        criteria,
        bands={name: replace(band, weight=0.0) for name, band in criteria.bands.items()},
        disruption=(replace(entry, cost=1.0),),
        compactness={},
        territory_cost=0.0,
        order="weights",
    )
    dear = replace(entry, cost=PRICE * max(plan.objective, 1.0))
    priced = replace(criteria, order="weights", disruption=(dear,))
    # Any plan will do at first: it is mended with few moves before it is anything else.
    first = replace(options, time_limit_s=FIRST * options.time_limit_s, relative_gap=1.0)
    rest = replace(options, time_limit_s=(1 - FIRST) * options.time_limit_s)
    found: list[Plan] = []
    with suppress(NoPlanFoundError):
        found.append(solve(problem, least, first, start=start))
    bound = found[0].bound if found else 0.0
    # Its prices are those of the plan, and so is what gap will do.
    begun = replace(plan, problem=problem, alignment=found[0].alignment if found else start)
    found.append(solve(problem, priced, rest, start=begun))
    column = problem.measure_index(entry.measure)
    moved = [float(disruption(problem, one.alignment)[column]) for one in found]
    share = min(moved)
    bound = min(that_can_move(problem, entry.measure, bound), share)
    # Of two that move as little, the last one is worth more.
    best = max(i for i, each in enumerate(moved) if each == share)
    return replace(
        found[-1],
        alignment=found[best].alignment,
        seconds=sum(one.seconds for one in found),
        stages=(Stage(entry.measure, share, bound),),
    )


def that_can_move(problem: Problem, measure: str, bound: float) -> float:
    """Return a bound on a share that moves, rounded up where only whole steps of it can.

    Counts add up to whole numbers, and hours told in quarters to quarters.
    """
    activity = problem.activity[:, problem.measure_index(measure)]
    total = float(activity.sum())
    return in_steps(bound * total, common_step(activity)) / total if total else bound
