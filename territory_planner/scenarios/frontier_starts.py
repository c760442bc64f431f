"""What points tell of one another: where to begin, a plan that is known to do, a bound."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from territory_planner.domain.criteria import Criteria
from territory_planner.domain.plan import Plan
from territory_planner.errors import NoPlanFoundError
from territory_planner.scenarios.frontier import ROOM, Level, Point


def start_for(level: Level, found: Sequence[Point], first: Plan | None) -> Plan | None:
    """Return the plan to begin at.

    Of the plans that break the level the one that breaks it least: to mend a plan that is too
    loose leads further than to loosen one that is too tight. Where all hold it, the best.

    Parameters
    ----------
    found
        The points that have a plan.
    first
        What to begin at where there is none.
    """
    if level.is_fewest:
        held = holding(level, found)
        least = min(held or found, key=lambda p: p.values["disruption"], default=None)
        return first if least is None else least.plan
    looser = [point for point in found if excess(point, level) > ROOM]
    if looser:
        return min(looser, key=lambda p: excess(p, level)).plan
    best = min(found, key=lambda p: p.values["travel"], default=None)
    return first if best is None else best.plan


def known_plan(level: Level, found: Sequence[Point], wish: Criteria) -> Plan | None:
    """Return the best plan known that holds a level, as one of that level, with no bound.

    Parameters
    ----------
    wish
        What the level asks for.
    """
    held = [] if level.is_fewest else holding(level, found)
    best = min(held, key=lambda p: p.values["travel"], default=None)
    if best is None or best.plan is None:
        return None
    known = replace(best.plan, criteria=wish, bound=0.0, stages=(), stopped="time limit")
    # Prices of another level say nothing of this one.
    unknown = np.zeros(known.prices.shape)
    return replace(known, prices=unknown, tolls=np.empty(0), losses=np.empty((0, 0)))


def excess(point: Point, level: Level) -> float:
    """Return by how much a point's plan breaks a level, as shares."""
    over = max(point.values["balance"] / level.scale - 1, 0.0)
    budget = np.inf if level.budget is None else level.budget
    return over + max(point.values["disruption"] - budget, 0.0)


def holding(level: Level, found: Sequence[Point]) -> list[Point]:
    """Return the points whose plan holds a level."""
    return [point for point in found if excess(point, level) <= ROOM]


def with_best_bound(point: Point, found: Sequence[Point]) -> Plan:
    """Return a point's plan with the best bound of any looser point, which holds here too."""
    plan = point.plan
    assert plan is not None
    bounds = [p.plan.bound for p in found if p.plan is not None and point.level.is_within(p.level)]
    return replace(plan, bound=min(max(bounds), plan.objective))


def in_short(error: NoPlanFoundError) -> str:
    """Return why there is no plan, without the long list of what the best alignment breaks."""
    count = len(error.violations)
    return (
        f"No plan was found in {error.seconds:.0f} s, and none was proven impossible: the best "
        f"alignment found still breaks {count:,} limit{'s' if count != 1 else ''}."
    )
