"""`Pace`: how long a busy CRM is waited for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Pace:
    """How a busy CRM is waited for: twice as long each time, or as long as it says.

    Parameters
    ----------
    attempts
        How often a batch is tried before the push stops.
    first_s, longest_s
        The first and the longest wait; a CRM that asks for more waits no longer than this.
    """

    attempts: int = 8
    first_s: float = 1.0
    longest_s: float = 60.0

    def wait_s(self, attempt: int, asked_s: float | None) -> float:
        """Return how long to wait after an attempt, the first of which is 0."""
        usual = self.first_s * 2.0**attempt
        return min(self.longest_s, usual if asked_s is None else max(asked_s, 0.0))
