"""Skills: several in one cell, compared without regard to case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from territory_planner.config import did_you_mean
from territory_planner.intake.columns import Columns
from territory_planner.intake.faults import Faults


@dataclass(frozen=True, eq=False)
class Requirements:
    """What accounts require.

    Parameters
    ----------
    sets
        The distinct sets of skills; the first is the empty set.
    of_account
        ``(n_accounts,)`` index into ``sets``.
    """

    sets: tuple[frozenset[str], ...]
    of_account: NDArray[np.int32]


def split_skills(cell: str) -> frozenset[str]:
    """Return the skills in a cell such as "Health care; public sector"."""
    return frozenset(part.strip().casefold() for part in cell.split(";") if part.strip())


def read_requirements(
    columns: Columns, known: Sequence[frozenset[str]] | None, faults: Faults
) -> Requirements:
    """Return what each account requires; note skills that no rep has.

    Parameters
    ----------
    known
        The skills of each rep, None when their table could not be read.
    """
    cells: Any = columns.text("skills").dictionary_encode()
    wanted = [split_skills(cell) for cell in cells.dictionary.to_pylist()]
    # Sorted by their words, so that the order of rows does not show.
    sets = sorted({frozenset[str](), *wanted}, key=lambda need: (len(need) > 0, sorted(need)))
    index = np.array([sets.index(need) for need in wanted] or [0], dtype=np.int32)
    of_account = index[np.asarray(cells.indices)]
    if known is not None:
        _check_known(columns, wanted, np.asarray(cells.indices), known, faults)
    return Requirements(tuple(sets), of_account)


def _check_known(
    columns: Columns,
    wanted: list[frozenset[str]],
    cell_of: NDArray[np.integer],
    known: Sequence[frozenset[str]],
    faults: Faults,
) -> None:
    header = columns.header("skills")
    owned = sorted(frozenset[str]().union(*known))
    for skill in sorted(frozenset[str]().union(*wanted) - set(owned)):
        has = np.array([skill in need for need in wanted])
        faults.add_rows(
            columns.table,
            f"column '{header}' must name skills that a rep has, and nobody has '{skill}'",
            has[cell_of],
            lambda i: columns.said("id", i),
            f"{did_you_mean(skill, owned)} Or set use_skills = false.",
            ("requires it", "require it"),
        )
    missing = [need for need in wanted if need <= set(owned) and not any(need <= k for k in known)]
    for need in missing:
        faults.add_rows(
            columns.table,
            f"column '{header}' must name skills that one rep has together, and nobody has "
            f"{' and '.join(sorted(need))}",
            np.array([w == need for w in wanted])[cell_of],
            lambda i: columns.said("id", i),
            "Add the skills to a rep, or set use_skills = false.",
            ("requires them", "require them"),
        )
