"""What is looked at before anything is written: rows against records.

An account of the plan must be one record of the CRM, once. What stays with a user who has left is
told, though this push does not change it.
"""

from __future__ import annotations

from collections.abc import Sequence

from territory_planner.crm.change import CLEAR, Change
from territory_planner.crm.findings import Finding
from territory_planner.crm.state import CrmState
from territory_planner.intake.owners import long_id


def row_faults(
    ids: Sequence[str], names: Sequence[str], after: Sequence[int], state: CrmState
) -> tuple[list[Finding], set[str]]:
    """Return what is wrong with the plan's rows, and the ids of those to be left out.

    Parameters
    ----------
    ids, names
        The accounts' ids as the CRM writes them, and their names.
    after
        The index of each account's new territory.
    """
    goals: dict[str, set[int]] = {}
    times: dict[str, int] = {}
    for record_id, k in zip(ids, after, strict=True):
        goals.setdefault(record_id, set()).add(k)
        times[record_id] = times.get(record_id, 0) + 1
    name = dict(zip(ids, names, strict=True))
    case_of = {record_id.casefold(): record_id for record_id in state.accounts}
    unknown, double, twice = [], [], []
    for record_id, count in times.items():
        told = f"{record_id} ({name[record_id]})"
        if record_id not in state.accounts:
            near = case_of.get(record_id.casefold())
            unknown.append(f"{told}, capitals apart {near}" if near else told)
        elif len(goals[record_id]) > 1:
            double.append(told)
        elif count > 1:
            twice.append(told)
    found = [
        Finding(
            "unknown record",
            "accounts that are not in the CRM",
            "Pull again, or take them out "
            "of the plan; a spreadsheet may have changed capitals in their ids, or digits.",
            tuple(unknown),
        ),
        Finding(
            "double owner",
            "accounts in several rows, which would go to several territories",
            "Leave one row of each in the accounts table.",
            tuple(double),
        ),
        Finding(
            "duplicate row",
            "accounts in several rows",
            "Leave one row of each in the accounts table.",
            tuple(twice),
        ),
        Finding(
            "repeated record",
            "records that came twice from the CRM",
            "Read again; somebody may be merging accounts there.",
            state.repeated,
        ),
    ]
    left_out = {i for i, n in times.items() if n > 1 or i not in state.accounts}
    return [finding for finding in found if finding.cases], left_out | set(state.repeated)


def orphans(
    ids: Sequence[str], names: Sequence[str], changes: Sequence[Change], state: CrmState
) -> list[Finding]:
    """Return the accounts that will have no owner, or one who has left or is not known."""
    able = state.capabilities
    if able.owner_field is None:
        return []
    active = {user.id for user in state.users if user.active}
    new = {c.record_id: c.new for c in changes if c.field == able.owner_field}
    nobody, left = [], []
    for record_id, name in zip(ids, names, strict=True):
        record = state.accounts.get(record_id)
        if record is None:
            continue
        owner = new.get(record_id, record.value(able.owner_field))
        if owner is CLEAR:
            nobody.append(f"{record_id} ({name})")
        elif owner not in active:
            left.append(f"{record_id} ({name}, owner {owner})")
    found = [
        Finding(
            "orphan",
            "accounts that nobody will own",
            "Fill the vacant territories, or leave these accounts with today's owner.",
            tuple(nobody),
            is_fault=False,
        ),
        Finding(
            "orphan",
            "accounts that stay with somebody who is inactive or no user",
            "They do not change here; give them an owner in the CRM, or in the plan.",
            tuple(left),
            is_fault=False,
        ),
    ]
    return [finding for finding in found if finding.cases]


def renamed(ids: Sequence[str], names: Sequence[str], state: CrmState) -> list[Finding]:
    """Return the accounts with another name in the CRM; when they are most, ids were mixed up."""
    field = state.capabilities.name_field
    if field is None:
        return []
    cases = []
    known = 0
    for record_id, name in zip(ids, names, strict=True):
        record = state.accounts.get(record_id)
        # Without a column of names an account is called by its id.
        if (
            record is None
            or name in ("", record_id)
            or not isinstance(held := record.value(field), str)
        ):
            continue
        known += 1
        # Our tables put an apostrophe before a name that a spreadsheet would run as a formula.
        if held.strip().removeprefix("'").casefold() != name.strip().removeprefix("'").casefold():
            cases.append(f"{record_id} ({name}; there: {held})")
    if not cases:
        return []
    are_others = len(cases) > 1 and 2 * len(cases) > known
    remedy = "Are these the same records? Check the ids." if are_others else "Nothing is renamed."
    return [
        Finding(
            "other name",
            "accounts with another name in the CRM",
            remedy,
            tuple(cases),
            is_fault=are_others,
        )
    ]


def short_ids(ids: Sequence[str]) -> list[Finding]:
    """Return the 15-character ids, which were read as the 18-character ones that they stand for."""
    cases = tuple(i for i in ids if long_id(i) != i)
    if not cases:
        return []
    return [
        Finding(
            "short id",
            "ids of 15 characters, read as those of 18",
            "Nothing to do.",
            cases,
            is_fault=False,
        )
    ]
