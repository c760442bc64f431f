"""The accounts table: who they are, where they lie, what they need and who serves them today."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from territory_planner.config import ACCOUNT_COLUMNS, Settings, did_you_mean
from territory_planner.domain.column import Column
from territory_planner.domain.problem import NONE
from territory_planner.geography.gazetteer import Gazetteer
from territory_planner.intake.columns import Columns, ColumnUse, check_once, match_columns
from territory_planner.intake.coordinates import read_coordinates
from territory_planner.intake.families import read_families
from territory_planner.intake.faults import Faults
from territory_planner.intake.headers import ACCOUNT_HEADERS, USUAL_ACCOUNT_HEADERS
from territory_planner.intake.measures import check_totals, read_activity
from territory_planner.intake.owners import match_owners
from territory_planner.intake.placement import Placement, place
from territory_planner.intake.reps import Reps
from territory_planner.intake.skills import Requirements, read_requirements
from territory_planner.intake.tables import Table, numpy_text

YES = ("1", "true", "t", "yes", "y", "x", "on", "ja", "j", "wahr")
NO = ("", "0", "false", "f", "no", "n", "off", "nein", "falsch")
PER_ACCOUNT = ("row", "ids", "names", "activity", "current", "named", "family", "requirement")
# CRMs allow names of up to 255 letters; what is far longer is something else, such as notes.
LONGEST_NAME = 1_000


@dataclass(frozen=True, eq=False)
class AccountRows:
    """The accounts as their table tells them.

    Parameters
    ----------
    columns
        The table seen through our names.
    row
        ``(n_accounts,)`` row of the table each account stands in.
    ids, names
        ``(n_accounts,)`` key and display name.
    placement
        Where they lie.
    activity
        ``(n_accounts, n_measures)``.
    current
        ``(n_accounts,)`` territory that serves the account today, ``NONE`` for nobody.
    named
        ``(n_accounts,)`` True for a named account.
    family
        ``(n_accounts,)`` account family, ``NONE`` for an account on its own.
    requirement
        ``(n_accounts,)`` index into ``required_skills``.
    required_skills
        The distinct sets of skills that accounts require; the first is the empty set.
    kept
        The texts that the project keeps, by the name it gives them.
    """

    columns: Columns
    row: NDArray[np.int64]
    ids: NDArray[np.str_]
    names: NDArray[np.str_]
    placement: Placement
    activity: NDArray[np.float64]
    current: NDArray[np.int32]
    named: NDArray[np.bool_]
    family: NDArray[np.int32]
    requirement: NDArray[np.int32]
    required_skills: tuple[frozenset[str], ...]
    kept: Mapping[str, Column]

    def __len__(self) -> int:
        return len(self.row)

    @property
    def uses(self) -> tuple[ColumnUse, ...]:
        """The headers that our columns and the kept ones are read from."""
        table = self.columns.table
        headers = {name: table.header_of(name) for name in self.kept if not self.columns.has(name)}
        kept = (ColumnUse(table.file, name, h, "kept") for name, h in headers.items() if h)
        return (*self.columns.uses, *kept)

    def only(self, kept: NDArray[np.bool_]) -> AccountRows:
        """Return the accounts that are marked."""
        if kept.all():
            return self
        arrays: Mapping[str, Any] = {name: getattr(self, name)[kept] for name in PER_ACCOUNT}
        columns = {name: column.only(kept) for name, column in self.kept.items()}
        return replace(self, placement=self.placement.only(kept), kept=columns, **arrays)


def read_accounts(
    table: Table, settings: Settings, reps: Reps | None, gazetteer: Gazetteer, faults: Faults
) -> AccountRows | None:
    """Return the accounts, None when the table has no key."""
    columns = match_columns(
        table,
        ACCOUNT_COLUMNS,
        settings.columns.accounts,
        ACCOUNT_HEADERS,
        USUAL_ACCOUNT_HEADERS,
        "[columns.accounts]",
        faults,
    )

    def id_of(row: int) -> str:
        return columns.said("id", row)

    activity = read_activity(table, settings.measure, id_of, faults)
    if not columns.has("id"):
        if "id" not in settings.columns.accounts:
            faults.add(
                table.file,
                "a column with the account's key is missing. Name it in [columns.accounts]: "
                f'id = "…". The file has: {", ".join(table.headers)}.',
            )
        return None
    _check_ids(columns, faults)
    if len(faults) == 0:
        check_totals(table, activity, settings.measure, faults)
    own = read_coordinates(columns, "id", gazetteer, faults)
    needs = (
        read_requirements(columns)
        if settings.wishes.use_skills
        else Requirements((frozenset(),), np.zeros(len(table), dtype=np.int32))
    )
    n = len(table)
    return AccountRows(
        columns=columns,
        row=np.arange(n),
        ids=numpy_text(columns.text("id")),
        names=_names(columns, faults),
        placement=place(columns, own, gazetteer),
        activity=activity,
        current=np.full(n, NONE, dtype=np.int32)
        if reps is None
        else match_owners(columns, reps, faults),
        named=_named(columns, faults),
        family=read_families(columns)
        if settings.wishes.keep_together
        else np.full(n, NONE, np.int32),
        requirement=needs.of_account,
        required_skills=needs.sets,
        kept=_kept(columns, settings.kept_columns(), faults) | _families_kept(columns, settings),
    )


def _families_kept(columns: Columns, settings: Settings) -> dict[str, Column]:
    """Return the column of families, filled or not, where a scenario's accounts may join them."""
    kept = (name.casefold() for name in settings.kept_columns())
    if "family" in kept or not settings.joins_families:
        return {}
    return {"family": _coded(columns.text("family"))}


