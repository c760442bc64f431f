"""The frontier: plans none of which is better than another in every criterion that is weighed.

A level says what a point has to hold: the bands times a scale, and how much of a measure may
change hands. Of the plans that hold it the one that travels least is sought (the ε-constraint
method, after Haimes, Lasdon & Wismer, 1971, doi 10.1109/TSMC.1971.4308298). A plan for a tighter
level is one for every looser level; what is proven of a looser level, a bound or that no plan
exists, holds for every tighter one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, get_args

import numpy as np

from territory_planner.domain.alignment import Alignment
from territory_planner.domain.arrays import FloatArray
from territory_planner.domain.criteria import Criteria, Disruption
from territory_planner.domain.plan import Plan, Stage
from territory_planner.domain.problem import NONE, Problem
from territory_planner.errors import Fault, InputError
from territory_planner.evaluation.balance import band_use
from territory_planner.evaluation.disruption import disruption
from territory_planner.evaluation.objective import objective
from territory_planner.scenarios import pareto

Axis = Literal["balance", "travel", "disruption"]
AXES: tuple[Axis, ...] = get_args(Axis)

ROOM = 1e-9
"""By how much a value may exceed a level that it holds: sums of floats in another order."""


@dataclass(frozen=True)
class Tradeoff:
    """What a frontier is asked to show.

    Parameters
    ----------
    axes
        The criteria that are weighed, two or three.
    measure
        What changes hands is counted in it; the first limited measure when None, else the first.
    points
        How many plans are wanted, none of which is dominated.
    at_most
        The share of the measure, 0–1, for "the best plan that moves no more"; the budget when
        None, where there is one.
    is_robust
        Whether each plan is also drawn through demand that moves.
    """

    axes: tuple[Axis, ...] = AXES
    measure: str | None = None
    points: int = 16
    at_most: float | None = None
    is_robust: bool = False


@dataclass(frozen=True)
class Level:
    """What a point has to hold.

    Parameters
    ----------
    scale
        The bands are so many times as wide as the project's.
    budget
        The largest share of the measure that may change hands, 0–1; None is no limit.
    is_fewest
        Whether as little as possible was to move; the budget is what that came to.
    """

    scale: float = 1.0
    budget: float | None = None
    is_fewest: bool = False

    def is_within(self, other: Level) -> bool:
        """Return whether every plan for this level is one for another."""
        mine, theirs = (np.inf if at.budget is None else at.budget for at in (self, other))
        return self.scale <= other.scale + ROOM and mine <= theirs + ROOM


@dataclass(frozen=True, eq=False)
class Point:
    """One level, and the plan found for it or why there is none.

    Parameters
    ----------
    level
        What was asked.
    plan
        The plan, with the best bound that any point proves for it; None when none was found.
    why
        Why there is no plan; "" when there is one.
    is_proven
        Whether it is proven that there is none.
    values
        What `evaluation` measures of the plan, of every axis: the largest share of its band that a
        total uses, km of travel, share of the measure that changes hands.
    is_dominated
        Whether another point is at least as good in everything and better in something.
    expected_out
        The expected number of territories outside the project's bands when demand moves; None when
        not asked for.
    """

    level: Level
    plan: Plan | None = None
    why: str = ""
    is_proven: bool = False
    values: Mapping[Axis, float] = field(default_factory=dict)
    is_dominated: bool = False
    expected_out: float | None = None


@dataclass(frozen=True, eq=False)
class Frontier:
    """All points that were asked for, and what to call the special ones.

    Parameters
    ----------
    problem, criteria, tradeoff
        What was asked, with the measure filled in.
    points
        In the order in which they were asked.
    at_most
        The share that the best plan was to move at most; None where nothing moves.
    seconds
        How long the search took.
    """

    problem: Problem
    criteria: Criteria
    tradeoff: Tradeoff
    points: tuple[Point, ...]
    at_most: float | None
    seconds: float

    @property
    def best(self) -> tuple[Point, ...]:
        """The points that are not dominated, those that travel least first."""
        kept = [p for p in self.points if p.plan is not None and not p.is_dominated]
        return tuple(sorted(kept, key=lambda p: (p.values["travel"], p.values["disruption"])))

    @property
    def missing(self) -> tuple[Point, ...]:
        """The points that no plan was found for."""
        return tuple(p for p in self.points if p.plan is None)

    @property
    def knee(self) -> Point | None:
        """The bargain: beyond it little is gained for much; None where there is none."""
        best = self.best
        at = pareto.knee(axis_values(best, self.tradeoff.axes)) if best else None
        return None if at is None else best[at]

    @property
    def fewest(self) -> Point | None:
        """The point with the fewest moves of those with everyone inside the project's bands."""
        inside = [] if "disruption" not in self.tradeoff.axes else self._inside()
        return min(inside, key=lambda p: (p.values["disruption"], p.values["travel"]), default=None)

    @property
    def fewest_bound(self) -> float:
        """A proven lower bound on the share that any plan inside the project's bands moves."""
        stages = [
            p.plan.stages[0].bound
            for p in self.points
            if p.plan is not None and p.plan.stages and p.level.scale >= 1 - ROOM
        ]
        return max(stages, default=0.0)

    @property
    def is_fewest_proven(self) -> bool:
        """Whether it is proven that no plan inside the project's bands moves less."""
        fewest = self.fewest
        if fewest is None:
            return False
        moved = fewest.values["disruption"]
        return Stage(str(self.tradeoff.measure), moved, self.fewest_bound).is_proven

    @property
    def best_within(self) -> Point | None:
        """The best point inside the project's bands of those that move at most `at_most`."""
        if self.at_most is None:
            return None
        held = [p for p in self._inside() if p.values["disruption"] <= self.at_most + ROOM]
        return min(held, key=lambda p: p.values["travel"], default=None)

    def _inside(self) -> list[Point]:
        return [p for p in self.best if p.values["balance"] <= 1 + ROOM]


