"""Odoo's own dry run: its import screen, driven over the API, and rolled back there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from territory_planner.crm.batches import Row, rows_of
from territory_planner.crm.cells import as_csv
from territory_planner.crm.change import Change, cell
from territory_planner.crm.connector import RowResult
from territory_planner.crm.odoo_csv import import_headers
from territory_planner.crm.odoo_rpc import Rpc

AT_ONCE = 1000
OPTIONS = {"quoting": '"', "separator": ",", "has_headers": True, "encoding": "utf-8"}


def imported(
    rpc: Rpc, changes: Sequence[Change], context: Mapping[str, object]
) -> Iterator[RowResult]:
    """Yield what Odoo says to each change when it imports them as a CSV file; nothing is kept."""
    alike: dict[tuple[str, tuple[str, ...]], list[Row]] = {}
    for row in rows_of(changes):
        # An empty cell clears the field, so only rows with the same fields go together.
        fields = tuple(change.field for change in row)
        alike.setdefault((row[0].object, fields), []).append(row)
    for (kind, fields), rows in alike.items():
        headers = import_headers(kind, fields)
        for at in range(0, len(rows), AT_ONCE):
            yield from _some(rpc, kind, headers, rows[at : at + AT_ONCE], context)


def _some(
    rpc: Rpc,
    kind: str,
    headers: Sequence[str],
    rows: Sequence[Row],
    context: Mapping[str, object],
) -> Iterator[RowResult]:
    cells = [(row[0].record_id, *(cell(change.new) for change in row)) for row in rows]
    upload = {
        "res_model": kind,
        "file": as_csv([headers, *cells]),
        "file_type": "text/csv",
        "file_name": "changes.csv",
    }
    created = rpc.call("base_import.import", "create", vals_list=[upload])
    said = rpc.call(
        "base_import.import", "execute_import", ids=created, fields=list(headers),
        columns=list(headers), options=OPTIONS, dryrun=True, context=context,
    )  # fmt: skip
    wrong: dict[int, str] = {}
    for message in said.get("messages", ()):
        if message.get("type", "error") == "error":
            first = message.get("rows", {}).get("from", message.get("record", 0))
            wrong.setdefault(int(first or 0), str(message.get("message", "")))
    for place, row in enumerate(rows):
        why = wrong.get(place)
        for change in row:
            if why is None:
                yield RowResult(change.key, "ok")
            else:
                yield RowResult(change.key, "failed", "import", why)
