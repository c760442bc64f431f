"""The neutral bundle, and beside it a folder of files that one CRM takes."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from territory_planner.crm.before_image import write_before_image
from territory_planner.crm.change import CLEAR, UNSET, Change
from territory_planner.crm.change_set import plan_ids
from territory_planner.crm.file_format import FileFormat, Options
from territory_planner.crm.findings import refuse_faults
from territory_planner.crm.load import OWNER, Load, LoadRow, Wishes, make_load
from territory_planner.crm.readme_text import readme_text
from territory_planner.crm.records import KINDS, Records
from territory_planner.domain.plan import Plan
from territory_planner.errors import Fault, InputError
from territory_planner.exporting.assignments import iso
from territory_planner.exporting.plan_files import Attached, export_assignments
from territory_planner.exporting.spreadsheet import write_csv

FORMATS: Mapping[str, str] = {
    "salesforce": "territory_planner.crm.salesforce_files:SALESFORCE",
    "hubspot": "territory_planner.crm.hubspot_files:HUBSPOT",
    "odoo": "territory_planner.crm.odoo_files:ODOO",
    "dynamics": "territory_planner.crm.dynamics_files:DYNAMICS",
    "zoho": "territory_planner.crm.zoho_files:ZOHO",
}
"""Word to "module:format"; the module is loaded when its CRM is asked for."""

HELD, README, BEFORE_IMAGE = "held.csv", "README.txt", "before_image.csv"
UNDO, LATER = "undo", "later"


def file_format(name: str) -> FileFormat:
    """Return how a CRM takes files.

    Raises
    ------
    InputError
        When there is no such CRM.
    """
    if name not in FORMATS:
        message = f"{name!r} is not known; there are {', '.join(FORMATS)}."
        raise InputError([Fault("--for", message)])
    module, _, constant = FORMATS[name].partition(":")
    found: FileFormat = getattr(import_module(module), constant)
    return found


def export_for(
    plan: Plan,
    folder: Path | str,
    crm: str,
    wishes: Wishes | None = None,
    records: Records | None = None,
    options: Options | None = None,
    *,
    leave_out_faulty: bool = False,
) -> tuple[Path, ...]:
    """Write the neutral bundle and the files for one CRM, whole or not at all; return the files.

    Parameters
    ----------
    crm
        One of `FORMATS`.
    records
        The CRM's tables; without them the plan's own say what stands today, and there is no undo.
    leave_out_faulty
        Whether rows with a fault are left out, instead of nothing being written.

    Raises
    ------
    InputError
        When rows have faults, ids are none of the CRM's, or a file is in the way.
    OutputError
        When the files cannot be written.
    """
    form, wishes = file_format(crm), wishes or Wishes()
    _refuse_wishes(form, wishes, records)
    load = make_load(plan, records, wishes, form.held(plan, records))
    if not leave_out_faulty:
        refuse_faults(load.findings, "records" if records else "plan")
    faults = form.faults(load)
    if faults:
        raise InputError(faults)
    return export_assignments(
        plan,
        folder,
        wishes.effective_date,
        known=handover_columns(load),
        attach=lambda fresh: _attach(form, load, options or Options(), fresh),
    )


def handover_columns(load: Load) -> dict[str, NDArray[Any]]:
    """Return what the CRM knows of the accounts, for the hand-over lists."""
    records = load.records
    if records is None:
        return {}
    ids = plan_ids(load.plan)
    columns: dict[str, NDArray[Any]] = {
        name: np.array([news.get(i, "") for i in ids], dtype=object)
        for name, news in records.news.items()
    }
    opportunities = records.children.get("opportunity")
    if opportunities is not None:
        count = Counter(o.account_id for o in opportunities)
        amount: dict[str, float] = defaultdict(float)
        for o in opportunities:
            amount[o.account_id] += o.amount
        columns["open_opportunities"] = np.array([count[i] for i in ids])
        columns["open_pipeline"] = np.array([round(amount[i], 2) for i in ids])
        until = {h.opportunity.account_id: iso(h.until) or "for good" for h in load.held}
        columns["hold_until"] = np.array([until.get(i, "") for i in ids], dtype=object)
    return columns


def _refuse_wishes(form: FileFormat, wishes: Wishes, records: Records | None) -> None:
    faults = []
    if wishes.scope.vacant == "clear" and form.owner_is_required:
        message = f"{form.title} has no account without an owner. Leave it out."
        faults.append(Fault("--clear-vacant", message))
    asked = {
        "opportunity": wishes.opportunities is not None,
        "contact": wishes.contacts,
        "case": wishes.cases,
    }
    for kind, is_asked in asked.items():
        place = f"--{KINDS[kind].removesuffix('.csv')}"
        if is_asked and kind not in form.objects:
            faults.append(
                Fault(place, f"there is no file for these in {form.title}. Leave it out.")
            )
        elif is_asked and (records is None or kind not in records.children):
            message = f"which there are is not known. Put {KINDS[kind]} into a folder with "
            message += "accounts.csv and users.csv, and give it as --records."
            faults.append(Fault(place, message))
        elif is_asked and not wishes.scope.owner:
            faults.append(Fault(place, "they move with the owner. Give --owners as well."))
    if faults:
        raise InputError(faults)


def _attach(form: FileFormat, load: Load, options: Options, fresh: Path) -> Attached:
    """Write the CRM's folder into the bundle."""
    folder = fresh / form.name
    folder.mkdir()
    rows = _possible(form, load.rows)
    files = form.write_frame(load, options, folder) | form.write_rows(load, rows, folder)
    if load.records is not None:
        undone = form.write_rows(load, _possible(form, load.undo), folder / UNDO)
        files |= {f"{UNDO}/{name}": rows for name, rows in undone.items()}
        changes = [_named(form, change) for change in load.changes]
        day = iso(load.wishes.effective_date)
        write_before_image(folder, changes, load.records.read_at, {}, day)
        files[BEFORE_IMAGE] = len(changes)
    if load.later and load.wishes.opportunities:
        later = f"{LATER}_{iso(load.wishes.opportunities.until)}"
        moved = form.write_rows(load, load.later, folder / later)
        files |= {f"{later}/{name}": rows for name, rows in moved.items()}
    listed = {f"{form.name}/{name}": count for name, count in sorted(files.items())}
    if load.wishes.opportunities is not None:
        listed[HELD] = write_csv(fresh / HELD, _held_columns(load))
    text = readme_text(form, load, dict(sorted(files.items())), form.guide(files))
    (folder / README).write_text(text, encoding="utf-8", newline="\n")
    listed[f"{form.name}/{README}"] = len(text.splitlines())
    return Attached(listed, {"load": _told(form, load)})


