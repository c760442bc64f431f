"""Zoho CRM by hand: CSV files for bulk write jobs, and calls that assign territories.

A bulk write knows no territories; they are assigned by calls of their own, the new one before the
old one is removed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from territory_planner.crm.cells import as_csv
from territory_planner.crm.file_format import FileFormat, Guide, id_faults, rows_of
from territory_planner.crm.json_lines import parts_of, write_json_lines
from territory_planner.crm.listed_territories import held_listed, territory_faults, their_ids
from territory_planner.crm.load import ACCOUNT, TERRITORY, Kind, Load, LoadRow
from territory_planner.errors import Fault
from territory_planner.exporting.assignments import iso

MODULES: Mapping[Kind, str] = {
    "account": "Accounts",
    "opportunity": "Deals",
    "contact": "Contacts",
    "case": "Cases",
}
HEADERS = ("id", "Owner.id")
MOST_ROWS = 25_000
AT_ONCE = 100


def write_rows(load: Load, rows: Sequence[LoadRow], folder: Path) -> dict[str, int]:
    """Write the owners of each kind of record, and the calls that move accounts."""
    files: dict[str, int] = {}
    for n, (kind, module) in enumerate(MODULES.items(), start=1):
        owned = [(row.id, row.owner) for row in rows_of(rows, kind) if isinstance(row.owner, str)]
        for part, some in enumerate(parts_of(owned, MOST_ROWS), start=1):
            name = f"{n}0_{module}_bulk_write{'' if part == 1 else f'_{part}'}.csv"
            folder.mkdir(parents=True, exist_ok=True)
            text = as_csv([HEADERS, *some])
            (folder / name).write_text(text, encoding="utf-8", newline="")
            files[name] = len(some)
    return files | _write_calls(load, rows_of(rows, ACCOUNT), folder)


def _write_calls(load: Load, rows: Sequence[LoadRow], folder: Path) -> dict[str, int]:
    ids, files = their_ids(load), {}
    both = {c.record_id: {c.old, c.new} for c in load.changes if c.field == TERRITORY}
    put = [(r.id, ids[r.territory]) for r in rows if isinstance(r.territory, str)]
    off = [
        (row.id, ids[value])
        for row in rows
        for value in sorted(v for v in both.get(row.id, ()) if isinstance(v, str))
        if value != row.territory
    ]
    for name, pairs in (("assign_territories", put), ("remove_territories", off)):
        calls = [_call(name, part, load) for part in parts_of(pairs, AT_ONCE)]
        path = folder / f"{'11' if pairs is put else '12'}_Accounts_{name}.jsonl"
        if write_json_lines(path, calls):
            files[path.name] = len(pairs)
    return files


def _call(name: str, pairs: Sequence[tuple[str, str]], load: Load) -> dict[str, Any]:
    return {
        "method": "POST",
        "url": f"/crm/v8/Accounts/actions/{name}",
        "body": {"data": [{"id": i, "Territories": [{"id": t}]} for i, t in pairs]},
        "effective_date": iso(load.wishes.effective_date) or None,
    }


def _faults(load: Load) -> list[Fault]:
    faults = id_faults(
        load,
        lambda text: text.isascii() and text.isdecimal(),
        "no number, as Zoho's are",
        "Plan with Zoho's record ids; where an export says zcrm_123, leave zcrm_ away.",
    )
    return faults + territory_faults(load, "Zoho")


def _guide(files: Mapping[str, int]) -> Guide:
    shown = ", ".join(sorted(name for name in files if name.endswith(".csv") and name[0].isdigit()))
    calls = any(name.startswith(("11_", "12_")) for name in files)
    zipped = (
        f"Zip each .csv file by itself ({shown}), upload it, and make a bulk write job: operation "
        "update, find_by id, columns mapped as in the header."
    )
    sent = (
        "Send the lines of 11 before those of 12: method, url below your Zoho API domain, body as "
        "it stands; effective_date is for you alone. A record has 10 territories at most."
    )
    return Guide(
        steps=[
            *([zipped] if shown else []),
            *([sent] if calls else []),
            "Download the result of each job, read each answer, and correct the rows they name.",
        ],
        triggers=[
            "Workflows and assignment rules may run for every record, as the job or call is told.",
            "Deals and contacts of an account keep their owner, unless their own file is loaded.",
        ],
        undo=["Load the files of undo/ in the same way."],
        unproven=[
            "No live account was at hand: the lookup header Owner.id and the calls are read from "
            "documentation.",
        ],
    )


ZOHO = FileFormat(
    name="zoho",
    title="Zoho CRM",
    objects={kind: (name, "Owner") for kind, name in MODULES.items()},
    territory_field="Territories",
    owner_is_required=True,
    faults=_faults,
    write_rows=write_rows,
    guide=_guide,
    held=held_listed,
)
