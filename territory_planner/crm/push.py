"""The push: every batch is read again just before it is written, written, and read back.

* A field that holds neither the old nor the new value was changed by somebody else: a conflict,
  and the record is left alone.
* A field that holds the new value already is ours where we were about to send it (we were killed
  before we could note the answer), and somebody else's otherwise.
* "ok" means that the new value was read back from the CRM, whatever it answered.
* A batch that is refused whole is halved down to the bad row. A busy CRM is asked again, later and
  later. A broken line is no answer: the batch is read again first.
* A watched field that no change names must not move: the push stops at the first batch that does.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import replace

from territory_planner.crm.batches import Batch, Row, batches_of, changes_in, rows_of
from territory_planner.crm.change import UNSET, Change, Key, Value, is_half_done
from territory_planner.crm.connector import (
    BusyError,
    Connector,
    CrmError,
    LostError,
    Record,
    RefusedError,
    RowResult,
)
from territory_planner.crm.journal import FOUND, Journal
from territory_planner.crm.pace import Pace
from territory_planner.crm.verify import judged

ALREADY = "already"
"""Code of a row whose new value somebody else wrote before us."""
HELD_BACK = "held_back"
"""Code of a row that was not written since another field, or its account, could not be."""


class SideEffectError(CrmError):
    """A field that no change names moved while records were written."""


class Push:
    """Changes on their way to a CRM.

    Parameters
    ----------
    connector, journal
        Where they go, and where it is noted.
    notify
        Whether the CRM may tell people of them.
    pace
        How a busy CRM is waited for.
    tell
        Called with the rows done so far.
    stop_at_side_effects
        Whether a watched field that moves ends the push.
    undoes
        Whether these changes put back what another push wrote, or had begun to.
    sleep
        Waits some seconds.
    """

    def __init__(
        self,
        connector: Connector,
        journal: Journal,
        *,
        notify: bool = False,
        pace: Pace | None = None,
        tell: Callable[[int], object] = lambda _: None,
        stop_at_side_effects: bool = True,
        undoes: bool = False,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self._connector, self._journal, self._notify = connector, journal, notify
        self._able = connector.capabilities()
        self._pace, self._tell, self._sleep = pace or Pace(), tell, sleep
        self._stops, self._undoes = stop_at_side_effects, undoes
        self._held_back: set[tuple[str, str]] = set()

    def write(self, changes: Iterable[Change], *, failed_too: bool = False) -> None:
        """Write the changes that have no result yet, or failed where these are to be tried again.

        Raises
        ------
        CrmError
            When the CRM cannot be reached or stays busy; what was done is in the journal, and the
            rest can be resumed.
        """
        pending: list[Row] = []
        for row in rows_of(changes):
            results = {c: self._journal.results.get(c.key) for c in row}
            left = tuple(c for c, r in results.items() if r is None or (failed_too and _again(r)))
            if left:
                pending.append(left)
            # A kill may have come between the line of a conflict and those of its record's others.
            if any(r and c not in left and r.status not in ("ok", "skipped")
                   for c, r in results.items()):  # fmt: skip
                self._held_back.add(row[0].record)
        for batch in batches_of(pending, self._able):
            self._settle(batch)
            self._tell(len(self._journal.results))

    def _settle(self, rows: Batch) -> None:
        """Bring every row of a batch to a result."""
        locked: list[RowResult] = []
        for attempt in range(self._pace.attempts):
            before = self._read(rows)
            todo = self._to_be_written(rows, before)
            parts = batches_of(todo, self._able)
            if len(parts) > 1:
                for part in parts:
                    self._settle(part)
                return
            if not todo:
                return
            self._journal.sending([change.key for change in changes_in(todo)])
            asked_s, locked = None, []
            try:
                answers = self._answers(todo)
            except RefusedError as refused:
                self._halve(todo, refused)
                return
            except BusyError as busy:
                rows, why, asked_s = todo, str(busy), busy.retry_after_s
            except LostError as lost:
                rows, why = todo, str(lost)
            else:
                rows = self._judge(todo, before, answers)
                if not rows:
                    return
                locked = [answers[change.key] for change in changes_in(rows)]
                why = locked[0].message
            self._wait(attempt, asked_s)
        if not locked:
            raise self._gave_up(why)
        # Rows that stay locked are theirs who hold the lock; the other batches are not held up.
        self._journal.all(replace(result, status="failed") for result in locked)

    def _wait(self, attempt: int, asked_s: float | None) -> None:
        if attempt + 1 < self._pace.attempts:
            self._sleep(self._pace.wait_s(attempt, asked_s))

    def _gave_up(self, why: str) -> CrmError:
        return CrmError(
            f"{self._able.name} did not answer in {self._pace.attempts} attempts ({why}). "
            "What was written is in the journal; crm resume goes on from there."
        )

    def _halve(self, rows: Batch, refused: RefusedError) -> None:
        if len(rows) == 1:
            self._journal.all(
                RowResult(change.key, "failed", refused.code, refused.message) for change in rows[0]
            )
            return
        middle = len(rows) // 2
        self._settle(rows[:middle])
        self._settle(rows[middle:])

    def _answers(self, rows: Batch) -> dict[Key, RowResult]:
        """Let the connector write a batch, and return what it says of each change."""
        changes = changes_in(rows)
        mine = {change.key for change in changes}
        answers: dict[Key, RowResult] = {}
        for result in self._connector.apply(changes, notify=self._notify):
            if result.key not in mine:
                raise CrmError(
                    f"The connector of {self._able.name} speaks of {tuple(result.key)}, which it "
                    "was not given. Stop, and report it."
                )
            answers[result.key] = result
        return answers

    def _read(self, rows: Batch) -> dict[str, Record]:
        """Return the records of a batch with the fields that change and those that must not."""
        kind = rows[0][0].object
        named = {change.field for row in rows for change in row}
        fields = sorted(named.union(self._able.watched.get(kind, ())))
        ids = [row[0].record_id for row in rows]
        for attempt in range(self._pace.attempts):
            try:
                return {record.id: record for record in self._connector.read(kind, ids, fields)}
            except BusyError as busy:
                why, asked_s = str(busy), busy.retry_after_s
            except LostError as lost:
                why, asked_s = str(lost), None
            self._wait(attempt, asked_s)
        raise self._gave_up(why)

    def _to_be_written(self, rows: Batch, records: dict[str, Record]) -> Batch:
        """Return the rows whose fields hold the old value; note what became of the others."""
        results: list[RowResult] = []
        todo: list[Row] = []
        for row in rows:
            record = records.get(row[0].record_id)
            left = []
            is_conflict = row[0].record in self._held_back or self._stays(row)
            for change in row:
                held = UNSET if record is None else record.value(change.field)
                is_ready = held == change.old or self._is_half_done(change, held)
                if record is not None and is_ready:
                    left.append(change)
                    continue
                result = self._found(change, record is not None, held)
                is_conflict |= result.status != "ok" and result.code != ALREADY
                results.append(result)
            if is_conflict:
                told = "another field of this record could not be written, so this one was not"
                if self._stays(row):
                    told = f"account {row[0].follows} did not change hands, so this one does not"
                results += [RowResult(c.key, "skipped", HELD_BACK, told) for c in left]
            elif left:
                todo.append(tuple(left))
        self._journal.all(results)
        return tuple(todo)

    def _stays(self, row: Row) -> bool:
        """Return whether a row follows an account whose owner was not written."""
        account = Key(self._able.account, row[0].follows, self._able.owner_field or "")
        result = self._journal.results.get(account)
        is_there = result is not None and (result.status == "ok" or result.code == ALREADY)
        return row[0].follows != "" and not is_there

    def _is_half_done(self, change: Change, held: Value) -> bool:
        """Return whether a row of a territory was inserted, and the old one not yet deleted."""
        is_row = self._able.territory_in_rows and change.field == self._able.territory_field
        is_ours = self._undoes or self._journal.was_sent(change.key)
        return is_row and is_ours and is_half_done(change, held)

    def _found(self, change: Change, is_there: bool, held: Value) -> RowResult:
        """Return what it means that a field does not hold the old value."""
        if not is_there:
            return RowResult(change.key, "failed", "missing", "the record is not there any more")
        if held is UNSET:
            return RowResult(change.key, "failed", "unreadable", "the field cannot be read")
        if held != change.new:
            told = f"somebody made it {held!r}; it was {change.old!r} when it was read"
            return RowResult(change.key, "conflict", "changed_since", told)
        if self._journal.was_sent(change.key):
            return RowResult(change.key, "ok", FOUND, "")
        return RowResult(change.key, "skipped", ALREADY, "somebody else wrote the same value")

    def _judge(
        self, rows: Batch, before: dict[str, Record], answers: dict[Key, RowResult]
    ) -> Batch:
        """Read a batch back, note the results, and return the rows to be tried again."""
        after = self._read(rows)
        busy: list[Row] = []
        results: list[RowResult] = []
        for row in rows:
            record = after.get(row[0].record_id)
            again = []
            for change in row:
                held = UNSET if record is None else record.value(change.field)
                result = judged(change, held, answers.get(change.key))
                if result.status == "busy":
                    again.append(change)
                else:
                    results.append(result)
            if again:
                busy.append(tuple(again))
        self._journal.all(results)
        if self._stops:
            self._refuse_side_effects(rows, before, after)
        return tuple(busy)

    def _refuse_side_effects(
        self, rows: Batch, before: dict[str, Record], after: dict[str, Record]
    ) -> None:
        watched = self._able.watched.get(rows[0][0].object, ())
        moved = []
        for row in rows:
            record_id, named = row[0].record_id, {change.field for change in row}
            if record_id not in after:
                continue
            one, other = before[record_id], after[record_id]
            moved += [
                f"{record_id}: {name} was {one.value(name)!r}, is {other.value(name)!r}"
                for name in watched
                if name not in named and one.value(name) != other.value(name)
            ]
        if moved:
            raise SideEffectError(
                f"{len(moved):,} fields moved that no change names, e.g. {'; '.join(moved[:3])}. "
                "An automation of the CRM, or somebody at work there, did it. The push stopped "
                "after this batch: look at these records, then crm resume --allow-side-effects "
                "or crm rollback."
            )


def _again(result: RowResult) -> bool:
    return result.status == "failed" or result.code == HELD_BACK