def axis_values(points: tuple[Point, ...], axes: tuple[Axis, ...]) -> FloatArray:
    """Return ``(n_points, n_axes)`` the measured values of points that have a plan."""
    return np.array([[p.values[axis] for axis in axes] for p in points])


def measured(
    problem: Problem, alignment: Alignment, criteria: Criteria, measure: str
) -> dict[Axis, float]:
    """Return an alignment's values: the share of its band that is used, travel, disruption."""
    return {
        "balance": band_use(problem, alignment, criteria),
        "travel": objective(problem, alignment, unpriced(criteria)),
        "disruption": float(disruption(problem, alignment)[problem.measure_index(measure)]),
    }


def unpriced(criteria: Criteria) -> Criteria:
    """Return the criteria with limits alone: balance and disruption have no price."""
    return replace(
        criteria,
        order="weights",
        bands={name: replace(band, weight=0.0) for name, band in criteria.bands.items()},
        disruption=tuple(replace(entry, cost=0.0) for entry in criteria.disruption),
    )


def criteria_at(criteria: Criteria, tradeoff: Tradeoff, level: Level) -> Criteria:
    """Return what a point has to hold.

    The measure that is weighed has the level's budget in place of its own; those of others stay.
    """
    wish = unpriced(criteria)
    bands = {
        name: replace(band, lower=band.lower * level.scale, upper=band.upper * level.scale)
        for name, band in wish.bands.items()
    }
    wish = replace(wish, bands=bands)
    if "disruption" not in tradeoff.axes or tradeoff.measure is None:
        return wish
    named = Disruption(tradeoff.measure)
    for entry in wish.disruption:
        if entry.measure == tradeoff.measure:
            named = entry
    limited = [
        entry
        for entry in wish.disruption
        if entry is not named and (entry.budget is not None or entry.per_territory is not None)
    ]
    budget = None if level.is_fewest else level.budget
    entries = (replace(named, budget=budget), *limited)
    order: Literal["lexicographic", "weights"] = "lexicographic" if level.is_fewest else "weights"
    return replace(wish, disruption=entries, order=order)


def level_in_words(level: Level, measure: str) -> str:
    """Return what a point has to hold, as a reader sees it."""
    bands = "the bands" if level.scale == 1 else f"{level.scale:.2f} times the bands"
    if level.is_fewest:
        return f"{bands}, as little of {measure} moved as possible"
    if level.budget is None:
        return f"{bands}, no limit on what moves"
    return f"{bands}, at most {level.budget:.1%} of {measure} moved"


def checked(problem: Problem, criteria: Criteria, tradeoff: Tradeoff) -> Tradeoff:
    """Return what a frontier is asked to show, its measure filled in.

    Raises
    ------
    InputError
        With everything that cannot be shown.
    """
    axes, known = tradeoff.axes, [m.name for m in problem.measures]
    wrong = []
    unknown = [axis for axis in axes if axis not in AXES]
    if unknown or len(set(axes)) < len(axes) or len(axes) < 2:
        wrong.append(f"the criteria are {', '.join(axes) or 'none'}. Name two or three of {_AND}.")
    measure = tradeoff.measure
    if measure is None:
        measure = criteria.disruption[0].measure if criteria.disruption else known[0]
    if measure not in known:
        wrong.append(f"'{measure}' is not a measure. There are: {', '.join(known)}.")
    moves = "disruption" in axes
    if moves and not (problem.accounts.current != NONE).any():
        wrong.append("nobody serves any account today, so that nothing can change hands. Name ")
        wrong[-1] += "balance and travel."
    if "balance" in axes and not criteria.bands:
        wrong.append("no measure has a band. Give one to a [[measure]], or leave balance out.")
    if "travel" in axes and not criteria.compactness:
        wrong.append("compactness counts nothing. Name what it counts, or leave travel out.")
    if tradeoff.points < 2:
        wrong.append(f"points is {tradeoff.points}. Ask for 2 or more.")
    if tradeoff.at_most is not None and not 0 <= tradeoff.at_most <= 1:
        wrong.append(f"at most {tradeoff.at_most} is no share. Give one from 0 to 1: 0.1 is 10%.")
    if tradeoff.at_most is not None and not moves:
        wrong.append("a limit on what moves needs disruption among the criteria. Name it too.")
    if tradeoff.is_robust and not criteria.bands:
        wrong.append("no measure has a band, so that nothing can leave one. Leave --robust out.")
    if wrong:
        raise InputError([Fault("the frontier", message) for message in wrong])
    return replace(tradeoff, measure=measure)


_AND = "balance, travel and disruption"
