"""The reps table: territories with their rep, home, capacity and skills."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from territory_planner.config import REP_COLUMNS, Settings
from territory_planner.geography.gazetteer import Gazetteer
from territory_planner.intake.columns import Columns, match_columns
from territory_planner.intake.coordinates import read_coordinates
from territory_planner.intake.faults import Faults
from territory_planner.intake.headers import REP_HEADERS, USUAL_REP_HEADERS
from territory_planner.intake.numbers import LARGEST, read_numbers
from territory_planner.intake.placement import NOWHERE, Placement, known_places, place
from territory_planner.intake.skills import split_skills
from territory_planner.intake.tables import Table


@dataclass(frozen=True, eq=False)
class Reps:
    """The territories as their table tells them, one row each.

    Parameters
    ----------
    columns
        The table seen through our names.
    key
        Our name of the column that tells rows apart.
    territory_ids, territories, rep_ids, names, emails, managers
        ``(n_territories,)`` texts, "" for nothing; a vacant territory has no rep id.
    share
        ``(n_territories,)`` capacity in any unit.
    skills
        ``(n_territories,)`` what each rep is able to serve.
    placement
        Where the homes are.
    """

    columns: Columns
    key: str
    territory_ids: tuple[str, ...]
    territories: tuple[str, ...]
    rep_ids: tuple[str, ...]
    names: tuple[str, ...]
    emails: tuple[str, ...]
    managers: tuple[str, ...]
    share: NDArray[np.float64]
    skills: tuple[frozenset[str], ...]
    placement: Placement

    def __len__(self) -> int:
        return len(self.territory_ids)


def read_reps(
    table: Table, settings: Settings, gazetteer: Gazetteer, faults: Faults
) -> Reps | None:
    """Return the territories and their reps, None when the table has no key."""
    columns = match_columns(
        table,
        REP_COLUMNS,
        settings.columns.reps,
        REP_HEADERS,
        USUAL_REP_HEADERS,
        "[columns.reps]",
        faults,
    )
    if not (columns.has("territory_id") or columns.has("rep_id")):
        faults.add(
            table.file,
            "a column with the rep's or the territory's key is missing. Add rep_id or "
            "territory_id, or name it in [columns.reps]. "
            f"The file has: {', '.join(table.headers)}.",
        )
        return None
    text = {ours: columns.text(ours).to_pylist() for ours in REP_COLUMNS}
    rep_ids = text["rep_id"]
    if not columns.has("rep_id"):
        rep_ids = [e or n for e, n in zip(text["email"], text["rep"], strict=True)]
    territory_ids = [t or r for t, r in zip(text["territory_id"], rep_ids, strict=True)]
    key = "territory_id" if columns.has("territory_id") else "rep_id"
    _check_keys(columns, key, territory_ids, rep_ids, text["email"], faults)
    share = _capacity(columns, key, faults)
    own = read_coordinates(columns, key, gazetteer, faults)
    placement = place(columns, own, gazetteer)
    if settings.wishes.centers == "home":
        _check_homes(columns, key, placement, rep_ids, gazetteer, faults)
    names = [
        name or rep or id_
        for name, rep, id_ in zip(text["territory"], text["rep"], territory_ids, strict=True)
    ]
    return Reps(
        columns=columns,
        key=key,
        territory_ids=tuple(territory_ids),
        territories=tuple(names),
        rep_ids=tuple(rep_ids),
        names=tuple(text["rep"]),
        emails=tuple(text["email"]),
        managers=tuple(text["manager"]),
        share=share,
        skills=tuple(split_skills(skill) for skill in text["skills"]),
        placement=placement,
    )


def _check_keys(
    columns: Columns,
    key: str,
    territory_ids: list[str],
    rep_ids: list[str],
    emails: list[str],
    faults: Faults,
) -> None:
    table = columns.table
    faults.add_rows(
        table,
        f"column '{columns.header(key)}' must be filled",
        np.array([id_ == "" for id_ in territory_ids]),
        lambda i: columns.said("rep", i) or columns.said("email", i) or "blank row",
        "Give every territory its id.",
    )
    checks = [(key, territory_ids)]
    checks += [("rep_id", rep_ids)] if key == "territory_id" and columns.has("rep_id") else []
    checks += [("email", [email.casefold() for email in emails])]
    for ours, values in checks:
        faults.add_rows(
            table,
            f"column '{columns.header(ours)}' must be unique",
            _repeated(values),
            lambda i, v=values: v[i],  # type: ignore[misc]
            "Give each row its own, or remove the row that is double.",
        )


def _repeated(values: list[Any]) -> NDArray[np.bool_]:
    """Return True where a value that is filled occurred before."""
    seen: set[Any] = set()
    again = []
    for value in values:
        again.append(value != "" and value in seen)
        seen.add(value)
    return np.array(again, dtype=np.bool_)


def _capacity(columns: Columns, key: str, faults: Faults) -> NDArray[np.float64]:
    """Return each territory's share of the target: its capacity, 1 without such a column."""
    table, header = columns.table, columns.header("capacity")
    if header is None:
        return np.ones(len(table))
    numbers = read_numbers(table, header)

    def told(i: int) -> str:
        return f"{columns.said(key, i)}: '{table.said(header, i)}'"

    claim = f"column '{header}' must be a number"
    faults.add_rows(table, claim, numbers.bad, told, "Write 1 for full time, 0.5 for half.")
    faults.add_rows(
        table,
        f"column '{header}' must be filled",
        numbers.blank,
        lambda i: columns.said(key, i),
        "Write 1 for full time, 0.5 for half.",
    )
    known = np.isfinite(numbers.value)
    if known.any() and (numbers.value[known] == 0).all():
        faults.add(
            table.file,
            f"column '{header}' is 0 for every territory, so none has a target. "
            "Write 1 for full time, 0.5 for half.",
        )
        return np.ones(len(table))
    faults.add_rows(
        table,
        f"column '{header}' must be more than 0",
        known & (numbers.value <= 0),
        told,
        "Give the territory a share of the work, or remove its row to close it.",
    )
    faults.add_rows(
        table,
        f"column '{header}' must be at most {LARGEST:g}",
        known & (numbers.value > LARGEST),
        told,
        "Write 1 for full time, 0.5 for half.",
    )
    return np.where(known & (numbers.value > 0), np.minimum(numbers.value, LARGEST), 1.0)


def _check_homes(
    columns: Columns,
    key: str,
    placement: Placement,
    rep_ids: list[str],
    gazetteer: Gazetteer,
    faults: Faults,
) -> None:
    """Note reps without a home; a vacancy needs none."""
    nowhere = placement.placed_by == NOWHERE
    vacant = np.array([rep_id == "" for rep_id in rep_ids])
    faults.add_rows(
        columns.table,
        "every rep must have a home",
        # Coordinates that are there but wrong have been told already.
        nowhere & ~vacant & ~placement.refused,
        lambda i: " ".join(
            part
            for part in (
                f"{columns.said(key, i)}:",
                columns.said("rep", i),
                columns.said("postal_code", i),
                columns.said("city", i),
            )
            if part
        ),
        f"Add latitude and longitude, or {known_places(gazetteer)}.",
        ("has none", "have none"),
    )
