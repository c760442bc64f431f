"""Which level to ask next: the one in the widest gap of the frontier found so far.

Levels lie in lanes: along one the scale of the bands differs, along another, at one scale, what may
change hands. A plan found at a level is the answer for all levels down to its own measured value,
so that only what lies between that value of the looser plan and the level of the tighter one is
unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from territory_planner.domain.arrays import FloatArray
from territory_planner.scenarios import pareto
from territory_planner.scenarios.frontier import Axis, Level, Point, axis_values

LOOSEST, TIGHTEST = 2.0, 0.25
"""Scales of the bands between which balance is weighed."""
CLOSED = 1e-3
"""Share of a lane's length below which a gap is not looked into any more."""
LEAST = 1e-6
"""The narrowest gap, lest a level differ from a plan's own value by no more than rounding does."""
MISSES = 2
"""How often a level may have no plan, and no proof of none, before a lane ends there."""
FURTHER = 0.25
"""Share of its length by which a lane is tried beyond its tightest plan, when nothing is proven."""


SELDOM = 0.04
"""Width of what lies beyond the fewest moves that were found."""
OUTSIDE = 0.4
"""Worth of gaps among plans that need wider bands than the project's."""


@dataclass(frozen=True)
class Gap:
    """A level worth asking, and how wide the gap is that it lies in."""

    width: float
    level: Level


@dataclass(frozen=True)
class _Lane:
    """The points along one coordinate of the level, all else the same.

    Parameters
    ----------
    axis
        What is measured along it.
    points
        With a plan or without.
    place
        A point's coordinate as it was asked.
    make
        The level at a coordinate.
    floor
        The coordinate below which nothing is asked.
    worth
        What its gaps are worth beside those of other lanes.
    beyond
        How wide what lies beyond its tightest plan counts.
    """

    axis: Axis
    points: Sequence[Point]
    place: Callable[[Point], float]
    make: Callable[[float], Level]
    floor: float
    worth: float = 1.0
    beyond: float = FURTHER

    def gaps(self, scaled: dict[int, FloatArray]) -> list[Gap]:
        """Return the levels in the middle of gaps, and one beyond the tightest plan."""
        found = sorted((p for p in self.points if p.plan is not None), key=self.place)
        if not found:
            return []
        top = found[-1].values[self.axis]
        failed = [self.place(p) for p in self.points if p.plan is None]
        proven = [self.place(p) for p in self.points if p.plan is None and p.is_proven]
        length = top - self.floor
        closed = max(CLOSED * length, LEAST)
        result = []
        for tight, loose in pairwise(found):
            low, high = self.place(tight), loose.values[self.axis]
            reach = loose.values[self.axis] - tight.values[self.axis]
            if high - low <= closed or reach <= 0:
                continue
            apart = float(np.linalg.norm(scaled[id(loose)] - scaled[id(tight)]))
            # Where asking has changed nothing so far it is likely to go on so.
            width = self.worth * apart * min((high - low) / reach, 1.0) ** 2
            result.append(Gap(width, self.make((low + high) / 2)))
        reach = top - found[0].values[self.axis]
        beyond = self._beyond(found[0], failed, proven, closed, reach)
        return result if beyond is None else [*result, beyond]

    def _beyond(
        self,
        tightest: Point,
        failed: list[float],
        proven: list[float],
        closed: float,
        reach: float,
    ) -> Gap | None:
        at = min(tightest.values[self.axis], self.place(tightest))
        below = max([self.floor, *(f for f in failed if f < at)])
        unproven = sum(f not in proven for f in failed)
        if at - below <= closed or unproven >= MISSES:
            return None
        step = FURTHER * (reach if reach > 0 else at - below)
        further = max(at - step, (at + below) / 2)
        return Gap(self.beyond / (1 + unproven), self.make(further))


def scale_lane(points: Sequence[Point], fewest: bool) -> _Lane:
    """Return the lane of all scales, nothing or as little as possible being allowed to move."""
    along = [p for p in points if (p.level.is_fewest if fewest else p.level.budget is None)]
    return _Lane("balance", along, _scale, lambda at: Level(at, is_fewest=fewest), TIGHTEST)


def budget_lane(points: Sequence[Point], scale: float) -> _Lane:
    """Return the lane of all budgets at one scale."""
    along = [p for p in points if p.level.scale == scale]
    fewest = [p for p in along if p.plan is not None and p.plan.stages]
    floor = max((p.plan.stages[0].bound for p in fewest if p.plan is not None), default=0.0)
    worth = 1.0 if scale <= 1 else OUTSIDE
    # The fewest moves have been looked for already.
    beyond = SELDOM * worth
    return _Lane("disruption", along, _budget, lambda at: Level(scale, at), floor, worth, beyond)


def next_level(points: Sequence[Point], axes: tuple[Axis, ...]) -> Level | None:
    """Return the level in the middle of the widest gap, None when there is no gap left."""
    found = tuple(p for p in points if p.plan is not None)
    if not found:
        return None
    scaled = pareto.normalised(axis_values(found, axes))
    of = {id(p): row for p, row in zip(found, scaled, strict=True)}
    gaps: list[Gap] = []
    if "balance" in axes:
        gaps += scale_lane(points, fewest="travel" not in axes).gaps(of)
    if "disruption" in axes and "travel" in axes:
        for scale in sorted({p.level.scale for p in found}):
            if not any(p.level.is_fewest and p.level.scale == scale for p in points):
                return Level(scale, is_fewest=True)
            gaps += budget_lane(points, scale).gaps(of)
    asked = {p.level for p in points}
    new = [gap for gap in gaps if gap.level not in asked]
    return max(new, key=lambda gap: gap.width).level if new else None


def _scale(point: Point) -> float:
    return point.level.scale


def _budget(point: Point) -> float:
    return np.inf if point.level.budget is None else point.level.budget


def ends(axes: tuple[Axis, ...]) -> list[Level]:
    """Return the levels that are asked first: at the project's own bands, wide and narrow ones."""
    scales = (1.0, LOOSEST, 2 * TIGHTEST) if "balance" in axes else (1.0,)
    if "travel" not in axes:
        return [Level(scale, is_fewest=True) for scale in scales]
    if "disruption" not in axes:
        return [Level(scale) for scale in scales]
    return [Level(scale, is_fewest=fewest) for scale in scales for fewest in (False, True)]


def settled(level: Level, moved: float) -> Level:
    """Return a level whose budget is what the fewest moves came to."""
    return replace(level, budget=moved) if level.is_fewest else level
