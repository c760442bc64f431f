"""The exceptions a caller can meet, all below one base.

A message follows *where – what is wrong – the value – what to do*; attributes carry the parts.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


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


class OutputError(TerritoryPlannerError, OSError):
    """A file or folder that cannot be written, and what to do about it."""

    def __init__(self, path: Path | str, error: OSError) -> None:
        path = _visible(error, Path(path).resolve()) or path
        told = error.strerror or str(error)
        why = _UNWRITABLE.get(error.errno or 0, f"it cannot be written: {told}. Give another place")
        super().__init__(f"{path}: {why}.")


@contextmanager
def writing(path: Path | str) -> Iterator[None]:
    """Tell what the system refuses meanwhile as being about a path, not a file on the way to it.

    Raises
    ------
    OutputError
        In place of any other `OSError`.
    """
    try:
        yield
    except OutputError:
        raise
    except OSError as error:
        raise OutputError(path, error) from error


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


class UnfinishedError(TerritoryPlannerError):
    """Something was done, but not all of it as asked; the message is the result."""


def _visible(error: OSError, folder: Path) -> Path | None:
    """Return the file in a folder that an error is about, None when it is one made on the way."""
    for name in (error.filename2, error.filename):
        if isinstance(name, str) and Path(name).is_relative_to(folder):
            inside = Path(name).relative_to(folder).parts
            if inside and not any(part.startswith(".") for part in inside):
                return Path(name)
    return None


_FULL = "the disk is full. Free some space, or give another place"
_NOT_ALLOWED = "nothing may be written here. Give another place, or change its permissions"
_FILE_IN_THE_WAY = "this is a file, or lies below one. Give a folder"
_UNWRITABLE = {
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.EACCES: _NOT_ALLOWED,
    errno.EPERM: _NOT_ALLOWED,
    errno.EROFS: _NOT_ALLOWED,
    errno.ENOENT: "no file can be made here. Give another place",
    errno.ENOTDIR: _FILE_IN_THE_WAY,
    errno.EEXIST: _FILE_IN_THE_WAY,
    errno.EISDIR: "this is a folder. Give a file, or remove the folder",
    errno.ENAMETOOLONG: "the name is too long. Give a shorter one",
}


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
