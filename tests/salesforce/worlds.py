"""Orgs for the tests: accounts, owners, territories, teams and opportunities."""

from __future__ import annotations

from dataclasses import dataclass

from territory_planner.crm.change import Change
from tests.salesforce.org import Org

HOSTILE = "O'Brien') OR Name != '\\ \"x\"\n=cmd|' /C calc'!A0, <script>#N/A"


@dataclass(frozen=True)
class World:
    """An org and its ids."""

    org: Org
    users: tuple[str, ...]
    gone: str
    territories: tuple[str, ...]
    accounts: tuple[str, ...]

    def owner(self, account: str) -> str:
        """Return the owner of an account."""
        return str(self.org.table("Account")[account[:15]]["OwnerId"])


def make_world(n: int = 20, name: str = "Account {}") -> World:
    """Make an org in which all accounts are the first user's, in the first territory."""
    org = Org()
    users = tuple(
        org.add("User", Name=f"Rep {i}", Email=f"rep{i}@example.com", Username=f"rep{i}@org",
                IsActive=True, UserType="Standard")
        for i in range(1, 5)
    )  # fmt: skip
    gone = org.add("User", Name="Gone", Email="gone@example.com", Username="gone@org",
                   IsActive=False, UserType="Standard")  # fmt: skip
    models = [
        org.add("Territory2Model", Name=label, DeveloperName=label, State=state)
        for label, state in (("FY26", "Active"), ("FY27", "Planning"))
    ]
    territories = tuple(
        org.add("Territory2", Name=f"Territory {i}", DeveloperName=f"T{i}", Territory2ModelId=model)
        for model in models
        for i in (1, 2)
    )
    accounts = []
    for i in range(n):
        account = org.add(
            "Account", Name=name.format(i), OwnerId=users[0], ParentId=None,
            BillingPostalCode="80202", BillingCity="Denver", BillingState="CO",
            BillingCountry="US", BillingLatitude=None, BillingLongitude=None,
            Sales_Territory__c=None,
        )  # fmt: skip
        accounts.append(account)
        org.link(account, territories[0])
    for table in ("AccountTeamMember", "ApexTrigger", "FlowDefinitionView", "Opportunity"):
        org.table(table)
    return World(org, users, gone, territories, tuple(accounts))


def owner_changes(world: World, n: int | None = None, to: str = "") -> list[Change]:
    """Return changes of the first accounts' owners to the second user."""
    new = to or world.users[1]
    return [Change("Account", a, "OwnerId", world.users[0], new) for a in world.accounts[:n]]


def territory_changes(world: World, n: int | None = None) -> list[Change]:
    """Return changes of the first accounts' territories to the second one."""
    first, second = world.territories[:2]
    return [Change("Account", a, "Territory2Id", first, second) for a in world.accounts[:n]]
