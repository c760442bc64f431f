"""Odoo by hand: CSV files for its import screen, one for each set of fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from territory_planner.crm.cells import as_csv
from territory_planner.crm.change import UNSET, cell
from territory_planner.crm.file_format import FileFormat, Guide, rows_of
from territory_planner.crm.load import ACCOUNT, Kind, Load, LoadRow
from territory_planner.crm.odoo_csv import EXTERNAL, NUMBER, import_headers
from territory_planner.crm.odoo_territory import TerritoryField
from territory_planner.errors import Fault

OWNER = "user_id"
TERRITORY = str(TerritoryField.name)
MODELS: Mapping[Kind, str] = {
    "account": "res.partner",
    "opportunity": "crm.lead",
    "contact": "res.partner",
}
NAMES: Mapping[Kind, str] = {
    "account": "10_res.partner",
    "opportunity": "20_crm.lead",
    "contact": "30_res.partner_contacts",
}


def write_rows(load: Load, rows: Sequence[LoadRow], folder: Path) -> dict[str, int]:
    """Write one file for each kind of record and set of fields."""
    files = {}
    for kind, model in MODELS.items():
        alike: dict[tuple[str, ...], list[LoadRow]] = {}
        for row in rows_of(rows, kind):
            territory = row.territory if kind == ACCOUNT else UNSET
            said = ((OWNER, row.owner), (TERRITORY, territory))
            alike.setdefault(tuple(n for n, v in said if v is not UNSET), []).append(row)
        for fields, mine in alike.items():
            if not fields:
                continue
            headers = import_headers(model, fields, _key(_records(load)), _key(_users(load)))
            value = {OWNER: lambda row: row.owner, TERRITORY: lambda row: row.territory}
            cells = [(row.id, *(cell(value[name](row)) for name in fields)) for row in mine]
            folder.mkdir(parents=True, exist_ok=True)
            name = f"{NAMES[kind]}_{'_'.join(fields)}.csv"
            (folder / name).write_text(as_csv([headers, *cells]), encoding="utf-8", newline="")
            files[name] = len(mine)
    return files


def _records(load: Load) -> list[str]:
    return [row.id for row in load.rows]


def _users(load: Load) -> list[str]:
    return [user.id for user in load.users.values()]


def _key(ids: Sequence[str]) -> str:
    return NUMBER if all(map(_is_number, ids)) else EXTERNAL


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal()


def _faults(load: Load) -> list[Fault]:
    faults = []
    for told, ids in (("records", _records(load)), ("users", _users(load))):
        numbers = [i for i in ids if _is_number(i)]
        if numbers and len(numbers) < len(ids):
            other = next(i for i in ids if not _is_number(i))
            message = (
                f"{len(numbers):,} {told} have a number of the database as their id and "
                f"{len(ids) - len(numbers):,} an external id, e.g. {numbers[0]} and {other}. Use "
                "one of the two."
            )
            faults.append(Fault("--for", message))
    return faults


def _guide(files: Mapping[str, int]) -> Guide:
    loads = [name for name in files if name[:2].isdecimal()]
    has_field = any(TERRITORY in name for name in loads)
    return Guide(
        steps=[
            *(
                [
                    f"Make the text field {TERRITORY} on contacts (Settings, Technical, Fields, "
                    "model res.partner, type Char), where it is missing."
                ]
                if has_field
                else []
            ),
            "For each file in the order of the numbers: open the list of contacts (20: of "
            "opportunities), Import records, upload the file. The headers are recognised as they "
            "are.",
            "Press Test first. One bad row refuses the whole file, and nothing is changed. A "
            "record that Odoo does not know is refused too, since a new one would need a name.",
            "Press Import.",
            "Do not put rows of several files together: an empty cell empties its field.",
        ],
        triggers=[
            "Odoo may mail each new salesperson about each record: try one row first. crm push "
            "writes the same changes quietly.",
            "Contacts below an account, its orders and its tasks keep their owner.",
            "Odoo works out the sales team of an opportunity anew, and its assignment date.",
            "Automation rules on these records run.",
        ],
        undo=["Import the files of undo/ in the same way."],
        unproven=[
            "That no automation of yours refuses a row; Test says so before anything is changed.",
        ],
    )


ODOO = FileFormat(
    name="odoo",
    title="Odoo",
    objects={kind: (model, OWNER) for kind, model in MODELS.items()},
    territory_field=TERRITORY,
    owner_is_required=False,
    faults=_faults,
    write_rows=write_rows,
    guide=_guide,
)
