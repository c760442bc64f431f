"""What the verbs do, one after the other: look, begin, carry on, read back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from territory_planner.crm.change_set import (
    ChangeSet,
    Scope,
    change_set,
    plan_ids,
    wanted_territories,
)
from territory_planner.crm.connector import Connector
from territory_planner.crm.findings import Finding, refuse_faults
from territory_planner.crm.journal import Journal, read_journal
from territory_planner.crm.load_rows import Rows, rows_against
from territory_planner.crm.pace import Pace
from territory_planner.crm.preview import Preview
from territory_planner.crm.push import Push
from territory_planner.crm.push_folder import (
    ROLLBACK,
    STATES,
    Order,
    check_day,
    counts_of,
    read_push,
    start_push,
    write_errors,
)
from territory_planner.crm.rollback import is_undone
from territory_planner.crm.state import read_state
from territory_planner.crm.verify import Mismatch, verify
from territory_planner.domain.plan import Plan
from territory_planner.errors import Fault, InputError


@dataclass(frozen=True)
class Progress:
    """How far a push has come.

    Parameters
    ----------
    order
        What it was asked to do.
    counts
        How many changes are "ok", "failed", "conflict", "skipped" and "pending".
    codes
        How many of those that are not ok have which code.
    undoing
        The same counts of the push that undoes it, None where there is none.
    """

    order: Order
    counts: dict[str, int]
    codes: dict[str, int]
    undoing: dict[str, int] | None = None

    @property
    def is_complete(self) -> bool:
        """Whether every change has a result, and all of them are as asked."""
        return not any(self.counts[state] for state in ("failed", "conflict", "pending"))


def look(
    plan: Plan,
    connector: Connector,
    scope: Scope | None = None,
    effective_date: date | None = None,
    *,
    notify: bool = False,
    asks_crm: bool = False,
    title: str = "Plan",
) -> Preview:
    """Return what a push of a plan would do now; nothing is written.

    Raises
    ------
    CrmError
        When the CRM cannot be read.
    """
    scope = scope or Scope()
    moves = scope.opportunities == "move"
    state = read_state(connector, plan_ids(plan), with_opportunities=moves)
    found = change_set(plan, state, scope, effective_date)
    lacking = connector.lacks(wanted_territories(plan)) if scope.territory else ()
    if lacking:
        remedy = "Make them there, or let the push do so with --create."
        finding = Finding("lacking", "what is missing in the CRM", remedy, tuple(lacking))
        found = replace(found, findings=(finding, *found.findings))
    refusals = (
        [result for result in connector.dry_run(found.changes) if result.status != "ok"]
        if asks_crm
        else []
    )
    if refusals:
        cases = tuple(f"{r.key.record_id} ({r.key.field}: {r.message})" for r in refusals)
        remedy = "Mend them there or in the plan; pushed all the same, they fail alone."
        finding = Finding("dry run", "fields that the CRM itself would refuse", remedy, cases)
        found = replace(found, findings=(*found.findings, finding))
    caused = connector.consequences(found.changes, notify=notify)
    return Preview(found, state, caused, len(refusals), title)


def look_at_rows(rows: Rows, connector: Connector, *, notify: bool = False) -> Preview:
    """Return what loading rows would do now; nothing is written.

    Raises
    ------
    CrmError
        When the CRM cannot be read.
    """
    found, state = rows_against(rows, connector)
    caused = connector.consequences(found.changes, notify=notify)
    return Preview(found, state, caused, title="Rows")


def begin(
    preview: Preview,
    plan: Plan | None,
    crm: str,
    folder: Path,
    *,
    notify: bool = False,
    now: bool = False,
    leave_out_faulty: bool = False,
) -> ChangeSet:
    """Make the folder of a push: its before-image is on disk when this returns.

    Raises
    ------
    InputError
        When there is a push in the folder, or nothing to write; when the day from which the plan
        holds is still to come and it is not to be written `now`; and with every fault that was
        found, unless the rows with one are to be left out.
    OutputError
        When the folder cannot be written: then nothing goes to the CRM.
    """
    found, state = preview.changes, preview.state
    check_day(found.effective_date, date.today(), is_allowed=now)
    if not leave_out_faulty:
        refuse_faults(found.findings, crm)
    if not found.changes:
        raise InputError([Fault(crm, "it holds the plan already: there is nothing to push.")])
    day = found.effective_date
    order = Order(crm, plan.fingerprint if plan else "", day.isoformat() if day else "", notify)
    account = state.capabilities.account
    versions = {(account, record.id): record.version for record in state.accounts.values()}
    start_push(folder, order, found.changes, state.read_at, versions)
    return found


def carry_on(
    connector: Connector,
    folder: Path,
    *,
    failed_too: bool = False,
    stop_at_side_effects: bool = True,
    pace: Pace | None = None,
    tell: Callable[[int, int], object] = lambda _, __: None,
) -> Progress:
    """Write what a push has not written yet.

    Raises
    ------
    InputError
        When there is no push in the folder, another process is at work on it, or it was undone.
    CrmError
        When the CRM cannot be reached or stays busy; the same call goes on from there.
    """
    order, changes = read_push(folder)
    if is_undone(folder):
        message = "this push was undone. Push again, to a new folder."
        raise InputError([Fault(str(folder), message)])
    with Journal(folder) as journal:
        push = Push(
            connector,
            journal,
            notify=order.notify,
            pace=pace,
            tell=lambda done: tell(done, len(changes)),
            stop_at_side_effects=stop_at_side_effects,
        )
        try:
            push.write(changes, failed_too=failed_too)
        finally:
            write_errors(folder, order, changes, journal.results)
    return progress_of(folder)


def progress_of(folder: Path) -> Progress:
    """Return how far a push has come; the CRM is not asked.

    Raises
    ------
    InputError
        When there is no push in the folder, or its files are damaged.
    """
    order, changes = read_push(folder)
    results = read_journal(folder).results
    codes = Counter(r.code or r.status for r in results.values() if r.status != "ok")
    undo = folder / ROLLBACK
    undoing = None
    if is_undone(folder):
        undoing = counts_of(read_push(undo)[1], read_journal(undo).results)
    return Progress(order, counts_of(changes, results), dict(codes.most_common()), undoing)


def read_back(connector: Connector, folder: Path) -> tuple[int, list[Mismatch]]:
    """Return how many fields were written, and those that the CRM does not hold now.

    After a rollback these are the fields that it put back.

    Raises
    ------
    CrmError
        When the CRM cannot be read.
    """
    folder = folder / ROLLBACK if is_undone(folder) else folder
    _, changes = read_push(folder)
    results = read_journal(folder).results
    done = [c for c in changes if c.key in results and results[c.key].status == "ok"]
    return len(done), verify(connector, done)


def told(counts: dict[str, int], order: Sequence[str] = STATES) -> str:
    """Return counts as a line: "3,315 ok, 1 conflict"."""
    shown = [f"{counts[state]:,} {state}" for state in order if counts[state]]
    return ", ".join(shown) or "nothing"
