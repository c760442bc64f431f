"""Undoing a push: the inverse of what was done, by the same engine.

What the push wrote is the old value of its inverse, so a record that somebody has changed since is
a conflict there: reported, and never overwritten. The inverse is a push in a folder of its own, so
it can be killed and resumed as well.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

from territory_planner.crm.batches import changes_in, rows_of
from territory_planner.crm.change import Change, is_half_done
from territory_planner.crm.connector import Connector, RowResult
from territory_planner.crm.journal import FOUND, Journal
from territory_planner.crm.pace import Pace
from territory_planner.crm.push import Push
from territory_planner.crm.push_folder import (
    MANIFEST,
    ROLLBACK,
    Order,
    read_push,
    start_push,
    write_errors,
)
from territory_planner.crm.state import now
from territory_planner.crm.verify import held_values


def rollback(
    connector: Connector,
    folder: Path,
    *,
    notify: bool = False,
    pace: Pace | None = None,
    tell: Callable[[int], object] = lambda _: None,
) -> Path:
    """Put back what a push wrote, or go on doing so, and return the folder of the inverse.

    Raises
    ------
    InputError
        When there is no push in the folder.
    CrmError
        When the CRM cannot be reached or stays busy; the same call goes on from there.
    """
    order, changes = read_push(folder)
    undo = folder / ROLLBACK
    if not (undo / MANIFEST).exists():
        with Journal(folder) as journal:
            _end(connector, changes, journal)
            done = [c for c in changes if journal.results[c.key].status == "ok"]
        inverse = Order(**(asdict(order) | {"undoes": True, "notify": notify}))
        start_push(undo, inverse, undone(done), now())
    order, inverses = read_push(undo)
    with Journal(undo) as journal:
        # An automation that moves other fields must not stand in the way of undoing.
        push = Push(connector, journal, notify=notify, pace=pace, tell=tell,
                    stop_at_side_effects=False, undoes=True)  # fmt: skip
        push.write(inverses)
        write_errors(undo, order, inverses, journal.results)
    return undo


def undone(changes: Sequence[Change]) -> list[Change]:
    """Return the inverse of changes, the last record first."""
    return changes_in([tuple(c.undone() for c in row) for row in reversed(rows_of(changes))])


def is_undone(folder: Path) -> bool:
    """Return whether a push is being, or has been, undone."""
    return (folder / ROLLBACK / MANIFEST).exists()


def _end(connector: Connector, changes: Sequence[Change], journal: Journal) -> None:
    """Give every change a result: what was about to be sent is read, the rest is never sent."""
    able = connector.capabilities()
    done = journal.results
    open_ = [change for change in changes if change.key not in done]
    # Of a territory whose old row could not be deleted, the new one is there.
    failed = [c for c in changes if c.key in done and done[c.key].status == "failed"]
    rows = {c for c in (*open_, *failed)
            if able.territory_in_rows and c.field == able.territory_field}  # fmt: skip
    asked = [c for c in changes if c.key not in done or c in rows]
    held = held_values(connector, [change for change in asked if journal.was_sent(change.key)])
    begun = {change for change in rows if change in held and is_half_done(change, held[change])}
    told = "the push was undone before this row was written"
    ended = [
        RowResult(change.key, "ok", FOUND)
        if change in begun or held.get(change) == change.new
        else RowResult(change.key, "skipped", "rolled_back", told)
        for change in asked
        if change in begun or change.key not in done
    ]
    journal.all(ended)
