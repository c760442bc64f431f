"""`frontier`: asks level after level until enough plans are found that none dominates."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from territory_planner.domain.criteria import Criteria
from territory_planner.domain.plan import Plan, SolveOptions, Step
from territory_planner.domain.problem import Problem
from territory_planner.errors import InfeasibleError, NoPlanFoundError
from territory_planner.evaluation.objective import objective
from territory_planner.scenarios import pareto
from territory_planner.scenarios.frontier import (
    ROOM,
    Frontier,
    Level,
    Point,
    Tradeoff,
    axis_values,
    checked,
    criteria_at,
    level_in_words,
    measured,
    unpriced,
)
from territory_planner.scenarios.frontier_starts import (
    holding,
    in_short,
    known_plan,
    start_for,
    with_best_bound,
)
from territory_planner.scenarios.lanes import ends, next_level, settled
from territory_planner.scenarios.shared_clock import SharedClock
from territory_planner.scenarios.stress import stress
from territory_planner.solving import solve

MOST_ASKED = 3
"""Levels that are asked for each point that is wanted, at the most."""
PATIENCE = 1.5
"""Times its equal part of the time that is left, what one level may take."""
FIRST = 0.25
"""Of the time that is left, what the first plan may take: all others begin at one found before."""
DEAR = 100.0
"""Travels of a plan that moving everything costs where nothing but few moves is wanted."""
LEAST_S = 0.5
"""Seconds below which no further level is begun."""
DEMAND, DRAWS, SEED = 0.2, 200, 1
"""Noise of each account, and draws: the same for all points."""


def frontier(
    problem: Problem,
    criteria: Criteria,
    tradeoff: Tradeoff | None = None,
    options: SolveOptions | None = None,
    progress: Callable[[Step], object] | None = None,
    tell: Callable[[str], object] = lambda _: None,
    start: Plan | None = None,
) -> Frontier:
    """Return plans to choose from, each the one that travels least of those that hold its level.

    Every level is begun at the plan of another. The ends come first, then the widest gaps, so that
    a frontier that is cut short is spread as well.

    Parameters
    ----------
    problem, criteria
        The facts, and the bands and limits; prices of disruption and of deviations do not count.
    tradeoff
        What to show; `Tradeoff()` when left out.
    options
        The effort; the time limit is that of all points together.
    progress
        Called with each step of each search; when it returns True the frontier ends there.
    tell
        Called with a sentence for each point.
    start
        A plan to begin at.

    Raises
    ------
    InputError
        With everything that the problem cannot show.
    InfeasibleError, NoPlanFoundError
        When no level has a plan.
    """
    sought = _Sought(problem, criteria, tradeoff or Tradeoff(), options or SolveOptions(), start)
    sought.clock.told, sought.tell = progress, tell
    for level in ends(sought.tradeoff.axes):
        sought.ask(level)
    at_most = sought.at_most()
    if at_most is not None and not sought.moves_at_most(at_most):
        sought.ask(Level(1.0, at_most), anew=True)
    while sought.is_wanting():
        following = next_level(sought.points, sought.tradeoff.axes)
        if following is None or not sought.ask(following):
            break
    sought.undercut(sought.weighed(at_most))
    sought.check_found()
    return sought.weighed(at_most)


class _Sought:
    """The points so far, and the clock that they share."""

    def __init__(
        self,
        problem: Problem,
        criteria: Criteria,
        tradeoff: Tradeoff,
        options: SolveOptions,
        start: Plan | None,
    ) -> None:
        self.tradeoff = checked(problem, criteria, tradeoff)
        self.measure = str(self.tradeoff.measure)
        self.problem, self.criteria, self.options, self.start = problem, criteria, options, start
        self.points: list[Point] = []
        self.tell: Callable[[str], object] = lambda _: None
        self.clock = SharedClock(options.time_limit_s)
        self._failures: list[InfeasibleError | NoPlanFoundError] = []

    @property
    def found(self) -> tuple[Point, ...]:
        """The points that have a plan."""
        return tuple(p for p in self.points if p.plan is not None)

    def check_found(self) -> None:
        """Raise why there is no plan where no level has one."""
        if not self.found and self._failures:
            raise self._failures[0]

    def kept(self) -> int:
        """Return how many plans are dominated by none."""
        return sum(not p.is_dominated for p in self.found)

    def is_wanting(self) -> bool:
        """Return whether more points are wanted, and there is time for one."""
        wanted = self.tradeoff.points
        is_late = self.clock.is_stopped or self.clock.seconds_left < LEAST_S
        return not is_late and self.kept() < wanted and len(self.points) < MOST_ASKED * wanted

    def at_most(self) -> float | None:
        """Return the share that the best plan is to move at most; None where nothing may move.

        Where nobody named one it is the budget, and without a budget the middle of what is found.
        """
        if "disruption" not in self.tradeoff.axes:
            return None
        if self.tradeoff.at_most is not None:
            return self.tradeoff.at_most
        for entry in self.criteria.disruption:
            if entry.measure == self.measure and entry.budget is not None:
                return entry.budget
        moved = [p.values["disruption"] for p in self.found if p.values["balance"] <= 1 + ROOM]
        return round((min(moved) + max(moved)) / 2, 3) if moved else None

    def moves_at_most(self, share: float) -> bool:
        """Return whether the plan that may move anything moves no more than a share by itself."""
        free = [p for p in self.found if p.level == Level()]
        return any(p.values["disruption"] <= share + ROOM for p in free)

    def ask(self, level: Level, anew: bool = False) -> bool:
        """Ask one level and keep what comes of it; return whether there was anything to ask.

        What is proven by other points is not searched for again. A point that has a name is
        searched for anew, from no plan of another level: slower, and often better.
        """
        if self.clock.is_stopped:
            return False
        known = self._known_missing(level)
        if known is not None:
            if level.is_fewest:
                return False
            point = Point(level, why=known, is_proven=True)
        elif self.points and self.clock.seconds_left < LEAST_S:
            point = Point(level, why="The time was over before this point was begun.")
        else:
            begun = self.start if anew else start_for(level, self.found, self.start)
            point = self._solved(level, begun, float("travel" in self.tradeoff.axes))
        self.points.append(point)
        self._weigh()
        return True

    def undercut(self, so_far: Frontier) -> None:
        """Look once more for the fewest moves, from nothing, where they are not proven.

        Last, as what it finds travels so far that it is no beginning for others.
        """
        fewest, is_late = so_far.fewest, self.clock.seconds_left < LEAST_S
        if fewest is None or so_far.is_fewest_proven or self.clock.is_stopped or is_late:
            return
        point = self._solved(Level(is_fewest=True), None, DEAR)
        if point.plan is not None and point.values["disruption"] < fewest.values["disruption"]:
            self.points.append(point)
            self._weigh()

    def weighed(self, at_most: float | None) -> Frontier:
        """Return what has been found so far."""
        seconds, points = self.clock.seconds, tuple(self.points)
        return Frontier(self.problem, self.criteria, self.tradeoff, points, at_most, seconds)

    def _known_missing(self, level: Level) -> str | None:
        """Return why no plan can be expected, where that follows from points already asked."""
        for point in self.points:
            if point.plan is None and level.is_within(point.level):
                if point.is_proven:
                    return f"A looser point has no plan either: {point.why}"
                if level.is_fewest and not holding(level, self.found):
                    return point.why
        return None

    def _solved(self, level: Level, start: Plan | None, dear: float) -> Point:
        """Return the point of a level; few moves are looked for from where dear ones lead.

        0 is not dear, 1 as dear as all travel.
        """
        limit = self._limit(level)
        self.tell(f"Point {len(self.points) + 1}: {level_in_words(level, self.measure)}")
        wish = criteria_at(self.criteria, self.tradeoff, level)
        options = replace(self.options, time_limit_s=limit)
        try:
            if level.is_fewest:
                start, taken = self._first_moved_less(wish, options, start, dear)
                options = replace(options, time_limit_s=max(limit - taken, LEAST_S))
            plan = solve(self.problem, wish, options, self.clock.progress(), start)
        except InfeasibleError as error:
            self._failures.append(error)
            return Point(level, why=str(error), is_proven=True)
        except KeyboardInterrupt:
            if not self.found:
                raise
            self.clock.is_stopped = True
            return Point(level, why="The search was interrupted before a plan was found.")
        except NoPlanFoundError as error:
            known = known_plan(level, self.found, wish)
            if known is None:
                self._failures.append(error)
                return Point(level, why=in_short(error))
            plan = known
        else:
            known = known_plan(level, self.found, wish)
            if known is not None and known.objective < plan.objective:
                plan = replace(known, bound=plan.bound)
        if level.is_fewest and len(wish.disruption) > 1:
            # Its last stage also moves as little as it can of other measures; the level does not.
            plan = replace(plan, bound=0.0)
        self.clock.is_stopped |= plan.stopped == "stopped"
        values = measured(plan.problem, plan.alignment, self.criteria, self.measure)
        out = None
        if self.tradeoff.is_robust:
            bands = replace(plan, criteria=replace(plan.criteria, bands=self.criteria.bands))
            out = stress(bands, demand=DEMAND, draws=DRAWS, seed=SEED).expected_out
        level = settled(level, values["disruption"])
        return Point(level, plan, values=values, expected_out=out)

    def _first_moved_less(
        self, wish: Criteria, options: SolveOptions, start: Plan | None, dear: float
    ) -> tuple[Plan | None, float]:
        """Return where to look for the fewest moves from, and the seconds that it took.

        A price on moves keeps the search on plans that travel little, where it finds its way better
        than where moves alone count.
        """
        travel = min((p.values["travel"] for p in self.found), default=0.0)
        if start is not None:
            travel = objective(start.problem, start.alignment, unpriced(self.criteria))
        if dear * travel == 0:
            return start, 0.0
        named, *others = wish.disruption
        priced = (replace(named, cost=dear * travel), *others)
        part = replace(options, time_limit_s=options.time_limit_s / 3)
        began = self.clock.seconds
        with suppress(NoPlanFoundError):
            wish = replace(wish, order="weights", disruption=priced)
            start = solve(self.problem, wish, part, self.clock.progress(), start)
        return start, self.clock.seconds - began

    def _limit(self, level: Level) -> float:
        """Return the seconds that a level may take: a good part of what is left for each point."""
        left = max(self.clock.seconds_left, LEAST_S)
        ahead = max(self.tradeoff.points - self.kept(), 1)
        if not self.found:
            return min(max(FIRST, PATIENCE / ahead), 1.0) * left
        stages = 2 if level.is_fewest else 1
        return min(PATIENCE * stages * left / ahead, left)

    def _weigh(self) -> None:
        """Say anew which points are dominated, and give every plan the best bound that holds."""
        found = self.found
        if not found:
            return
        kept = pareto.undominated(axis_values(found, self.tradeoff.axes))
        weighed = {
            id(p): replace(p, plan=with_best_bound(p, found), is_dominated=not is_kept)
            for p, is_kept in zip(found, kept, strict=True)
        }
        self.points = [weighed.get(id(p), p) for p in self.points]
