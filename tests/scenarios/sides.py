"""Two plans drawn side by side, for the tests of what differs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from territory_planner.domain.criteria import Criteria
from territory_planner.domain.plan import Plan
from territory_planner.domain.problem import Problem
from territory_planner.scenarios.compare import Comparison, compare
from territory_planner.scenarios.differences import Differences, differences
from tests.reporting.plans import planned

FREE = Criteria()


def named(problem: Problem, ids: Sequence[str]) -> Problem:
    """Return the problem with other ids of its territories."""
    territories = tuple(
        replace(t, id=name) for t, name in zip(problem.territories, ids, strict=True)
    )
    return replace(problem, territories=territories)


def drawn(problem: Problem, letters: str, criteria: Criteria = FREE) -> Plan:
    """Return the plan of these letters."""
    return planned(problem, letters, criteria)


def side_by_side(*plans: Plan, today: bool = False) -> Comparison:
    """Return plans a, b, ... side by side."""
    return compare(plans, [chr(ord("a") + i) for i in range(len(plans))], today)


def between(one: Plan, other: Plan) -> Differences:
    """Return what differs from plan a to plan b."""
    return differences(side_by_side(one, other))[0]
