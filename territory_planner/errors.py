"""The exceptions a caller can meet, all below one base.

A message follows *where – what is wrong – the value – what to do*; attributes carry the parts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


class TerritoryPlannerError(Exception):
    """The base of every error this package raises on purpose."""


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong in one input file.

    Parameters
    ----------
    file
        The file's name as the user wrote it.
    message
        A sentence with place, value and remedy: ``"column 'latitude' must be in [-90, 90]: 1 row
        is not, e.g. line 3 (A2: 412.0). Swap or correct the coordinates."``
    """

    file: str
    message: str


class InputError(TerritoryPlannerError):
    """Files or settings that no plan can be made from; holds every fault found.

    Parameters
    ----------
    faults
        All faults of all files, in the order they are to be shown.
    """

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(_told(self.faults))


@dataclass(frozen=True)
class Conflict:
    """A few criteria that cannot hold together.

    Parameters
    ----------
    criteria
        The clashing criteria in words, each with its number and unit.
    remedy
        The smallest change known that would do, as a sentence.
    """

    criteria: tuple[str, ...]
    remedy: str


class InfeasibleError(TerritoryPlannerError):
    """Criteria that no alignment satisfies together: proven, and explained.

    Parameters
    ----------
    conflicts
        One entry per independent clash.
    """

    def __init__(self, conflicts: Sequence[Conflict]) -> None:
        self.conflicts = tuple(conflicts)
        parts = []
        for conflict in self.conflicts:
            lines = "\n".join(f"  - {line}" for line in conflict.criteria)
            parts.append(
                f"No alignment satisfies these criteria together:\n{lines}\n{conflict.remedy}"
            )
        super().__init__("\n".join(parts))


class NoPlanFoundError(TerritoryPlannerError):
    """The search ended without an alignment that holds every criterion, nor a proof of none.

    Parameters
    ----------
    violations
        What the best alignment found violates, in words with numbers.
    territory_of
        That best alignment, as territory indices per unit.
    seconds
        How long the search ran.
    """

    def __init__(
        self, violations: Sequence[str], territory_of: Sequence[int], seconds: float
    ) -> None:
        self.violations = tuple(violations)
        self.territory_of = tuple(territory_of)
        self.seconds = seconds
        shown = "\n".join(f"  - {line}" for line in self.violations[:10])
        more = len(self.violations) - 10
        tail = f"\n  - and {more} more" if more > 0 else ""
        super().__init__(
            f"No plan was found in {seconds:.0f} s, and none was proven impossible. "
            f"The best alignment found still violates:\n{shown}{tail}\n"
            "Give it more time ([solve] time_limit_s), or loosen one of these criteria."
        )


def _told(faults: Sequence[Fault]) -> str:
    """Return the faults as one message, grouped by file in order of appearance."""
    by_file: dict[str, list[str]] = {}
    for fault in faults:
        by_file.setdefault(fault.file, []).append(fault.message)
    blocks = []
    for file, messages in by_file.items():
        count = "1 problem" if len(messages) == 1 else f"{len(messages)} problems"
        lines = "\n".join(f"  - {message}" for message in messages)
        blocks.append(f"{file}: {count} found.\n{lines}")
    return "\n".join(blocks)