def _kept(columns: Columns, names: Sequence[str], faults: Faults) -> dict[str, Column]:
    """Return the columns that the project keeps: one of ours, or any header of the file."""
    kept, table = {}, columns.table
    for name in names:
        header = columns.header(name) or table.header_of(name)
        if header is None:
            near = did_you_mean(name, table.headers)
            faults.add(
                table.file,
                f"column '{name}', which [data] keep or a scenario's where names, is missing. "
                f"{near}",
            )
            continue
        check_once(table, header, faults)
        kept[name] = _coded(table.text(header))
    return kept


def _coded(texts: Any) -> Column:
    cells = texts.dictionary_encode()
    values = Column.of(cells.dictionary.to_pylist())
    return Column(values.values, values.code[np.asarray(cells.indices)])


def _check_ids(columns: Columns, faults: Faults) -> None:
    table, header = columns.table, columns.header("id")
    ids = columns.text("id")
    coded = ids.dictionary_encode()
    code = np.asarray(coded.indices)
    is_blank = np.asarray(_equals(ids, ""))
    faults.add_rows(
        table,
        f"column '{header}' must be filled",
        is_blank,
        lambda i: columns.said("name", i) or "no name",
        "Give every account its id.",
    )
    if len(coded.dictionary) == len(ids):
        return
    again = np.ones(len(ids), dtype=np.bool_)
    first = np.unique(code, return_index=True)[1]
    again[first] = False
    first_row = np.empty(len(coded.dictionary), dtype=np.int64)
    first_row[code[first]] = first
    faults.add_rows(
        table,
        f"column '{header}' must be unique",
        again & ~is_blank,
        lambda i: f"{columns.said('id', i)}, first in {table.where(int(first_row[code[i]]))}",
        "Remove the rows that are double, or give each its own id.",
    )


def _names(columns: Columns, faults: Faults) -> NDArray[np.str_]:
    import pyarrow.compute as pc

    ids, names = columns.text("id"), columns.text("name")
    names = pc.if_else(pc.equal(names, ""), ids, names)
    length = np.asarray(pc.utf8_length(names))
    faults.add_rows(
        columns.table,
        f"column '{columns.header('name')}' must have at most {LONGEST_NAME:,} characters",
        length > LONGEST_NAME,
        lambda i: f"{columns.said('id', i)}: {length[i]:,}",
        "Shorten the name, or name another column in [columns.accounts].",
        ("has more", "have more"),
    )
    # One name that is a whole essay would widen the array for all.
    return numpy_text(pc.utf8_slice_codeunits(names, 0, LONGEST_NAME))


def _named(columns: Columns, faults: Faults) -> NDArray[np.bool_]:
    cells = columns.text("named").dictionary_encode()
    words = [word.casefold() for word in cells.dictionary.to_pylist()]
    cell_of = np.asarray(cells.indices)
    faults.add_rows(
        columns.table,
        f"column '{columns.header('named')}' must be yes or no",
        np.array([word not in YES + NO for word in words])[cell_of],
        lambda i: f"{columns.said('id', i)}: '{columns.said('named', i)}'",
        "Write 1 for a named account and leave it blank for the others.",
    )
    named: NDArray[np.bool_] = np.array([word in YES for word in words])[cell_of]
    return named


def _equals(texts: Any, value: str) -> Any:
    import pyarrow.compute as pc

    return pc.equal(texts, value)
