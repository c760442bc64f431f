"""Skills: several in one cell, compared without regard to case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from territory_planner.config import did_you_mean
from territory_planner.errors import Conflict, InfeasibleError
from territory_planner.intake.columns import Columns
from territory_planner.intake.faults import EXAMPLES


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


def read_requirements(columns: Columns) -> Requirements:
    """Return what each account requires."""
    cells: Any = columns.text("skills").dictionary_encode()
    wanted = [split_skills(cell) for cell in cells.dictionary.to_pylist()]
    # Sorted by their words, so that the order of rows does not show.
    sets = sorted({frozenset[str](), *wanted}, key=lambda need: (len(need) > 0, sorted(need)))
    index = np.array([sets.index(need) for need in wanted] or [0], dtype=np.int32)
    return Requirements(tuple(sets), index[np.asarray(cells.indices)])


def check_skills(
    ids: NDArray[np.str_], needs: Requirements, known: Sequence[frozenset[str]]
) -> None:
    """Refuse accounts that require what no rep has.

    Parameters
    ----------
    ids
        ``(n_accounts,)``.
    needs
        What they require.
    known
        The skills of each rep.

    Raises
    ------
    InfeasibleError
        With a conflict for each skill that nobody has, and for each set that nobody has together.
    """
    owned = sorted(frozenset[str]().union(*known))
    used = [needs.sets[i] for i in np.unique(needs.of_account)]
    conflicts = []
    for skill in sorted(frozenset[str]().union(*used) - set(owned)):
        near = f"Or correct its name. {did_you_mean(skill, owned)} " if owned else ""
        asked = np.array([skill in need for need in needs.sets])
        conflicts.append(
            Conflict(
                (
                    _requiring(ids[asked[needs.of_account]], f"the skill '{skill}'"),
                    f"0 of {len(known):,} reps have it",
                ),
                f"Give the skill to a rep. {near}Or set [criteria] use_skills = false.",
            )
        )
    for need in used:
        if need <= set(owned) and not any(need <= skills for skills in known):
            asked = np.array([one == need for one in needs.sets])
            told = " and ".join(f"'{skill}'" for skill in sorted(need))
            conflicts.append(
                Conflict(
                    (
                        _requiring(ids[asked[needs.of_account]], f"the skills {told}"),
                        f"0 of {len(known):,} reps have them together",
                    ),
                    "Give the skills to one rep, or set [criteria] use_skills = false.",
                )
            )
    if conflicts:
        raise InfeasibleError(conflicts)


def _requiring(ids: NDArray[np.str_], what: str) -> str:
    count = "1 account requires" if len(ids) == 1 else f"{len(ids):,} accounts require"
    more = f" and {len(ids) - EXAMPLES:,} more" if len(ids) > EXAMPLES else ""
    return f"{count} {what}: {', '.join(ids[:EXAMPLES].tolist())}{more}"
