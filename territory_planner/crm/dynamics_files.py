"""Dynamics 365 by hand: one operation of the Dataverse Web API a line.

``If-Match: *`` keeps a PATCH from making a record that is not there. A lookup is emptied by null.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from territory_planner.crm.change import UNSET
from territory_planner.crm.file_format import FileFormat, Guide, id_faults, rows_of
from territory_planner.crm.json_lines import write_json_lines
from territory_planner.crm.listed_territories import held_listed, territory_faults, their_ids
from territory_planner.crm.load import ACCOUNT, Kind, Load, LoadRow
from territory_planner.errors import Fault
from territory_planner.exporting.assignments import iso

SETS: Mapping[Kind, str] = {
    "account": "accounts",
    "opportunity": "opportunities",
    "contact": "contacts",
    "case": "incidents",
}
OWNER, TERRITORY = "ownerid", "territoryid"
_GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def write_rows(load: Load, rows: Sequence[LoadRow], folder: Path) -> dict[str, int]:
    """Write one file of operations for each kind of record."""
    ids, day = their_ids(load), iso(load.wishes.effective_date)
    files = {}
    for n, (kind, name) in enumerate(SETS.items(), start=1):
        bodies = [(row, _body(row, ids)) for row in rows_of(rows, kind)]
        path = folder / f"{n}0_{name}.jsonl"
        operations = (
            {
                "method": "PATCH",
                "url": f"{name}({row.id})",
                "headers": {"Content-Type": "application/json", "If-Match": "*"},
                "body": body,
                "effective_date": day or None,
            }
            for row, body in bodies
            if body
        )
        count = write_json_lines(path, operations)
        if count:
            files[path.name] = count
    return files


def _body(row: LoadRow, ids: Mapping[str, str]) -> dict[str, Any]:
    body: dict[str, Any] = {}
    if isinstance(row.owner, str):
        body[f"{OWNER}@odata.bind"] = f"/systemusers({row.owner})"
    if row.kind == ACCOUNT and row.territory is not UNSET:
        held = isinstance(row.territory, str)
        bound = f"/territories({ids[str(row.territory)]})" if held else None
        body[f"{TERRITORY}@odata.bind"] = bound
    return body


def _is_guid(text: str) -> bool:
    return _GUID.fullmatch(text) is not None


def _faults(load: Load) -> list[Fault]:
    remedy = "Plan with the ids of Dataverse: accountid of accounts, systemuserid of users."
    faults = id_faults(load, _is_guid, "no GUID", remedy)
    wrong = [t for t in (load.records.territories if load.records else ()) if not _is_guid(t.id)]
    if wrong and load.wishes.scope.territory:
        message = f"{len(wrong):,} ids are no GUID, e.g. {wrong[0].id!r}. Take territoryid."
        faults.append(Fault("territories.csv", message))
    return faults + territory_faults(load, "Dynamics")


def _guide(files: Mapping[str, int]) -> Guide:
    shown = ", ".join(name for name in files if name[:2].isdecimal())
    return Guide(
        steps=[
            f"Send the lines of each file in the order of the numbers ({shown}): method, url below "
            "https://ORG.crm.dynamics.com/api/data/v9.2/, headers and body as they stand; "
            "effective_date is for you alone.",
            "At most 1,000 lines go into one $batch, with the header Prefer: "
            "odata.continue-on-error, or the first failure stops it. Answers come in the order of "
            "the lines.",
            "An answer 429 says in Retry-After when to go on; 404 or 412 is a record that is not "
            "there.",
        ],
        triggers=[
            "A new owner cascades to the children of an account as its relationships say for "
            "Assign (Settings, Customizations): contacts, opportunities, activities. Look before "
            "you load.",
            "Workflows, plug-ins and flows on owner or territory run for every record.",
            "The territory is a field of the account and moves no ownership.",
        ],
        undo=["Send the lines of undo/ in the same way; what a cascade moved stays where it is."],
        unproven=[
            "No live environment was at hand. The names of the lookups (ownerid, territoryid) are "
            "those of the standard tables: compare with $metadata.",
        ],
    )


DYNAMICS = FileFormat(
    name="dynamics",
    title="Dynamics 365",
    objects={kind: (name, OWNER) for kind, name in SETS.items()},
    territory_field=TERRITORY,
    owner_is_required=True,
    faults=_faults,
    write_rows=write_rows,
    guide=_guide,
    held=held_listed,
)