def _possible(form: FileFormat, rows: Sequence[LoadRow]) -> list[LoadRow]:
    """Return rows that empty no owner where the CRM wants one: a blank one was not known."""
    if not form.owner_is_required:
        return list(rows)
    return [replace(row, owner=UNSET) if row.owner is CLEAR else row for row in rows]


def _named(form: FileFormat, change: Change) -> Change:
    """Return a change in the CRM's own names."""
    object, owner = form.objects[change.object]
    field = owner if change.field == OWNER else form.territory_field
    return Change(object, change.record_id, field, change.old, change.new)


def _held_columns(load: Load) -> dict[str, list[str]]:
    """Return the columns of ``held.csv``: the opportunities that stay, and until when."""
    held = load.held
    names = dict(zip(plan_ids(load.plan), load.plan.problem.accounts.names.tolist(), strict=True))

    def email(user_id: str) -> str:
        user = load.users.get(user_id)
        return user.email if user else ""

    return {
        "opportunity_id": [h.opportunity.id for h in held],
        "opportunity_name": [h.opportunity.name for h in held],
        "account_id": [h.opportunity.account_id for h in held],
        "account_name": [names.get(h.opportunity.account_id, "") for h in held],
        "stage": [h.opportunity.stage for h in held],
        "amount": [f"{h.opportunity.amount:.2f}" for h in held],
        "close_date": [h.opportunity.close_date for h in held],
        "owner_id": [h.opportunity.owner_id for h in held],
        "owner_email": [email(h.opportunity.owner_id) for h in held],
        "to_owner_id": [h.to_owner for h in held],
        "to_owner_email": [email(h.to_owner) for h in held],
        "hold_until": [iso(h.until) or "for good" for h in held],
        "effective_date": [iso(load.wishes.effective_date)] * len(held),
    }


def _told(form: FileFormat, load: Load) -> dict[str, Any]:
    """Return what the manifest says of the load."""
    policy = load.wishes.opportunities
    return {
        "crm": form.name,
        "compared_with": load.records.read_at if load.records else None,
        "full": load.wishes.full,
        "rows": dict(Counter(row.kind for row in load.rows)),
        "owners": sum(c.object == "account" and c.field == OWNER for c in load.changes),
        "territories": sum(c.object == "account" and c.field != OWNER for c in load.changes),
        "cleared": sum(c.new is CLEAR for c in load.changes),
        "held": len(load.held),
        "opportunities": None if policy is None else f"{policy.policy} {iso(policy.until)}".strip(),
        "findings": [finding.sentence for finding in load.findings],
    }
