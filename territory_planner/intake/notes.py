"""What the reader of the files assumed, as sentences for the report."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from territory_planner.config import Settings
from territory_planner.geography.gazetteer import Gazetteer
from territory_planner.geography.projection import scale_error
from territory_planner.intake.accounts import AccountRows
from territory_planner.intake.basic_units import UnitRows
from territory_planner.intake.columns import Columns, ColumnUse
from territory_planner.intake.faults import EXAMPLES
from territory_planner.intake.placement import AREA, CITY, POSTAL_CODE, Placement
from territory_planner.intake.roll_up import RollUp

# Wider than the contiguous United States.
NOTABLE_ERROR = 0.04
# A report still opens with so many ids in a note.
LISTED = 5_000


def counted(n: int, noun: str) -> str:
    """Return a number with its noun: "1 account", "2,000 accounts"."""
    return f"{n:,} {noun}" if n == 1 else f"{n:,} {noun}s"


def placement_notes(accounts: AccountRows, left_out: Sequence[str]) -> list[str]:
    """Return how accounts without coordinates were placed, and which were left out."""
    notes = []
    for how, told in (
        (POSTAL_CODE, "the postal code's point"),
        (CITY, "the city's centre"),
        (AREA, "the middle of the area that the key names"),
    ):
        n = int((accounts.placement.placed_by == how).sum())
        if n:
            were = "was" if n == 1 else "were"
            notes.append(f"{counted(n, 'account')} without coordinates {were} put at {told}.")
    if left_out:
        shown = ", ".join(left_out[:LISTED])
        more = len(left_out) - LISTED
        tail = f" and {more:,} more, which check --json lists" if more > 0 else ""
        were = "was" if len(left_out) == 1 else "were"
        notes.append(
            f"{counted(len(left_out), 'account')} could not be placed and {were} left out: "
            f"{shown}{tail}."
        )
    return notes


def city_notes(
    columns: Columns,
    key: str,
    placement: Placement,
    rows: NDArray[np.int64],
    gazetteer: Gazetteer,
) -> list[str]:
    """Return which rows were put at a city that may not be the one that is meant.

    Parameters
    ----------
    key
        Our name of the column that tells rows apart.
    rows
        ``(n,)`` row of the table for each entry of the placement.
    """
    guesses, ignored = [], []
    for row in rows[placement.guessed].tolist():
        city = gazetteer.city(columns.said("city", row), columns.said("state", row))
        if city is not None and city.is_guess:
            guesses.append(f"{columns.said(key, row)}: {city.told}")
        elif city is not None and city.ignored:
            ignored.append(f"{columns.said(key, row)}: {city.told}, not '{city.ignored}'")
    file = columns.table.file
    notes = []
    if guesses:
        notes.append(
            f"{counted(len(guesses), 'row')} of {file} {_names(guesses)} a city that is there "
            "several times and no state that tells which; the largest was taken, e.g. "
            f"{', '.join(guesses[:EXAMPLES])}."
        )
    if ignored:
        notes.append(
            f"{counted(len(ignored), 'row')} of {file} {_names(ignored)} a state that the "
            f"gazetteer does not know; the city alone was heeded, e.g. "
            f"{', '.join(ignored[:EXAMPLES])}."
        )
    return notes


def _names(rows: Sequence[str]) -> str:
    return "names" if len(rows) == 1 else "name"


def column_notes(uses: Sequence[ColumnUse]) -> list[str]:
    """Return which headers were recognised without being mapped."""
    notes = []
    for file in dict.fromkeys(use.file for use in uses):
        guessed = [
            u for u in uses if u.file == file and u.how not in ("mapped", "same name", "kept")
        ]
        if guessed:
            told = ", ".join(f"'{use.header}' is {use.ours}" for use in guessed)
            crm = next((u.how for u in guessed if u.how.startswith("recognised")), "usual names")
            notes.append(f"Headers of {file} were taken without a mapping ({crm}): {told}.")
    return notes


def unit_notes(units: UnitRows, found: RollUp | None) -> list[str]:
    """Return what became of areas without accounts and accounts without areas."""
    if found is None:
        return []
    notes = []
    empty = units.n_areas - len(np.unique(units.of_account[units.of_account < units.n_areas]))
    if empty:
        notes.append(
            f"{empty:,} of {units.n_areas:,} areas hold no account; they belong to a territory "
            "as well, so that the whole market is covered."
        )
    leavers = len(units.ids) - units.n_areas
    if leavers:
        left = "left its area and is" if leavers == 1 else "left their areas and are"
        notes.append(
            f"{counted(leavers, 'account')} {left} assigned apart: named, locked or forbidden, "
            "with skills of their own, or of a family that lies in several areas."
        )
    if found.mended:
        notes.append(
            f"{counted(found.mended, 'account')} matched an area after leading zeros were restored "
            "or a suffix was cut."
        )
    if found.beside:
        lay = "lay" if found.beside > 1 else "lies"
        notes.append(
            f"{counted(found.beside, 'account')} {lay} just outside and went to the nearest area."
        )
    return notes


def projection_notes(crs: str, lonlat: NDArray[np.float64]) -> list[str]:
    """Return a warning when the data spans so much that a plane distorts its distances.

    Parameters
    ----------
    lonlat
        ``(n, 2)`` longitude and latitude of everything that is planned.
    """
    low, high = lonlat.min(axis=0), lonlat.max(axis=0)
    corners = np.array([(x, y) for x in (low[0], high[0]) for y in (low[1], high[1])])
    error = scale_error(crs, corners)
    if error < NOTABLE_ERROR:
        return []
    return [
        f"The data spans so much of the globe that distances may be off by {error:.0%}; "
        "plan continents one by one."
    ]


def setting_notes(accounts: AccountRows, settings: Settings) -> list[str]:
    """Return which columns are there and not used."""
    notes = []
    columns, wishes = accounts.columns, settings.wishes
    for ours, used, setting in (
        ("family", wishes.keep_together, "keep_together"),
        ("skills", wishes.use_skills, "use_skills"),
    ):
        if not used and any(columns.text(ours).unique().to_pylist()):
            notes.append(
                f"Column '{columns.header(ours)}' was not used; "
                f"[criteria] {setting} = true would use it."
            )
    return notes
