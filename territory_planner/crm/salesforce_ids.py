"""`OrgIds`: which ids a Salesforce org has given to what a plan names by developer name.

They come from tables in the folder of records: the results of the queries in `QUERIES`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from territory_planner.crm.records import Records
from territory_planner.crm.salesforce_csv import id18, is_id
from territory_planner.domain.plan import Plan
from territory_planner.errors import Fault, InputError
from territory_planner.exporting.territories import hierarchy

MANUAL = "Territory2Manual"
QUERIES = {
    "Territory2Type": "SELECT Id, DeveloperName FROM Territory2Type",
    "Territory2Model": "SELECT Id, DeveloperName FROM Territory2Model",
    "Territory2": "SELECT Id, DeveloperName, Territory2ModelId FROM Territory2",
    "UserTerritory2Association": "SELECT Id, UserId, Territory2Id FROM UserTerritory2Association",
    "ObjectTerritory2Association": "SELECT Id, ObjectId, Territory2Id, AssociationCause "
    "FROM ObjectTerritory2Association WHERE SObjectType = 'Account'",
}


@dataclass(frozen=True)
class Membership:
    """A row that puts an account, or a user, into a territory."""

    id: str
    who: str
    territory: str
    is_manual: bool = True


@dataclass(frozen=True)
class OrgIds:
    """The ids of an org.

    Parameters
    ----------
    by_name
        (object, developer name) to id.
    accounts, users
        Memberships by account and by user.
    knows_accounts
        Whether there was a table of the accounts' memberships.
    """

    by_name: Mapping[tuple[str, str], str]
    accounts: Mapping[str, tuple[Membership, ...]]
    users: Mapping[str, tuple[Membership, ...]]
    knows_accounts: bool = False

    def of(self, object: str, developer_name: str) -> str | None:
        """Return an id, None where the org was not asked or has none."""
        return self.by_name.get((object, developer_name))


def org_ids(records: Records | None) -> OrgIds:
    """Return the ids in the tables of an org.

    Raises
    ------
    InputError
        When a table holds an id that is none, or lacks a column.
    """
    tables = records.objects if records else {}
    faults: list[Fault] = []

    def checked(name: str, text: str) -> str:
        if is_id(text):
            return id18(text)
        faults.append(Fault(f"{name}.csv", f"{text!r} is no Salesforce id. Query it again."))
        return text

    def column(name: str, row: Mapping[str, str], header: str) -> str:
        if header not in row:
            message = f"it has no column {header}. Save the result of: {QUERIES[name]}"
            faults.append(Fault(f"{name}.csv", message))
        return row.get(header, "")

    by_name = {
        (name, column(name, row, "DeveloperName")): checked(name, record_id)
        for name in ("Territory2Type", "Territory2Model", "Territory2")
        for record_id, row in tables.get(name, {}).items()
    }
    of: dict[str, dict[str, list[Membership]]] = {}
    for name, header in (
        ("ObjectTerritory2Association", "ObjectId"),
        ("UserTerritory2Association", "UserId"),
    ):
        of[name] = defaultdict(list)
        for record_id, row in tables.get(name, {}).items():
            who = checked(name, column(name, row, header))
            territory = checked(name, column(name, row, "Territory2Id"))
            cause = row.get("AssociationCause", MANUAL)
            one = Membership(checked(name, record_id), who, territory, cause == MANUAL)
            of[name][who].append(one)
    if faults:
        raise InputError(list(dict.fromkeys(faults)))
    accounts, users = ({who: tuple(rows) for who, rows in found.items()} for found in of.values())
    knows = "ObjectTerritory2Association" in tables
    return OrgIds(by_name, accounts, users, knows)


def territory_ids(plan: Plan, ids: OrgIds) -> dict[str, str]:
    """Return the org's territory id to the plan's, for the territories of the plan."""
    return {
        found: place.territory.id
        for place in hierarchy(plan.problem)
        if (found := ids.of("Territory2", place.developer_name)) is not None
    }


def held_territories(plan: Plan, records: Records | None) -> dict[str, str]:
    """Return account id to the plan's territory that it is in; several make a text of its own.

    What a rule put there counts as well: another, manual row would add nothing.
    """
    ids = org_ids(records)
    ours = territory_ids(plan, ids)
    held = {}
    for account, rows in ids.accounts.items():
        inside = {ours[row.territory] for row in rows if row.territory in ours}
        if inside:
            held[account] = " + ".join(sorted(inside))
    return held
