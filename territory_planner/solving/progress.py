"""`Search`: one deadline, one trace and one callback shared by all phases of a solve."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

from territory_planner.domain.plan import SolveOptions, Step

Progress = Callable[[Step], object]
"""Called with each new step; the search goes on whatever it returns."""


class Search:
    """The clock and the record of one solve.

    Parameters
    ----------
    options
        Time limit and gap.
    progress
        Called whenever the best value or the bound improves.
    """

    def __init__(self, options: SolveOptions, progress: Progress | None = None) -> None:
        self.options = options
        self.best = math.inf
        self.bound = 0.0
        self.steps: list[Step] = []
        self._progress = progress
        self._began = time.perf_counter()
        self._is_stopped = False

    def silent(self) -> Search:
        """Return a search of the same clock that records nothing here."""
        other = Search(self.options)
        other._began = self._began
        return other

    @property
    def seconds(self) -> float:
        """Seconds since the solve began."""
        return time.perf_counter() - self._began

    def seconds_left(self) -> float:
        """Return the seconds until the deadline, never negative."""
        return max(0.0, self.options.time_limit_s - self.seconds)

    def is_over(self) -> bool:
        """Return whether time is up, or somebody stopped the search."""
        return self._is_stopped or self.seconds >= self.options.time_limit_s

    def stop(self) -> None:
        """Let every phase end as if time were up."""
        self._is_stopped = True

    def has_closed(self) -> bool:
        """Return whether the gap that was asked for is reached."""
        gap = self.best - self.bound
        return math.isfinite(gap) and gap <= self.options.relative_gap * abs(self.best)

    def improved_bound(self, bound: float, phase: str) -> None:
        """Record a bound, when it is better than the last."""
        if bound > self.bound:
            self.bound = bound
            self._record(phase)

    def improved(self, best: float, phase: str) -> None:
        """Record the value of a plan, when it is better than the last."""
        if best < self.best:
            self.best = best
            self._record(phase)

    def _record(self, phase: str) -> None:
        step = Step(self.seconds, phase, self.best, self.bound)
        self.steps.append(step)
        if self._progress is not None:
            self._progress(step)
