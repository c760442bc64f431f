"""What a change of owner takes with it in Salesforce, and what it leaves behind.

The SOAP API has a header for it (``OwnerChangeOptions``), REST and Bulk API 2.0 have none, so its
defaults hold: ``KeepAccountTeam`` is false, ``SendEmail`` is false, and nothing is transferred.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import TYPE_CHECKING

from territory_planner.crm.batches import Batch, changes_in
from territory_planner.crm.change import Change
from territory_planner.crm.connector import Consequences, RefusedError
from territory_planner.crm.salesforce_load import BULK_ABOVE, PER_CALL
from territory_planner.crm.salesforce_read import ACCOUNT, OWNER, READ_AT_ONCE
from territory_planner.crm.salesforce_soql import AT_ONCE, equal, of, select, some
from territory_planner.crm.salesforce_territory import LINKED

if TYPE_CHECKING:
    from territory_planner.crm.salesforce_wire import Wire

PER_JOB = 10
"""Calls of a job: made, filled, closed, asked after some times, and its three lists of results."""


def effects(wire: Wire, changes: Sequence[Change], by_rule: int, api_calls: int) -> Consequences:
    """Return what writing changes would cause.

    Parameters
    ----------
    by_rule
        How many rows the org's rules have made for accounts whose territory changes.
    api_calls
        How many calls the push takes.
    """
    owned = [c.record_id for c in changes if c.object == ACCOUNT and c.field == OWNER]
    warnings: list[str] = []
    teams: dict[str, int] = {}
    if owned:
        teams = _teams(wire, owned, warnings)
        warnings += [
            f"An owner's change deletes the account's team (KeepAccountTeam is false, and neither "
            f"REST nor Bulk API 2.0 can say otherwise): {sum(teams.values()):,} members of "
            f"{len(teams):,} teams go. Export AccountTeamMember first; crm rollback does not bring "
            "them back",
            "Opportunities, contacts and cases of these accounts keep their owner; manual shares "
            "of the accounts end with the old owner",
            "Salesforce mails nobody by itself (SendEmail is false)",
        ]
    if any(change.field == LINKED for change in changes):
        warnings.append(
            f"Rows of territories are deleted for good, past the recycle bin; {by_rule:,} rows "
            "that assignment rules made for these accounts stay as they are"
        )
    for kind in sorted({change.object for change in changes}):
        warnings += _automations(wire, kind)
    return Consequences(0, len(teams), api_calls, tuple(warnings))


def calls_of(batch: Batch, is_linked: bool, territory: str | None) -> int:
    """Return about how many calls a batch takes: read, written, and read back."""
    changes, n = changes_in(batch), len(batch)
    links = sum(is_linked and change.field == territory for change in changes)
    fields = len({c.record for c in changes if not (is_linked and c.field == territory)})
    reading = ceil(n / READ_AT_ONCE) + ceil(links / AT_ONCE)
    looking = ceil(links / AT_ONCE) + ceil(fields / READ_AT_ONCE)
    return 2 * reading + looking + 2 * _writing(links) + _writing(fields)


def _writing(rows: int) -> int:
    return PER_JOB if rows > BULK_ABOVE else ceil(rows / PER_CALL)


def _teams(wire: Wire, accounts: Sequence[str], warnings: list[str]) -> dict[str, int]:
    """Return the members of each account's team, where there is one."""
    found: dict[str, int] = {}
    try:
        for ids in some(accounts):
            query = select(("Id", "AccountId"), "AccountTeamMember", of("AccountId", ids))
            for row in wire.rows(query):
                found[row["AccountId"]] = found.get(row["AccountId"], 0) + 1
    except RefusedError as refused:
        # An org without account teams has no such object.
        warnings.append(f"Account teams could not be counted ({refused.code})")
    return found


def _automations(wire: Wire, kind: str) -> list[str]:
    """Return how much runs for each record that is written, where it can be counted."""
    counted = []
    triggers = equal("Status", "Active"), equal("TableEnumOrId", kind)
    flows = equal("IsActive", True), equal("TriggerObjectOrEventLabel", kind)
    for told, query in (
        ("Apex triggers", select(("Id",), "ApexTrigger", *triggers)),
        ("record-triggered flows", select(("Id",), "FlowDefinitionView", *flows)),
    ):
        try:
            n = sum(1 for _ in wire.rows(query))
        except RefusedError:
            counted.append(f"{told} that could not be counted")
            continue
        if n:
            counted.append(f"{n:,} {told}")
    if not counted:
        return []
    return [f"On {kind} {' and '.join(counted)} run for each record, and may mail or change more"]
