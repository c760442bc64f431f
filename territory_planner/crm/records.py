"""`Records`: what a CRM held when its tables were put into a folder, by `crm pull` or by hand.

``accounts.csv`` and ``users.csv`` must be there. ``opportunities.csv``, ``contacts.csv``,
``cases.csv`` and ``territories.csv`` may be, and the results of Salesforce queries under the name
of their object, such as ``Territory2.csv``. The usual headers of CRM exports are recognised.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from territory_planner.crm.connector import CrmAccount, CrmTerritory, Opportunity, User
from territory_planner.crm.directory import ACCOUNT, Directory, Sheet, amount
from territory_planner.intake.owners import long_id

KINDS = {"opportunity": "opportunities.csv", "contact": "contacts.csv", "case": "cases.csv"}
_CLOSED = ("1", "true", "yes", "closed", "won", "lost")
_NEWS = {
    "next_renewal": ("next_renewal", "Next_Renewal__c", "Renewal Date"),
    "last_activity": ("last_activity", "LastActivityDate", "Last Activity", "Last Activity Date"),
}


@dataclass(frozen=True)
class Records:
    """Tables of a CRM.

    Parameters
    ----------
    read_at
        When its accounts were put there, in UTC.
    users, territories
        All there are.
    accounts
        Record id to account; owners are ids of users where they could be told.
    children
        "opportunity", "contact" or "case" to those that are open; missing without a table.
    news
        "next_renewal" and "last_activity" to account id to text.
    objects
        A Salesforce object to its rows by id, header to text.
    """

    read_at: str
    users: tuple[User, ...]
    territories: tuple[CrmTerritory, ...]
    accounts: Mapping[str, CrmAccount]
    children: Mapping[str, tuple[Opportunity, ...]] = field(default_factory=dict)
    news: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    objects: Mapping[str, Mapping[str, Mapping[str, str]]] = field(default_factory=dict)


OBJECTS = (
    "Territory2Type", "Territory2Model", "Territory2", "UserTerritory2Association",
    "ObjectTerritory2Association",
)  # fmt: skip


def read_records(folder: Path | str) -> Records:
    """Read the tables of a folder.

    Raises
    ------
    InputError
        When ``accounts.csv`` or ``users.csv`` is missing, or a record stands in two rows.
    """
    folder = Path(folder)
    directory = Directory(folder)
    users = tuple(
        User(long_id(u.id), u.name, u.email, u.login, u.active) for u in directory.users()
    )
    ids = _ids_by_word(users)
    sheet = directory.sheet(ACCOUNT)
    accounts = {
        a.id: CrmAccount(
            id=a.id,
            name=a.name,
            owner_id=_user_id(a.owner_id, ids),
            territory=a.territory,
        )
        for a in directory.accounts()
    }
    stamp = datetime.fromtimestamp(sheet.path.stat().st_mtime, UTC)
    return Records(
        read_at=stamp.isoformat(timespec="seconds"),
        users=users,
        territories=tuple(directory.territories()),
        accounts=accounts,
        children={
            kind: _open(Sheet(folder / name), ids)
            for kind, name in KINDS.items()
            if (folder / name).is_file()
        },
        news={
            ours: {i: sheet.cell(row, *words) for i, row in sheet.rows.items()}
            for ours, words in _NEWS.items()
            if sheet.header(*words)
        },
        objects={
            name: Sheet(folder / f"{name}.csv").rows
            for name in OBJECTS
            if (folder / f"{name}.csv").is_file()
        },
    )


def _open(sheet: Sheet, ids: Mapping[str, str]) -> tuple[Opportunity, ...]:
    return tuple(
        Opportunity(
            id=record_id,
            name=sheet.cell(row, "name", "Subject", "LastName"),
            account_id=long_id(
                sheet.cell(row, "account_id", "AccountId", "Associated Company IDs")
            ),
            owner_id=_user_id(sheet.cell(row, "owner_id", "OwnerId", "owner"), ids),
            amount=amount(sheet.cell(row, "amount")),
            stage=sheet.cell(row, "stage", "StageName", "Status"),
            close_date=sheet.cell(row, "close_date", "CloseDate"),
        )
        for record_id, row in sheet.rows.items()
        if sheet.cell(row, "closed", "IsClosed", "is_closed").casefold() not in _CLOSED
    )


def _ids_by_word(users: tuple[User, ...]) -> dict[str, str]:
    """Return what an owner column may say to the user's id; what fits several says nothing.

    Ids may differ by capitals alone, so they stand as they are as well.
    """
    found: dict[str, set[str]] = {}
    for user in users:
        for word in {user.id, user.email, user.login, user.name} - {""}:
            found.setdefault(word.casefold(), set()).add(user.id)
    words = {word: min(ids) for word, ids in found.items() if len(ids) == 1}
    return words | {user.id: user.id for user in users}


def _user_id(text: str, ids: Mapping[str, str]) -> str:
    text = long_id(text.strip())
    return ids.get(text) or ids.get(text.casefold(), text)
