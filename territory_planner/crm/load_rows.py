"""Rows to be loaded from a file, such as ``errors.csv`` once what was wrong has been mended.

Columns ``object``, ``record_id``, ``field`` and ``new_value`` are read, others passed over; an
empty value clears the field. The old values are those that the CRM holds now, so whoever loads a
row that was in conflict means to write over it. The latest ``effective_date`` is that of all.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from territory_planner.crm.cells import read_csv
from territory_planner.crm.change import UNSET, Change, Key, Value, value_of
from territory_planner.crm.change_set import ChangeSet
from territory_planner.crm.connector import Capabilities, Connector, Record
from territory_planner.crm.findings import Finding
from territory_planner.crm.state import CrmState, now
from territory_planner.errors import Fault, InputError

COLUMNS = ("object", "record_id", "field", "new_value")
DAY = "effective_date"


@dataclass(frozen=True)
class Rows:
    """Which fields of which records are to hold what, and from which day on (None: any)."""

    goals: tuple[tuple[Key, Value], ...]
    effective_date: date | None = None


def read_rows(path: Path) -> Rows:
    """Return the rows of a file.

    Raises
    ------
    InputError
        When the file or a column is missing, a row is short, or a date is none.
    """
    if not path.is_file():
        raise InputError([Fault(str(path), "there is no such file. Give a plan, or a CSV file.")])
    header, *lines = read_csv(path) or [[]]
    missing = [name for name in COLUMNS if name not in header]
    if missing:
        message = f"columns are missing: {', '.join(missing)}. Give a file such as errors.csv."
        raise InputError([Fault(str(path), message)])
    rows = [dict(zip(header, line, strict=False)) for line in lines if line]
    short = [n for n, row in enumerate(rows, start=2) if any(name not in row for name in COLUMNS)]
    if short:
        message = f"line {short[0]} has too few cells. Restore the file from a copy."
        raise InputError([Fault(str(path), message)])
    goals = [
        (Key(row["object"], row["record_id"], row["field"]), value_of(row["new_value"]))
        for row in rows
    ]
    return Rows(tuple(goals), _latest(path, [row.get(DAY, "") for row in rows]))


def _latest(path: Path, days: Sequence[str]) -> date | None:
    latest = None
    for day in filter(None, days):
        try:
            latest = max(latest or date.min, date.fromisoformat(day))
        except ValueError as error:
            message = f"column {DAY!r}: {day!r} is not a day. Write days as 2027-01-31."
            raise InputError([Fault(str(path), message)]) from error
    return latest


def rows_against(rows: Rows, connector: Connector) -> tuple[ChangeSet, CrmState]:
    """Return what must change for the CRM to hold these rows, and what it holds now."""
    able, read_at = connector.capabilities(), now()
    known = _fields(able)
    foreign = [f"{k.object} {k.record_id} ({k.field})" for k, _ in rows.goals
               if (k.object, k.field) not in known]  # fmt: skip
    users = {user.id: user for user in connector.users()}
    goals: dict[Key, Value] = {}
    faulty: set[Key] = set()
    twice: list[str] = []
    unknown: list[str] = []
    strangers: list[str] = []
    inactive: list[str] = []
    for key, new in rows.goals:
        if (key.object, key.field) not in known:
            continue
        told = f"{key.record_id} ({key.field})"
        if key in goals:
            twice.append(told)
            faulty.add(key)
        goals[key] = new
        if key.field == able.owner_field and isinstance(new, str):
            if new in users and users[new].active:
                continue
            faulty.add(key)
            (inactive if new in users else strangers).append(f"{told}: {new}")
    records = _records(goals, connector)
    changes = []
    for key, new in goals.items():
        record = records.get((key.object, key.record_id))
        held = UNSET if record is None else record.value(key.field)
        if held is UNSET:
            unknown.append(f"{key.record_id} ({key.field})")
        elif held != new and key not in faulty:
            changes.append(Change(*key, held, new))
    may = ", ".join(f"{object}.{field}" for object, field in sorted(known))
    findings = [
        Finding("unknown field", "fields that are not a push's to write",
                f"Take them out of the file; it may write {may}.", tuple(foreign)),
        Finding("duplicate row", "fields in several rows", "Leave one of each.",
                tuple(twice)),
        Finding("unknown record", "fields that are not in the CRM", "Take them out of the file.",
                tuple(unknown)),
        Finding("unknown user", "owners who are no users of the CRM", "Correct them.",
                tuple(strangers)),
        Finding("inactive user", "owners who are inactive users", "Activate them, or give others.",
                tuple(inactive)),
    ]  # fmt: skip
    state = CrmState(
        able,
        read_at,
        tuple(users.values()),
        tuple(connector.territories()),
        {record_id: r for (kind, record_id), r in records.items() if kind == able.account},
    )
    shown = tuple(finding for finding in findings if finding.cases)
    names = {i: str(r.fields.get(able.name_field or "", "")) for (_, i), r in records.items()}
    count = len({key.record_id for key in goals})
    return ChangeSet(tuple(changes), shown, names, count, rows.effective_date), state


def _fields(able: Capabilities) -> set[tuple[str, str]]:
    """Return the objects and fields that a push writes."""
    fields = (
        (able.account, able.owner_field),
        (able.account, able.territory_field),
        (able.opportunity, able.opportunity_owner_field),
    )
    return {(object, field) for object, field in fields if object and field}


def _records(keys: Iterable[Key], connector: Connector) -> dict[tuple[str, str], Record]:
    """Return the records of the keys, with all fields that any of them names."""
    able = connector.capabilities()
    ids: dict[str, dict[str, None]] = {}
    fields: dict[str, set[str]] = {}
    for key in keys:
        ids.setdefault(key.object, {})[key.record_id] = None
        fields.setdefault(key.object, set()).add(key.field)
    if able.account in fields and able.name_field:
        fields[able.account].add(able.name_field)
    return {
        (kind, record.id): record
        for kind, some in ids.items()
        for record in connector.read(kind, list(some), sorted(fields[kind]))
    }
