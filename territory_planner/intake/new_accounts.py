"""Accounts that scenarios add: tables beside `plan.toml` to the records that the edit takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from territory_planner.config import MeasureTable, Settings
from territory_planner.domain.scenario import AddAccounts, Edit, Scenario
from territory_planner.geography.gazetteer import gazetteer_of
from territory_planner.intake.accounts import AccountRows, read_accounts
from territory_planner.intake.faults import Faults
from territory_planner.intake.placement import COORDINATES, NOWHERE
from territory_planner.intake.reading import read_table

Record = dict[str, Any]


def read_new_accounts(settings: Settings, scenarios: Sequence[Scenario]) -> tuple[Scenario, ...]:
    """Return scenarios whose edits hold the accounts of the tables that they name.

    A table is read like that of the project's accounts, by the same columns; those of them that it
    does not have are left out, the id aside. Counts, and the country in which places are looked
    up, are filled in also where accounts are written in `plan.toml` itself; skills are left out
    where they are not used, and families are not joined where they are not kept together.

    Parameters
    ----------
    settings
        Those that the scenarios are planned under.

    Raises
    ------
    InputError
        With every fault of every table.
    """
    faults = Faults()
    read = tuple(
        replace(s, edits=tuple(_read(edit, settings, faults) for edit in s.edits))
        for s in scenarios
    )
    faults.raise_if_any()
    return read


def _read(edit: Edit, settings: Settings, faults: Faults) -> Edit:
    if not isinstance(edit, AddAccounts):
        return edit
    filled: Record = {m.name: 1 / m.divide_by for m in settings.measure if m.count}
    if settings.data.country:
        filled["country"] = settings.data.country
    unused = () if settings.wishes.use_skills else ("skills",)
    records = [
        {key: value for key, value in record.items() if key not in unused}
        for record in edit.accounts
    ]
    if edit.file:
        records += _records(edit.file, settings, faults)
    return AddAccounts(
        accounts=tuple(filled | record for record in records),
        keep_together=edit.keep_together and settings.wishes.keep_together,
    )


def _records(file: str, settings: Settings, faults: Faults) -> list[Record]:
    table = read_table(settings, file, faults, sheet=None)
    if table is None:
        return []
    # What balances the whole need not be in a few of its accounts.
    measures = tuple(_unbanded(measure) for measure in settings.measure)
    mapped = {
        ours: header
        for ours, header in settings.columns.accounts.items()
        if ours == "id" or table.header_of(header) is not None
    }
    has_kept = [name for name in settings.kept_columns() if table.header_of(name) is not None]
    alike = replace(
        settings,
        measure=measures,
        columns=replace(settings.columns, accounts=mapped),
        data=replace(settings.data, keep=tuple(has_kept)),
        scenarios=(),
    )
    rows = read_accounts(table, alike, None, gazetteer_of(settings.data.country), faults)
    return [] if rows is None else _as_records(rows, settings)


def _unbanded(measure: MeasureTable) -> MeasureTable:
    return replace(measure, band=None, lower=None, upper=None, weight=0.0)


def _as_records(rows: AccountRows, settings: Settings) -> list[Record]:
    columns, table = rows.columns, rows.columns.table
    key = settings.units.key
    area = None if key is None else columns.header(key) or table.header_of(key)
    texts = {
        ours: columns.text(ours).to_pylist()
        for ours in ("current", "postal_code", "city", "state", "family")
        if columns.has(ours)
    }
    if area is not None:
        texts["area"] = table.text(area).to_pylist()
    for name, column in rows.kept.items():
        texts[name] = column.values[column.code].tolist()
    lonlat, by = rows.placement.lonlat.tolist(), rows.placement.placed_by.tolist()
    activity = rows.activity.tolist()
    records = []
    for i, (id_, name) in enumerate(zip(rows.ids.tolist(), rows.names.tolist(), strict=True)):
        if by[i] == NOWHERE and area is None and settings.data.unplaced == "leave out":
            continue
        record: Record = {"id": id_, "name": name, "named": bool(rows.named[i])}
        record |= {m.name: activity[i][q] for q, m in enumerate(settings.measure)}
        record |= {ours: values[i] for ours, values in texts.items() if values[i]}
        if by[i] == COORDINATES:
            record |= {"longitude": lonlat[i][0], "latitude": lonlat[i][1]}
        need = rows.required_skills[rows.requirement[i]]
        records.append(record | ({"skills": "; ".join(sorted(need))} if need else {}))
    return records
