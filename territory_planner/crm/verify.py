"""Reading back what was written: the answer of a CRM is no proof."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from territory_planner.crm.batches import batches_of, changes_in, rows_of
from territory_planner.crm.change import UNSET, Change, Value
from territory_planner.crm.connector import Connector, RowResult

AT_ONCE = 2000
"""Records that are read in one go: connectors cut this down to what their CRM takes."""


@dataclass(frozen=True)
class Mismatch:
    """A change whose field holds something else: `UNSET` when the record is gone."""

    change: Change
    held: Value


def held_values(connector: Connector, changes: Iterable[Change]) -> dict[Change, Value]:
    """Return what the CRM holds now where each change would write; `UNSET` where nothing is."""
    from dataclasses import replace

    able = replace(connector.capabilities(), max_batch=AT_ONCE, one_value=False)
    held: dict[Change, Value] = {}
    for batch in batches_of(rows_of(changes), able):
        kind = batch[0][0].object
        fields = sorted({change.field for row in batch for change in row})
        ids = [row[0].record_id for row in batch]
        records = {record.id: record for record in connector.read(kind, ids, fields)}
        for change in changes_in(batch):
            record = records.get(change.record_id)
            held[change] = UNSET if record is None else record.value(change.field)
    return held


def verify(connector: Connector, changes: Iterable[Change]) -> list[Mismatch]:
    """Return the changes that the CRM does not hold.

    Raises
    ------
    CrmError
        When it cannot be read.
    """
    held = held_values(connector, changes)
    return [Mismatch(change, value) for change, value in held.items() if value != change.new]


def judged(change: Change, held: Value, answer: RowResult | None) -> RowResult:
    """Return the result of a change from what the CRM says and what it holds."""
    if held == change.new:
        return RowResult(change.key, "ok")
    if answer is not None and answer.status in ("failed", "busy"):
        return answer
    if held is UNSET:
        return RowResult(change.key, "failed", "missing", "it cannot be read back")
    if held == change.old:
        told = "the CRM took the row, but holds the old value"
        return RowResult(change.key, "failed", "not_written", told)
    told = f"it holds {held!r} after {change.new!r} was written"
    return RowResult(change.key, "conflict", "other_value", told)
