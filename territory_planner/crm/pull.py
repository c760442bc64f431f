"""A project from a CRM: its accounts, owners and open opportunities as tables to plan with.

The territories of the new project are its owners: one for each active user who owns an account. A
CRM knows no homes, so the middle of what a user owns stands in for one. `plan.toml` runs as it is
and says what to map.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from territory_planner.crm.connector import Connector, CrmAccount, Opportunity, User
from territory_planner.crm.state import now
from territory_planner.errors import Fault, InputError
from territory_planner.exporting.folder import written_whole
from territory_planner.exporting.spreadsheet import write_csv
from territory_planner.geography.gazetteer import gazetteer_of


@dataclass(frozen=True)
class Pulled:
    """What was read from a CRM into a project, and what a plan must know of it.

    Parameters
    ----------
    accounts, opportunities, reps, users
        How many of each were written; reps are the users who own an account and are active.
    unowned, orphans, unplaced
        Accounts without an owner, with one who is inactive or no user, and without coordinates,
        postal code and city: these cannot be planned.
    """

    accounts: int
    opportunities: int
    reps: int
    users: int
    unowned: int
    orphans: int
    unplaced: int


def pull(connector: Connector, folder: Path, crm: str, country: str = "") -> Pulled:
    """Read a CRM into a new project, and return what came.

    Raises
    ------
    InputError
        When the CRM has no accounts with an active owner, or files in the folder are in the way.
    CrmError
        When the CRM cannot be read.
    """
    if (folder / "plan.toml").exists():
        message = "there is a project here. Give a new folder."
        raise InputError([Fault(str(folder), message)])
    users = list(connector.users())
    accounts = list(connector.accounts())
    opportunities = list(connector.opportunities())
    owned = Counter(account.owner_id for account in accounts)
    reps = [user for user in users if user.active and owned[user.id]]
    if not reps:
        message = "no account has an active owner, so there are no territories to plan."
        raise InputError([Fault(crm, f"{message} Give the accounts owners there.")])
    known = {user.id for user in reps}
    country = country or _country(accounts)
    with written_whole(folder) as fresh:
        write_csv(fresh / "accounts.csv", _account_columns(accounts, opportunities, known))
        homes = _homes(accounts, reps, country)
        write_csv(fresh / "reps.csv", _rep_columns(reps, homes))
        write_csv(fresh / "users.csv", _user_columns(users))
        write_csv(fresh / "opportunities.csv", _opportunity_columns(opportunities))
        text = _settings(
            crm,
            country,
            has_pipeline=any(o.amount > 0 for o in opportunities),
            has_homes=len(homes) == len(reps),
        )
        (fresh / "plan.toml").write_text(text, encoding="utf-8", newline="\n")
    return Pulled(
        accounts=len(accounts),
        opportunities=len(opportunities),
        reps=len(reps),
        users=len(users),
        unowned=owned[""],
        orphans=sum(n for owner, n in owned.items() if owner and owner not in known),
        unplaced=sum(not _has_place(account) for account in accounts),
    )


def _account_columns(
    accounts: Sequence[CrmAccount], opportunities: Sequence[Opportunity], reps: set[str]
) -> Mapping[str, Sequence[object]]:
    pipeline: dict[str, float] = defaultdict(float)
    count = Counter(opportunity.account_id for opportunity in opportunities)
    for opportunity in opportunities:
        pipeline[opportunity.account_id] += max(opportunity.amount, 0.0)
    return {
        "account_id": [a.id for a in accounts],
        "name": [a.name for a in accounts],
        "city": [a.city for a in accounts],
        "state": [a.state for a in accounts],
        "postal_code": [a.postal_code for a in accounts],
        "country": [a.country for a in accounts],
        "latitude": ["" if a.latitude is None else repr(a.latitude) for a in accounts],
        "longitude": ["" if a.longitude is None else repr(a.longitude) for a in accounts],
        "open_opportunities": [count[a.id] for a in accounts],
        "open_pipeline": [round(pipeline[a.id], 2) for a in accounts],
        "family": [a.parent_id for a in accounts],
        "current": [a.owner_id if a.owner_id in reps else "" for a in accounts],
        "owner_id": [a.owner_id for a in accounts],
        "territory_in_crm": [a.territory for a in accounts],
    }


def _homes(
    accounts: Sequence[CrmAccount], reps: Sequence[User], country: str
) -> dict[str, tuple[float, float]]:
    """Return the middle (the medians) of what each user owns, where any of it can be placed."""
    gazetteer = gazetteer_of(country)
    by_code = gazetteer.locate_postal_codes([a.postal_code for a in accounts])
    by_city = gazetteer.locate_cities([a.city for a in accounts], [a.state for a in accounts])
    points: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for account, code, city in zip(accounts, by_code, by_city, strict=True):
        if account.latitude is not None and account.longitude is not None:
            points[account.owner_id].append((account.latitude, account.longitude))
            continue
        longitude, latitude = code if np.isfinite(code).all() else city
        if np.isfinite(latitude):
            points[account.owner_id].append((float(latitude), float(longitude)))
    return {
        user.id: (float(np.median(there[:, 0])), float(np.median(there[:, 1])))
        for user in reps
        if points[user.id]
        for there in [np.array(points[user.id])]
    }


def _rep_columns(
    reps: Sequence[User], homes: Mapping[str, tuple[float, float]]
) -> Mapping[str, Sequence[object]]:
    return {
        "territory_id": [u.id for u in reps],
        "territory": [u.name or u.id for u in reps],
        "rep_id": [u.id for u in reps],
        "rep": [u.name for u in reps],
        "email": [u.email or (u.login if "@" in u.login else "") for u in reps],
        "latitude": [f"{homes[u.id][0]:.5f}" if u.id in homes else "" for u in reps],
        "longitude": [f"{homes[u.id][1]:.5f}" if u.id in homes else "" for u in reps],
        "capacity": ["1.0" for _ in reps],
    }


def _user_columns(users: Sequence[User]) -> Mapping[str, Sequence[object]]:
    return {
        "id": [u.id for u in users],
        "name": [u.name for u in users],
        "email": [u.email for u in users],
        "login": [u.login for u in users],
        "active": ["yes" if u.active else "no" for u in users],
    }


def _opportunity_columns(opportunities: Sequence[Opportunity]) -> Mapping[str, Sequence[object]]:
    return {
        "opportunity_id": [o.id for o in opportunities],
        "name": [o.name for o in opportunities],
        "account_id": [o.account_id for o in opportunities],
        "owner_id": [o.owner_id for o in opportunities],
        "amount": [o.amount for o in opportunities],
        "stage": [o.stage for o in opportunities],
        "close_date": [o.close_date for o in opportunities],
    }


def _has_place(account: CrmAccount) -> bool:
    has_point = account.latitude is not None and account.longitude is not None
    return has_point or bool(account.postal_code or account.city)


def _country(accounts: Sequence[CrmAccount]) -> str:
    """Return the country of most accounts, in which postal codes and cities are looked up."""
    count = Counter(a.country.upper() for a in accounts if len(a.country) == 2)
    return count.most_common(1)[0][0] if count else ""


def _settings(crm: str, country: str, *, has_pipeline: bool, has_homes: bool) -> str:
    """Return a `plan.toml` that runs; the address is data, and is quoted as such."""
    place = f"country = {json.dumps(country)}\n" if country else ""
    pipeline = """
[[measure]]
name = "pipeline"
unit = "money"
column = "open_pipeline"
# band = 0.20
"""
    centers = "home" if has_homes else "free"
    return f"""# Read from {json.dumps(crm)} at {now()}.
#
# The territories in reps.csv are today's owners, one each, and their homes the middle of what they
# own today. Give them names and true homes (latitude and longitude, or city and postal_code), and
# say what they are balanced on: workload and potential are not in a CRM by themselves, so here
# accounts are counted.

[project]
name = "From the CRM"

[data]
accounts = "accounts.csv"
reps = "reps.csv"
{place}unplaced = "leave out"

[[measure]]
name = "accounts"
unit = "accounts"
count = true
band = 0.10
{pipeline if has_pipeline else ""}
[criteria]
compactness_measure = "accounts"
centers = "{centers}"

# At most this share of the accounts may change hands.
[[disruption]]
measure = "accounts"
budget = 0.50

[solve]
time_limit_s = 20
seed = 1
workers = 2
"""
