"""Lexicographic order: bands first, then disruption, then compactness, equation (32).

Each disruption entry in turn is made as small as the bands allow and then becomes a budget of those
after it; compactness comes last. Every stage begins at the plan of the one before.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import accumulate

from territory_planner.domain.alignment import Alignment
from territory_planner.domain.criteria import Criteria, Disruption
from territory_planner.domain.plan import Plan, SolveOptions, Stage
from territory_planner.domain.problem import Problem
from territory_planner.errors import NoPlanFoundError
from territory_planner.evaluation.disruption import disruption
from territory_planner.evaluation.objective import objective
from territory_planner.solving.progress import Progress, Solve

ROOM = 1e-9
"""By how much a budget may exceed what its stage reached, lest rounding forbid that very plan."""


def in_order(
    problem: Problem,
    criteria: Criteria,
    options: SolveOptions,
    progress: Progress | None,
    start: Plan | Alignment | None,
    solve: Solve,
) -> Plan:
    """Return the most compact plan found of those that move the least found.

    Its bound is that of the last stage: of all plans that move no more than it does. What each
    stage reached, and a bound on that, stand in its ``stages``.

    Parameters
    ----------
    solve
        Solves the problem for criteria that are weighed against each other.
    """
    kept = list(criteria.disruption)
    done: list[Plan] = []
    stages: list[Stage] = []
    for d in range(len(kept) + 1):
        is_last = d == len(kept)
        wish = _compact(criteria, kept) if is_last else _least_moved(criteria, kept, d)
        effort = _effort(options, done, len(kept) + 1 - d)
        try:
            plan = solve(problem, wish, effort, progress, start)
        except NoPlanFoundError:
            if not done:
                raise
            # What the stages before reached is a plan, of which no more is known.
            last = replace(done[-1], stopped="time limit")
            return _told(_measured(last, criteria), criteria, options, stages, done)
        done.append(plan)
        if is_last:
            break
        entry = kept[d]
        moved = float(disruption(problem, plan.alignment)[problem.measure_index(entry.measure)])
        stages.append(Stage(entry.measure, moved, min(plan.bound, moved)))
        kept[d] = _as_budget(entry, moved)
        if plan.stopped == "stopped":
            return _told(_measured(plan, criteria), criteria, options, stages, done)
        start = plan
    return _told(done[-1], criteria, options, stages, done)


def _effort(options: SolveOptions, done: list[Plan], stages_left: int) -> SolveOptions:
    """Return the effort of the next stage: an equal part of the time that is left."""
    left = options.time_limit_s - sum(plan.seconds for plan in done)
    return replace(options, time_limit_s=max(left / stages_left, 1e-3))


def _told(
    plan: Plan, criteria: Criteria, options: SolveOptions, stages: list[Stage], done: list[Plan]
) -> Plan:
    """Return the last plan with what all stages reached and took."""
    ends = [0.0, *accumulate(stage.seconds for stage in done)]
    trace = [
        replace(step, seconds=before + step.seconds)
        for before, stage in zip(ends, done, strict=False)
        for step in stage.trace
    ]
    return replace(
        plan,
        criteria=criteria,
        options=options,
        stages=tuple(stages),
        seconds=ends[-1],
        trace=tuple(trace),
    )


def _least_moved(criteria: Criteria, kept: list[Disruption], d: int) -> Criteria:
    """Return the criteria whose objective is the share of one measure that moves."""
    bands = {name: replace(band, weight=0.0) for name, band in criteria.bands.items()}
    entries = [replace(entry, cost=1.0 if e == d else 0.0) for e, entry in enumerate(kept)]
    return replace(
        criteria,
        order="weights",
        bands=bands,
        disruption=tuple(entries),
        compactness={},
        territory_cost=0.0,
    )


def _compact(criteria: Criteria, kept: list[Disruption]) -> Criteria:
    return replace(criteria, order="weights", disruption=tuple(kept))


def _as_budget(entry: Disruption, share: float) -> Disruption:
    budget = min(share + ROOM, 1.0)
    return replace(entry, budget=budget if entry.budget is None else min(budget, entry.budget))


def _measured(plan: Plan, criteria: Criteria) -> Plan:
    """Return a stage's plan as one of the whole criteria, nothing known of better ones."""
    return replace(plan, objective=objective(plan.problem, plan.alignment, criteria), bound=0.0)
