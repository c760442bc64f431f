"""`SharedClock`: the time that several searches share, and whether somebody ended them."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from territory_planner.domain.plan import Step


@dataclass
class SharedClock:
    """Starts when it is made.

    Parameters
    ----------
    limit_s
        Seconds until the deadline.
    told
        Called with each step of each search; when it returns True all of them end there.
    is_stopped
        Whether they were ended.
    """

    limit_s: float
    told: Callable[[Step], object] | None = None
    is_stopped: bool = False
    _began: float = field(default_factory=time.perf_counter, init=False)

    @property
    def seconds(self) -> float:
        """Seconds since it was started."""
        return time.perf_counter() - self._began

    @property
    def seconds_left(self) -> float:
        """Seconds until the deadline."""
        return self.limit_s - self.seconds

    def progress(self) -> Callable[[Step], object] | None:
        """Return what a search that begins now is to call with its steps."""
        if self.told is None:
            return None
        told, began = self.told, self.seconds

        def of_all(step: Step) -> object:
            is_enough = told(replace(step, seconds=began + step.seconds)) is True
            self.is_stopped |= is_enough
            return is_enough

        return of_all
