"""The progress of a search as a bar: seconds used, best value, bound and gap."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, TextIO

from territory_planner.domain.plan import Step

if TYPE_CHECKING:
    from tqdm import tqdm


class ProgressBar:
    """A line for each phase, and a bar while the search runs, on a terminal only.

    Parameters
    ----------
    time_limit_s
        The length of the bar.
    stream
        Where it is drawn.
    """

    def __init__(self, time_limit_s: float, stream: TextIO) -> None:
        self._time_limit_s = time_limit_s
        self._stream = stream
        self._bar: tqdm[Any] | None = None

    def __enter__(self) -> ProgressBar:
        return self

    def __exit__(self, *_: object) -> None:
        self._close()

    def __call__(self, step: Step) -> None:
        """Move the bar to a step of the search."""
        if self._bar is None:
            self._bar = self._opened(step.phase)
        self._bar.set_description_str(step.phase, refresh=False)
        self._bar.set_postfix_str(standing(step), refresh=False)
        self._bar.n = min(step.seconds, self._time_limit_s)
        self._bar.refresh()

    def tell(self, sentence: str) -> None:
        """Write a line, below the bar of the phase that is over."""
        self._close()
        self._stream.write(f"{sentence}\n")
        self._stream.flush()

    def _opened(self, phase: str) -> tqdm[Any]:
        from tqdm import tqdm

        return tqdm(
            desc=phase,
            total=self._time_limit_s,
            file=self._stream,
            disable=None,
            bar_format="{desc:<12}|{bar:20}| {n:.0f} of {total:.0f} s{postfix}",
        )

    def _close(self) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None


def standing(step: Step) -> str:
    """Return best value, bound and gap in words."""
    bound = f"bound {step.bound:,.2f} km" if step.bound > 0 else "no bound yet"
    if not math.isfinite(step.best):
        return f"no plan yet, {bound}"
    gap = max(0.0, 1 - step.bound / step.best) if step.best > 0 else 0.0
    return f"best {step.best:,.2f} km, {bound}, gap {gap:.2%}"
