"""What was read, in numbers and sentences, for people to check."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from territory_planner.intake.columns import ColumnUse

# Letters of a note that are shown on a terminal.
SCREENFUL = 1_000


@dataclass(frozen=True)
class MeasureTotal:
    """A measure's total over all accounts."""

    name: str
    unit: str
    total: float


@dataclass(frozen=True)
class CheckReport:
    """What the files of a project hold.

    Parameters
    ----------
    project
        The project's name.
    accounts, territories, vacancies, units, named_units, empty_units, edges
        Counts; empty units have no account, edges are pairs of neighbouring units.
    columns
        The header that each of our columns was read from, and why that one.
    placed
        How accounts were placed: "coordinates", "postal code", "city", "area" or "left out" to a
        count.
    left_out
        The ids of all accounts that could not be placed and are not planned.
    totals
        The total of each measure.
    notes
        What was assumed, as sentences.
    """

    project: str
    accounts: int
    territories: int
    vacancies: int
    units: int
    named_units: int
    empty_units: int
    edges: int
    columns: tuple[ColumnUse, ...]
    placed: Mapping[str, int]
    left_out: tuple[str, ...]
    totals: tuple[MeasureTotal, ...]
    notes: tuple[str, ...]

    def __str__(self) -> str:
        width = max((len(use.ours) for use in self.columns), default=0)
        named = f", {self.named_units:,} of them named accounts" if self.named_units else ""
        vacant = f", {self.vacancies:,} vacant" if self.vacancies else ""
        lines = [
            f"{self.project}: the files can be planned from.",
            f"  {self.accounts:,} accounts in {self.units:,} units{named}",
            f"  {self.territories:,} territories{vacant}",
            f"  {self.edges:,} pairs of neighbouring units",
        ]
        lines += [f"  {t.name}: {t.total:,.0f} {t.unit}".rstrip() for t in self.totals]
        for file in dict.fromkeys(use.file for use in self.columns):
            lines.append(f"Columns of {file}:")
            lines += [
                f"  {use.ours:<{width}}  from '{use.header}' ({use.how})"
                for use in self.columns
                if use.file == file
            ]
        if self.notes:
            lines.append("Assumed:")
            lines += [f"  {_shortened(note)}" for note in self.notes]
        return "\n".join(lines)


def _shortened(note: str) -> str:
    """Return a note that would fill a screen cut, and where the whole of it is."""
    return note if len(note) <= SCREENFUL else f"{note[:SCREENFUL]} … (whole with --json)"
