"""Changes as rows, one a record, and rows as batches that one call of a CRM takes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from territory_planner.crm.change import Change
from territory_planner.crm.connector import Capabilities

Row = tuple[Change, ...]
"""The changes of one record: written together or not at all."""

Batch = tuple[Row, ...]


def rows_of(changes: Iterable[Change]) -> list[Row]:
    """Return the changes by record, in the order in which each record comes first."""
    by_record: dict[tuple[str, str], list[Change]] = {}
    for change in changes:
        by_record.setdefault(change.record, []).append(change)
    return [tuple(row) for row in by_record.values()]


def batches_of(rows: Iterable[Row], able: Capabilities) -> list[Batch]:
    """Return the rows in batches, each of one object, and of one set of values where it must be."""
    alike: dict[tuple[object, ...], list[Row]] = {}
    for row in rows:
        what = tuple((c.field, c.new) for c in row) if able.one_value else ()
        alike.setdefault((row[0].object, what), []).append(row)
    return [
        tuple(group[at : at + able.max_batch])
        for group in alike.values()
        for at in range(0, len(group), able.max_batch)
    ]


def changes_in(rows: Sequence[Row]) -> list[Change]:
    """Return the changes of rows, one after the other."""
    return [change for row in rows for change in row]
