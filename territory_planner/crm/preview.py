"""The preview: what a push would do, counted, listed, and asked of the CRM where it can be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from territory_planner.crm.change import CLEAR, Change, Value, cell
from territory_planner.crm.change_set import ChangeSet
from territory_planner.crm.connector import Consequences
from territory_planner.crm.state import CrmState
from territory_planner.exporting.spreadsheet import write_table
from territory_planner.reporting.numbers import MISSING, quantity
from territory_planner.reporting.pages import page_of, write_whole
from territory_planner.reporting.tables import Column, Table

PAGE, LIST = "preview.html", "preview.csv"
NOBODY = "nobody"
MOST_SHOWN = 5000
"""A browser scrolls through so many rows; more make it wait."""


@dataclass(frozen=True)
class Preview:
    """What a push would do.

    Parameters
    ----------
    changes
        What would change, and what was found on the way.
    state
        What the CRM holds now.
    consequences
        What the CRM would do besides.
    refusals
        How many changes the CRM would refuse, where it was asked.
    title
        The plan, as a heading.
    """

    changes: ChangeSet
    state: CrmState
    consequences: Consequences
    refusals: int = 0
    title: str = "Plan"

    @property
    def counts(self) -> dict[str, int]:
        """The numbers that are shown before anything is written."""
        able, all_ = self.state.capabilities, self.changes.changes
        fields = Counter((change.object, change.field) for change in all_)
        faults = [f for f in self.changes.findings if f.is_fault]
        owner = able.account, able.owner_field or ""
        return {
            "accounts": self.changes.accounts,
            "records": self.changes.records,
            "owners": fields[owner],
            "territories": fields[able.account, able.territory_field or ""],
            "opportunities": sum(change.object == able.opportunity for change in all_),
            "cleared": sum(change.new is CLEAR for change in all_),
            "faults": sum(len(f.cases) for f in faults),
            "refusals": self.refusals,
            "emails": self.consequences.emails,
            "team_deletions": self.consequences.team_deletions,
            "api_calls": self.consequences.api_calls,
        }

    @property
    def lines(self) -> list[str]:
        """The same as sentences, for a terminal and the page's head."""
        n = {name: quantity(count) for name, count in self.counts.items()}
        day = self.changes.effective_date
        lines = [
            f"{n['records']} records would change in {self.state.capabilities.name}, for "
            f"{n['accounts']} accounts of the plan"
            + (f", which holds from {day.isoformat()}" if day else ""),
            f"{n['owners']} accounts get another owner, {n['territories']} another territory, "
            f"{n['opportunities']} opportunities another owner; {n['cleared']} fields are emptied",
            f"It would cause {n['emails']} e-mails and {n['team_deletions']} deletions of account "
            f"teams, and take about {n['api_calls']} API calls",
        ]
        lines += self.consequences.warnings
        lines += [f"{'fault' if f.is_fault else 'remark'}: {f.sentence}"
                  for f in self.changes.findings]  # fmt: skip
        return lines


def change_columns(preview: Preview) -> dict[str, list[str]]:
    """Return the columns of ``preview.csv``: one row a change, with names for people."""
    said = _Names(preview.state)
    day = preview.changes.effective_date
    all_ = preview.changes.changes
    return {
        "object": [c.object for c in all_],
        "record_id": [c.record_id for c in all_],
        "name": [preview.changes.names.get(c.record_id, "") for c in all_],
        "field": [c.field for c in all_],
        "old_value": [cell(c.old) for c in all_],
        "new_value": [cell(c.new) for c in all_],
        "old_name": [said.of(c, c.old) for c in all_],
        "new_name": [said.of(c, c.new) for c in all_],
        "effective_date": [day.isoformat() if day else ""] * len(all_),
    }


def write_preview(preview: Preview, folder: Path) -> tuple[Path, Path]:
    """Write the page and the list of changes, and return where.

    Raises
    ------
    OutputError
        When they cannot be written.
    """
    write_whole(folder / PAGE, preview_page(preview))
    write_table(folder / LIST, change_columns(preview))
    return folder / PAGE, folder / LIST


def preview_page(preview: Preview) -> str:
    """Return what a push would do as a page.

    Raises
    ------
    NotSelfContainedError
        When something in the page would be loaded from elsewhere.
    """
    tables = (
        ("From whom to whom", flows_table(preview)),
        ("Changes", changes_table(preview)),
    )
    return page_of(
        "crm_preview.html",
        styles=("report.css",),
        scripts=("tables.js",),
        title=f"{preview.title}: what a push would change",
        lines=preview.lines,
        read_at=datetime.fromisoformat(preview.state.read_at),
        tables=[(heading, table) for heading, table in tables if table.rows],
    )


def flows_table(preview: Preview) -> Table:
    """Return how many accounts go from whom to whom, the most first."""
    able, said = preview.state.capabilities, _Names(preview.state)
    moves = Counter(
        (said.of(c, c.old), said.of(c, c.new))
        for c in preview.changes.changes
        if c.object == able.account and c.field == able.owner_field
    )
    columns = (Column("from", numeric=False), Column("to", numeric=False), Column("accounts"))
    most = sorted(moves.items(), key=lambda pair: (-pair[1], pair[0]))
    rows = [[one, other, quantity(count)] for (one, other), count in most]
    return Table("flows", "Accounts by outgoing and incoming owner", columns, rows)


def changes_table(preview: Preview) -> Table:
    """Return one row a change, as people read it; of very many the first ones."""
    heads = ("record", "name", "field", "from", "to")
    said = _Names(preview.state)
    rows = [
        [c.record_id, preview.changes.names.get(c.record_id, ""), c.field, said.of(c, c.old),
         said.of(c, c.new)]
        for c in preview.changes.changes[:MOST_SHOWN]
    ]  # fmt: skip
    count = len(preview.changes.changes)
    caption = "Every field that would be written"
    if count > MOST_SHOWN:
        caption = f"The first {MOST_SHOWN:,} of {count:,} changes; all of them are in {LIST}"
    columns = tuple(Column(head, numeric=False) for head in heads)
    return Table("changes", caption, columns, rows)


class _Names:
    """What people call the values of owners and territories."""

    def __init__(self, state: CrmState) -> None:
        able = state.capabilities
        self._users = users = {u.id: u.name or u.email or u.id for u in state.users}
        self._of: dict[tuple[str | None, str | None], Mapping[str, str]] = {
            (able.account, able.owner_field): users,
            (able.opportunity, able.opportunity_owner_field): users,
            (able.account, able.territory_field): {t.id: t.name for t in state.territories},
        }

    def of(self, change: Change, value: Value) -> str:
        """Return a value of a change as people call it."""
        text = cell(value)
        names = self._of.get((change.object, change.field), {})
        return names.get(text, text) or (NOBODY if names is self._users else MISSING)
