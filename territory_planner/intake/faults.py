"""Everything that is wrong in the files, collected so that it can be told at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from difflib import get_close_matches

import numpy as np
from numpy.typing import NDArray

from territory_planner.errors import Fault, InputError
from territory_planner.intake.tables import Table

EXAMPLES = 5
# Comparing spellings takes long, so of many ids only those that begin or end alike are compared.
MANY_IDS = 5_000


class Faults:
    """A growing list of faults; one error in the end.

    Parameters
    ----------
    first
        The files whose faults are told first, in this order.
    """

    def __init__(self, first: Sequence[str] = ()) -> None:
        self._found: list[Fault] = []
        self._rank = {file: rank for rank, file in enumerate(reversed(first), start=1)}

    def __len__(self) -> int:
        return len(self._found)

    def add(self, file: str, message: str) -> None:
        """Note one fault of a file."""
        self._found.append(Fault(file, message))

    def add_rows(
        self,
        table: Table,
        claim: str,
        bad: NDArray[np.bool_],
        told: Callable[[int], str],
        remedy: str,
        verbs: tuple[str, str] = ("is not", "are not"),
    ) -> None:
        """Note the rows of a table that break a claim, if any do.

        Parameters
        ----------
        claim
            What must hold, as in "column 'latitude' must be in [-90, 90]".
        bad
            ``(n_rows,)`` True where it does not hold.
        told
            From a row's index to its id and value in words.
        remedy
            A sentence that says what to do.
        verbs
            How one row and how several rows break the claim.
        """
        rows = np.flatnonzero(bad)
        if len(rows) == 0:
            return
        shown = ", ".join(f"{table.where(int(i))} ({told(int(i))})" for i in rows[:EXAMPLES])
        more = len(rows) - EXAMPLES
        tail = f" and {more:,} more" if more > 0 else ""
        word = table.row_word if len(rows) == 1 else f"{table.row_word}s"
        count = f"{len(rows):,} {word} {verbs[len(rows) > 1]}"
        self.add(table.file, f"{claim}: {count}, e.g. {shown}{tail}. {remedy}")

    def raise_if_any(self) -> None:
        """Raise all faults as one error, those of one file together.

        Raises
        ------
        InputError
            When any fault was noted.
        """
        if self._found:
            raise InputError(sorted(self._found, key=lambda fault: -self._rank.get(fault.file, 0)))


def nearest_ids(value: str, ids: Iterable[str]) -> str:
    """Return "the nearest is 'T07'" for an id that does not exist, or "" when none is near."""
    known = ids if isinstance(ids, Sequence) else list(ids)
    if len(known) > MANY_IDS:
        half = max(1, len(value) // 2)
        start, end = value[:half], value[-half:]
        known = [k for k in known if k.startswith(start) or k.endswith(end)][:MANY_IDS]
    near = get_close_matches(value, known, n=2, cutoff=0.5)
    if not near:
        return ""
    return "nearest is " + " or ".join(f"'{n}'" for n in near)
