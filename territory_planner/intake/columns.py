"""Which header of a file is which of our columns: as mapped, by our name, or recognised."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from territory_planner.config import did_you_mean
from territory_planner.intake.faults import Faults
from territory_planner.intake.headers import Vocabulary
from territory_planner.intake.tables import Table


@dataclass(frozen=True)
class ColumnUse:
    """One of our columns and the header that it is read from.

    Parameters
    ----------
    file
        The file's name.
    ours
        Our name of the column, such as "postal_code".
    header
        The header in the file.
    how
        "mapped", "same name", "recognised as Salesforce" (or another CRM), "usual name", or
        "kept" for a column that is none of ours.
    """

    file: str
    ours: str
    header: str
    how: str


@dataclass(frozen=True, eq=False)
class Columns:
    """A table seen through our names."""

    table: Table
    uses: tuple[ColumnUse, ...]

    def header(self, ours: str) -> str | None:
        """Return the header one of our columns is read from, None when the file lacks it."""
        return next((use.header for use in self.uses if use.ours == ours), None)

    def has(self, ours: str) -> bool:
        """Return whether the file has one of our columns."""
        return self.header(ours) is not None

    def text(self, ours: str) -> Any:
        """Return a column as an Arrow array of trimmed texts, all "" when the file lacks it."""
        import pyarrow as pa

        header = self.header(ours)
        if header is None:
            return pa.repeat("", len(self.table))
        return self.table.text(header)

    def said(self, ours: str, row: int) -> str:
        """Return one cell as text, "" when the file lacks the column."""
        return self.table.said(self.header(ours), row)


def match_columns(
    table: Table,
    names: Sequence[str],
    mapping: Mapping[str, str],
    vocabularies: Mapping[str, Vocabulary],
    usual: Vocabulary,
    section: str,
    faults: Faults,
) -> Columns:
    """Return the table seen through our names.

    What `plan.toml` maps goes first, then headers that are our names, then those of the CRM whose
    vocabulary explains most headers, then names that hand-made tables use.

    Parameters
    ----------
    names
        Our columns.
    mapping
        Our name to header, as `plan.toml` says.
    vocabularies
        CRM to the headers it uses.
    section
        The section of `plan.toml` that maps, for messages.
    """
    by_plain = {_plain(h): h for h in reversed(table.headers)}
    by_small = {h.casefold(): h for h in reversed(table.headers)}
    crm, words = _best_vocabulary(by_small, vocabularies)
    uses: dict[str, ColumnUse] = {}
    for ours, header in mapping.items():
        found = header if header in table.columns else by_small.get(header.casefold())
        if found is None:
            faults.add(
                table.file,
                f"column '{header}', which {section} gives for {ours}, is missing. "
                f"{did_you_mean(header, table.headers)}",
            )
        else:
            uses[ours] = ColumnUse(table.file, ours, found, "mapped")
    for ours in names:
        if ours in mapping:
            continue
        if ours in by_plain:
            uses[ours] = ColumnUse(table.file, ours, by_plain[ours], "same name")
            continue
        header = next(
            (by_small[w.casefold()] for w in words.get(ours, ()) if w.casefold() in by_small), ""
        )
        if header:
            uses[ours] = ColumnUse(table.file, ours, header, f"recognised as {crm}")
            continue
        header = next((by_plain[w] for w in usual.get(ours, ()) if w in by_plain), "")
        if header:
            uses[ours] = ColumnUse(table.file, ours, header, "usual name")
    in_order = tuple(uses[ours] for ours in names if ours in uses)
    for use in in_order:
        check_once(table, use.header, faults)
    return Columns(table, in_order)


def check_once(table: Table, header: str, faults: Faults) -> None:
    """Note a fault when a header that is read occurs twice."""
    if header in table.repeated:
        faults.add(
            table.file,
            f"column '{header}' is there more than once. Rename or remove all but one.",
        )


def _best_vocabulary(
    headers: Mapping[str, str], vocabularies: Mapping[str, Vocabulary]
) -> tuple[str, Vocabulary]:
    """Return the CRM that explains most of our columns, provided it is two and one is the key."""
    best: tuple[str, Vocabulary] = ("", {})
    most = 1
    for crm, words in vocabularies.items():
        known = [any(w.casefold() in headers for w in ways) for ways in words.values()]
        # The key comes first in every vocabulary.
        if known[0] and sum(known) > most:
            best, most = (crm, words), sum(known)
    return best


def _plain(header: str) -> str:
    return re.sub(r"[\W_]+", "_", header.casefold()).strip("_")
