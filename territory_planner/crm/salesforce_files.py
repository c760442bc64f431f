"""Salesforce by hand: CSV files numbered in the order in which they are loaded.

Parents come before children, and a new membership before the old one goes, so that nobody loses
sight of an account in between. Memberships are inserted and deleted only, since Salesforce updates
none. What is not in Salesforce yet has no id: such files go into `NEEDS_IDS` with developer names
in place of the ids.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from territory_planner.crm.change import UNSET, Value
from territory_planner.crm.file_format import FileFormat, Options, id_faults, rows_of
from territory_planner.crm.load import ACCOUNT, Kind, Load, LoadRow
from territory_planner.crm.salesforce_csv import LARGEST, bulk_csv, id18, is_id
from territory_planner.crm.salesforce_guide import METADATA, NEEDS_IDS, guide
from territory_planner.crm.salesforce_ids import (
    MANUAL,
    OrgIds,
    held_territories,
    org_ids,
    territory_ids,
)
from territory_planner.crm.salesforce_metadata import write_metadata
from territory_planner.crm.salesforce_model import (
    TerritoryModel,
    kind_of,
    name_of,
    territory_model,
)
from territory_planner.errors import Fault

OWNED: Mapping[Kind, str] = {
    "account": "60_Account_update",
    "opportunity": "61_Opportunity_update",
    "contact": "62_Contact_update",
    "case": "63_Case_update",
}
MEMBER = ("UserId", "Territory2Id", "RoleInTerritory2")
ASSOCIATION = ("ObjectId", "Territory2Id", "AssociationCause")
TERRITORY = (
    "DeveloperName", "Name", "Territory2ModelId", "Territory2TypeId", "ParentTerritory2Id",
    "AccountAccessLevel", "OpportunityAccessLevel", "CaseAccessLevel", "ContactAccessLevel",
    "Description",
)  # fmt: skip
DEFAULT_ACCESS = (UNSET, UNSET, UNSET, UNSET)
UNDO = "undo"


def write_bulk(
    folder: Path,
    name: str,
    headers: Sequence[str],
    rows: Iterable[Sequence[Value]],
    largest: int = LARGEST,
) -> dict[str, int]:
    """Write rows as ``name.csv``, ``name_2.csv`` and so on, and return the rows of each file.

    Nothing is written where there are no rows.
    """
    rows = list(rows)
    if not rows:
        return {}
    folder.mkdir(parents=True, exist_ok=True)
    files = {}
    for n, data in enumerate(bulk_csv(headers, rows, largest), start=1):
        path = folder / (f"{name}.csv" if n == 1 else f"{name}_{n}.csv")
        path.write_bytes(data)
        files[path.name] = sum(1 for _ in csv.reader(io.StringIO(data.decode(), newline=""))) - 1
    return files


def write_rows(load: Load, rows: Sequence[LoadRow], folder: Path) -> dict[str, int]:
    """Write the owners of records, and the territory of each opportunity."""
    ids = org_ids(load.records)
    of = {ours: theirs for theirs, ours in territory_ids(load.plan, ids).items()}
    files: dict[str, int] = {}
    for kind, name in OWNED.items():
        owned = [row for row in rows_of(rows, kind) if row.owner is not UNSET]
        cells: list[tuple[Value, ...]] = [(id18(row.id), _owner(row.owner)) for row in owned]
        headers: tuple[str, ...] = ("Id", "OwnerId")
        if kind == "opportunity" and load.wishes.scope.territory:
            headers = (*headers, "Territory2Id")
            cells = [
                (*cell, of.get(row.territory, UNSET) if isinstance(row.territory, str)
                 else row.territory)
                for cell, row in zip(cells, owned, strict=True)
            ]  # fmt: skip
        files |= write_bulk(folder, name, headers, cells)
    return files


def write_frame(load: Load, options: Options, folder: Path) -> dict[str, int]:
    """Write territories, members and memberships, as files to load and as metadata."""
    if not load.wishes.scope.territory:
        return {}
    day = load.wishes.effective_date
    model = territory_model(load.plan, options.model, options.rules, day)
    ids = org_ids(load.records)
    files = _hierarchy(model, ids, folder) | _members(load, model, ids, folder)
    files |= _memberships(load, model, ids, folder)
    project = write_metadata(model, folder / METADATA)
    return files | {f"{METADATA}/{name}": rows for name, rows in project.items()}


def _hierarchy(model: TerritoryModel, ids: OrgIds, folder: Path) -> dict[str, int]:
    """Write types, model and territories that the org does not have."""
    missing = [p for p in model.places if ids.of("Territory2", p.developer_name) is None]
    needed = {kind_of(place) for place in missing}
    kinds = [
        k
        for k in model.kinds
        if k.developer_name in needed and ids.of("Territory2Type", k.developer_name) is None
    ]
    files = write_bulk(
        folder,
        "10_Territory2Type",
        ("DeveloperName", "MasterLabel", "Priority", "Description"),
        [(k.developer_name, k.label, str(k.priority), k.description) for k in kinds],
    )
    model_id = ids.of("Territory2Model", model.developer_name)
    if model_id is None and missing:
        row = (model.developer_name, model.name, model.description)
        files |= write_bulk(
            folder, "20_Territory2Model", ("DeveloperName", "Name", "Description"), [row]
        )
    for level, places in enumerate(model.levels, start=1):
        rows: list[tuple[Value, ...]] = []
        needs = False
        for place in places:
            if place not in missing:
                continue
            kind = ids.of("Territory2Type", kind_of(place))
            above: Value = UNSET
            if place.parent is not None:
                found = ids.of("Territory2", place.parent.developer_name)
                above = found or place.parent.developer_name
                needs |= found is None
            needs |= kind is None or model_id is None
            rows.append(
                (place.developer_name, name_of(place), model_id or model.developer_name,
                 kind or kind_of(place), above, *DEFAULT_ACCESS, UNSET)
            )  # fmt: skip
        files |= _placed(folder, f"30_Territory2_L{level}", TERRITORY, rows, needs=needs)
    return files


def _members(load: Load, model: TerritoryModel, ids: OrgIds, folder: Path) -> dict[str, int]:
    """Write which user joins which territory, and which memberships of others go."""
    there = {(m.who, m.territory) for rows in ids.users.values() for m in rows}
    ours = set(territory_ids(load.plan, ids))
    rows: list[tuple[Value, ...]] = []
    wanted, needs = set(), False
    for place in model.places:
        user = load.user_of.get(place.territory.rep_id or "")
        if user is None or not user.active:
            continue
        territory = ids.of("Territory2", place.developer_name)
        member = (id18(user.id), territory or place.developer_name)
        wanted.add(member)
        if member not in there:
            needs |= territory is None
            rows.append((*member, UNSET))
    gone = [
        m
        for of in ids.users.values()
        for m in of
        if m.territory in ours and (m.who, m.territory) not in wanted
    ]
    files = _placed(folder, "40_UserTerritory2Association_insert", MEMBER, rows, needs=needs)
    files |= write_bulk(
        folder, "41_UserTerritory2Association_delete", ("Id",), [(m.id,) for m in gone]
    )
    again = [(m.who, m.territory, UNSET) for m in gone]
    return files | _undo(folder, "40_UserTerritory2Association_insert", MEMBER, again)


def _memberships(load: Load, model: TerritoryModel, ids: OrgIds, folder: Path) -> dict[str, int]:
    """Write which account joins which territory by hand, and which manual rows go."""
    ours = set(territory_ids(load.plan, ids))
    names = {place.territory.id: place.developer_name for place in model.places}
    by_rule = _by_rule(load, model)
    rows: list[tuple[Value, ...]] = []
    gone: list[tuple[Value, ...]] = []
    again: list[tuple[Value, ...]] = []
    needs = False
    for row in rows_of(load.rows, ACCOUNT):
        if row.territory is UNSET:
            continue
        account = id18(row.id)
        held = [m for m in ids.accounts.get(account, ()) if m.territory in ours]
        name = names[row.territory] if isinstance(row.territory, str) else ""
        territory = ids.of("Territory2", name)
        is_there = any(m.territory == territory for m in held)
        if name and not is_there and row.id not in by_rule:
            needs |= territory is None
            rows.append((account, territory or name, MANUAL))
        for m in held:
            if m.is_manual and m.territory != territory:
                gone.append((m.id,))
                again.append((account, m.territory, MANUAL))
    name = "ObjectTerritory2Association"
    files = _placed(folder, f"50_{name}_insert", ASSOCIATION, rows, needs=needs)
    files |= write_bulk(folder, f"51_{name}_delete", ("Id",), gone)
    return files | _undo(folder, f"50_{name}_insert", ASSOCIATION, again)


def _by_rule(load: Load, model: TerritoryModel) -> set[str]:
    """Return the accounts that rules assign: with rules, those that are not named."""
    if not model.rules:
        return set()
    problem = load.plan.problem
    usual = ~problem.units.named[problem.accounts.unit]
    return {id18(i) for i in problem.accounts.ids[usual].tolist() if is_id(i)}


def _placed(
    folder: Path, name: str, headers: Sequence[str], rows: Sequence[Sequence[Value]], *, needs: bool
) -> dict[str, int]:
    """Write a file, where ids are missing apart from those that can be loaded as they are."""
    if not needs:
        return write_bulk(folder, name, headers, rows)
    files = write_bulk(folder / NEEDS_IDS, name, headers, rows)
    return {f"{NEEDS_IDS}/{file}": count for file, count in files.items()}


def _undo(
    folder: Path, name: str, headers: Sequence[str], rows: Sequence[Sequence[Value]]
) -> dict[str, int]:
    files = write_bulk(folder / UNDO, name, headers, rows)
    return {f"{UNDO}/{file}": count for file, count in files.items()}


def _owner(value: Value) -> Value:
    return id18(value) if isinstance(value, str) else value


def _faults(load: Load) -> list[Fault]:
    remedy = (
        "Plan with Salesforce's ids: account_id of accounts and rep_id of reps as crm pull or a "
        "report writes them; where capitals were lost, export them again."
    )
    return id_faults(load, is_id, "none of Salesforce's", remedy)


SALESFORCE = FileFormat(
    name="salesforce",
    title="Salesforce",
    objects={
        "account": ("Account", "OwnerId"),
        "opportunity": ("Opportunity", "OwnerId"),
        "contact": ("Contact", "OwnerId"),
        "case": ("Case", "OwnerId"),
    },
    territory_field="Territory2",
    owner_is_required=True,
    faults=_faults,
    write_rows=write_rows,
    guide=guide,
    write_frame=write_frame,
    held=held_territories,
)
