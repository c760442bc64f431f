"""What is read from Salesforce: users, accounts and open opportunities, and records by id."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from territory_planner.crm.change import CLEAR, cell
from territory_planner.crm.connector import CrmAccount, Opportunity, User
from territory_planner.crm.salesforce_soql import among, equal, select

if TYPE_CHECKING:
    from territory_planner.crm.salesforce_territory import NoTerritory
    from territory_planner.crm.salesforce_wire import Wire

ACCOUNT, OPPORTUNITY, OWNER = "Account", "Opportunity", "OwnerId"
READ_AT_ONCE = 2000
"""Records that one call gives by their ids."""


def users(wire: Wire) -> Iterator[User]:
    """Yield the users who may own accounts, the inactive too."""
    fields = ("Id", "Name", "Email", "Username", "IsActive")
    query = select(fields, "User", among("UserType", ("Standard", "PowerPartner")))
    for row in wire.rows(query):
        yield User(row["Id"], row["Name"] or "", row["Email"] or "", row["Username"] or "",
                   bool(row["IsActive"]))  # fmt: skip


def accounts(wire: Wire, territory: NoTerritory) -> Iterator[CrmAccount]:
    """Yield every account that the user may read, at its billing address."""
    has = {field["name"] for field in wire.ask(f"sobjects/{ACCOUNT}/describe")["fields"]}
    # Orgs with picklists of states and countries have codes as well, which are what we want.
    state = "BillingStateCode" if "BillingStateCode" in has else "BillingState"
    country = "BillingCountryCode" if "BillingCountryCode" in has else "BillingCountry"
    column = territory.column
    fields = ["Id", "Name", OWNER, "ParentId", "BillingPostalCode", "BillingCity", state,
              country, "BillingLatitude", "BillingLongitude"]  # fmt: skip
    fields += [column] if column else []
    held = territory.all_held()
    for row in wire.rows(select(fields, ACCOUNT)):
        yield CrmAccount(
            id=row["Id"],
            name=row["Name"] or "",
            latitude=row["BillingLatitude"],
            longitude=row["BillingLongitude"],
            postal_code=row["BillingPostalCode"] or "",
            city=row["BillingCity"] or "",
            state=row[state] or "",
            country=row[country] or "",
            owner_id=row[OWNER] or "",
            territory=(row[column] or "") if column else cell(held.get(row["Id"], CLEAR)),
            parent_id=row["ParentId"] or "",
        )


def opportunities(wire: Wire) -> Iterator[Opportunity]:
    """Yield the opportunities that are not closed and have an account."""
    fields = ("Id", "Name", "AccountId", OWNER, "Amount", "StageName", "CloseDate")
    for row in wire.rows(select(fields, OPPORTUNITY, equal("IsClosed", False))):
        if not row["AccountId"]:
            continue
        yield Opportunity(
            id=row["Id"],
            name=row["Name"] or "",
            account_id=row["AccountId"],
            owner_id=row[OWNER] or "",
            amount=float(row["Amount"] or 0.0),
            stage=row["StageName"] or "",
            close_date=row["CloseDate"] or "",
        )


def retrieved(
    wire: Wire, kind: str, ids: Sequence[str], fields: Sequence[str]
) -> dict[str, dict[str, Any]]:
    """Return the records with these ids, by the ids that were asked for; at most 2,000."""
    rows = wire.look_up(f"composite/sobjects/{kind}", {"ids": list(ids), "fields": list(fields)})
    asked = {i[:15]: i for i in ids}
    return {asked[row["Id"][:15]]: row for row in rows or () if row and row["Id"][:15] in asked}
