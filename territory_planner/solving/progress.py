"""`Search`: one deadline, one trace and one callback shared by all phases of a solve."""

from __future__ import annotations

import math
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from territory_planner.domain.alignment import Alignment
from territory_planner.domain.criteria import Criteria
from territory_planner.domain.plan import Plan, SolveOptions, Step
from territory_planner.domain.problem import Problem

Progress = Callable[[Step], object]
"""Called with each new step, and now and then between; the search ends when it returns True."""

Solve = Callable[[Problem, Criteria, SolveOptions, Progress | None, Plan | Alignment | None], Plan]
"""`solve` itself, for searches that are made of several solves."""

PULSE_S = 0.5
"""How often the callback is called when nothing is new."""


class Search:
    """The clock and the record of one solve.

    Parameters
    ----------
    options
        Time limit and gap.
    progress
        Called whenever the best value or the bound improves, and twice a second.
    constant
        Km that every plan costs beside what the phases count; on top of what is recorded.
    """

    def __init__(
        self, options: SolveOptions, progress: Progress | None = None, constant: float = 0.0
    ) -> None:
        self.options = options
        self.constant = constant
        self.best = math.inf
        self.bound = 0.0
        self.steps: list[Step] = []
        self._progress = progress
        self._began = time.perf_counter()
        self._told = 0.0
        self._stop = threading.Event()
        self.is_interrupted = False

    def silent(self) -> Search:
        """Return a search of the same clock that records nothing here."""
        other = Search(self.options)
        other._began, other._stop = self._began, self._stop
        return other

    def alone(self) -> Search:
        """Return a silent search of one worker."""
        other = self.silent()
        other.options = replace(self.options, workers=1)
        return other

    def exactly(self) -> Search:
        """Return a silent search for which no gap is small enough."""
        other = self.silent()
        other.options = replace(self.options, relative_gap=0.0)
        return other

    def part(self, share: float) -> Search:
        """Return a silent search that ends after a share of the time that is left."""
        other = self.silent()
        until = self.seconds + max(share * self.seconds_left(), 1e-3)
        other.options = replace(self.options, time_limit_s=until)
        return other

    @contextmanager
    def interruptible(self) -> Iterator[None]:
        """Let the first interrupt end the search with the best plan so far, the second raise."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return

        def on_interrupt(*_: object) -> None:
            if self.is_interrupted:
                raise KeyboardInterrupt
            self.is_interrupted = True
            self.stop()

        before = signal.signal(signal.SIGINT, on_interrupt)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)

    @property
    def seconds(self) -> float:
        """Seconds since the solve began."""
        return time.perf_counter() - self._began

    def seconds_left(self) -> float:
        """Return the seconds until the deadline, never negative."""
        return max(0.0, self.options.time_limit_s - self.seconds)

    def is_over(self) -> bool:
        """Return whether time is up, or somebody stopped the search."""
        seconds = self.seconds
        if self._progress is not None and seconds - self._told >= PULSE_S and self.steps:
            self._tell(replace(self.steps[-1], seconds=seconds))
        return self._stop.is_set() or seconds >= self.options.time_limit_s

    @property
    def is_stopped(self) -> bool:
        """Whether somebody stopped the search before its time."""
        return self._stop.is_set()

    def stop(self) -> None:
        """Let every phase end as if time were up."""
        self._stop.set()

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
        step = Step(self.seconds, phase, self.best + self.constant, self.bound + self.constant)
        self.steps.append(step)
        if self._progress is not None:
            self._tell(step)

    def _tell(self, step: Step) -> None:
        """Call the callback, and stop when it asks for that."""
        self._told = step.seconds
        if self._progress is not None and self._progress(step) is True:
            self.stop()
