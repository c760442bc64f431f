"""HubSpot by hand: CSV files for its import screen, and the same as bodies for its batch API.

In a CSV file the owner is an e-mail address and an empty cell changes nothing, so what is emptied
is in the bodies alone, where "" empties a property.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from territory_planner.crm.cells import as_csv
from territory_planner.crm.change import UNSET, Mark, Value, cell
from territory_planner.crm.file_format import FileFormat, Guide, id_faults, rows_of
from territory_planner.crm.hubspot import AT_ONCE, COMPANY, DEAL, OWNER, batch_input
from territory_planner.crm.json_lines import parts_of, write_json_lines
from territory_planner.crm.load import ACCOUNT, Kind, Load, LoadRow
from territory_planner.errors import Fault

TERRITORY = "territory"
OBJECTS: Mapping[Kind, tuple[str, str]] = {
    "account": (COMPANY, "Company owner"),
    "opportunity": (DEAL, "Deal owner"),
    "contact": ("contacts", "Contact owner"),
    "case": ("tickets", "Ticket owner"),
}
MOST_ROWS = 1_000_000


def write_rows(load: Load, rows: Sequence[LoadRow], folder: Path) -> dict[str, int]:
    """Write an import file and the bodies of batch updates for each kind of record."""
    files: dict[str, int] = {}
    for n, (kind, (name, _)) in enumerate(OBJECTS.items(), start=1):
        mine = rows_of(rows, kind)
        inputs = [
            batch_input(row.id, f"{name}-{row.id}", properties)
            for row in mine
            if (properties := _properties(row))
        ]
        bodies = [{"inputs": part} for part in parts_of(inputs, AT_ONCE)]
        path = folder / f"{n}0_{name}_batch_update.jsonl"
        if write_json_lines(path, bodies):
            files[path.name] = len(inputs)
        files |= _write_import(load, kind, mine, folder, f"{n}0_{name}_import")
    return files


def _write_import(
    load: Load, kind: Kind, rows: Sequence[LoadRow], folder: Path, stem: str
) -> dict[str, int]:
    has_owner = any(isinstance(row.owner, str) for row in rows)
    has_territory = kind == ACCOUNT and any(isinstance(row.territory, str) for row in rows)
    headers = ["Record ID"]
    headers += [OBJECTS[kind][1]] if has_owner else []
    headers += ["Territory"] if has_territory else []
    cells = []
    for row in rows:
        owner = load.users[row.owner].email if isinstance(row.owner, str) else ""
        values = [owner] if has_owner else []
        values += [_text(row.territory)] if has_territory else []
        if any(values):
            cells.append([row.id, *values])
    files = {}
    for n, part in enumerate(parts_of(cells, MOST_ROWS), start=1):
        name = f"{stem}.csv" if n == 1 else f"{stem}_{n}.csv"
        (folder / name).write_text(as_csv([headers, *part]), encoding="utf-8", newline="")
        files[name] = len(part)
    return files


def _properties(row: LoadRow) -> dict[str, str]:
    said = {OWNER: row.owner, TERRITORY: row.territory if row.kind == ACCOUNT else UNSET}
    return {name: cell(value) for name, value in said.items() if value is not UNSET}


def _text(value: Value) -> str:
    return "" if isinstance(value, Mark) else value


def _faults(load: Load) -> list[Fault]:
    faults = id_faults(
        load,
        lambda text: text.isascii() and text.isdecimal(),
        "no number, as HubSpot's Record ID and owner id are",
        "Plan with these: account_id from Record ID, and users.csv from the owners API (id, not "
        "userId).",
    )
    wanted = {row.owner for row in (*load.rows, *load.undo) if isinstance(row.owner, str)}
    blank = sorted(i for i in wanted if i not in load.users or not load.users[i].email)
    if blank:
        message = (
            f"{len(blank):,} owners have no e-mail address, by which an import knows them: "
            f"{', '.join(blank[:5])}. Add it to users.csv or to the reps table."
        )
        faults.append(Fault("--for", message))
    return faults


def _guide(files: Mapping[str, int]) -> Guide:
    has_territory = any("companies" in name for name in files)
    return Guide(
        steps=[
            *(
                [
                    "Where territories are written: make a company property with the label "
                    f"Territory and the internal name {TERRITORY} (single-line text), where it is "
                    "missing."
                ]
                if has_territory
                else []
            ),
            "Either by hand: CRM, Import, one file after the other in the order of the numbers; "
            "one object each; let it update existing records alone; map Record ID to Record ID.",
            "Or through the API, not both: POST each line of a .jsonl file as the body of "
            "/crm/v3/objects/OBJECT/batch/update, OBJECT being companies, deals, contacts or "
            "tickets. An answer 207 names the rows that failed by objectWriteTraceId.",
            "What is emptied is in the .jsonl files alone: an empty cell of an import changes "
            "nothing.",
            "Download the error file of each import, and correct its rows.",
        ],
        triggers=[
            "An import mails nobody about new owners. Whether an update through the API does is "
            "set by each user in HubSpot.",
            "Workflows that are enrolled by owner or territory run for every row.",
            "Deals, contacts and tickets of a company keep their owner, unless their own file is "
            "loaded.",
        ],
        undo=["Load the files of undo/ in the same way; what was blank before is in .jsonl alone."],
        unproven=[
            "The labels Record ID and Company owner, and that 100 inputs go into one call, are "
            "read from documentation. No live portal was at hand.",
        ],
    )


HUBSPOT = FileFormat(
    name="hubspot",
    title="HubSpot",
    objects={kind: (name, OWNER) for kind, (name, _) in OBJECTS.items()},
    territory_field=TERRITORY,
    owner_is_required=False,
    faults=_faults,
    write_rows=write_rows,
    guide=_guide,
)
