"""`Connector`: what the engine asks of a CRM, and the nouns that they speak in.

A connector is a plain object with these methods; nothing of ours has to be inherited. What it must
keep:

* Values are texts in the CRM's own form (ids, not names), `CLEAR` where a field is empty. A field
  that was not asked for is missing from the record.
* `read` leaves out records that are not there, in any order; it never fails on an unknown id.
* `apply` writes exactly the fields that the changes name, and answers with one result per change,
  joined by key and never by position. It may yield early: results are journalled as they come.
* A refusal of the whole call is `RefusedError`; the engine halves the batch and finds the bad row.
  What may succeed later is `BusyError`; a call whose outcome is not known (a broken line) is
  `LostError`. After each of them the engine reads again before it writes again.
* Territory membership that the CRM keeps in rows of its own (Salesforce) is told as if it were a
  field of the account, `Capabilities.territory_field`: its old row is deleted after the new one is
  there.
* No credential may stand in a message; what `credentials.Secret` holds is taken out of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from territory_planner.crm.change import UNSET, Change, Key, Value
from territory_planner.crm.credentials import hidden
from territory_planner.errors import TerritoryPlannerError

Status = Literal["ok", "failed", "conflict", "skipped", "busy"]


@dataclass(frozen=True)
class Capabilities:
    """What a CRM can do and what its records are called.

    Parameters
    ----------
    name
        The CRM, as a person says it: "Odoo 19".
    account
        The object that is an account, such as "res.partner".
    owner_field, territory_field
        The account's fields for its owner and its territory; None where it has none.
    name_field
        The account's field for its name, to be compared with the plan's; never written.
    opportunity, opportunity_owner_field
        The object that is an opportunity, and its owner; None where it has none.
    watched
        Object to the fields that the engine reads again after each batch: what the change set
        names must hold the new value, and the others must not have moved.
    max_batch
        The most records in one call of `apply`.
    atomicity
        Whether one bad row refuses its "row" or its whole "batch".
    one_value
        Whether one call writes the same values to all its records; batches are made so.
    notifies
        Whether the CRM would tell people of a change by e-mail if it were not kept from it.
    server_dry_run
        Whether `dry_run` asks the CRM.
    territories_are_listed
        Whether a territory must be one of `territories`, or may be any text.
    territory_in_rows
        Whether territories are rows beside the account, of which new ones are inserted before old
        ones are deleted: a set of ids with commas, which may be found half changed.
    """

    name: str
    account: str
    owner_field: str | None
    territory_field: str | None
    name_field: str | None = "name"
    opportunity: str | None = None
    opportunity_owner_field: str | None = None
    watched: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    max_batch: int = 200
    atomicity: Literal["row", "batch"] = "row"
    one_value: bool = False
    notifies: bool = False
    server_dry_run: bool = False
    territories_are_listed: bool = False
    territory_in_rows: bool = False


@dataclass(frozen=True)
class User:
    """Somebody who may own records."""

    id: str
    name: str
    email: str = ""
    login: str = ""
    active: bool = True


@dataclass(frozen=True)
class CrmTerritory:
    """A territory as the CRM knows it: its id there, its name, and our key where it is kept."""

    id: str
    name: str
    key: str = ""


@dataclass(frozen=True)
class Record:
    """One record as the CRM holds it, and the stamp that tells its versions apart."""

    id: str
    fields: Mapping[str, Value]
    version: str = ""

    def value(self, name: str) -> Value:
        """Return a field, `UNSET` where it was not asked for."""
        return self.fields.get(name, UNSET)


@dataclass(frozen=True)
class CrmAccount:
    """An account as a plan needs it; what the CRM does not know is blank."""

    id: str
    name: str
    latitude: float | None = None
    longitude: float | None = None
    postal_code: str = ""
    city: str = ""
    state: str = ""
    country: str = ""
    owner_id: str = ""
    territory: str = ""
    parent_id: str = ""


@dataclass(frozen=True)
class Opportunity:
    """An open opportunity of an account; the amount is in the CRM's currency."""

    id: str
    name: str
    account_id: str
    owner_id: str = ""
    amount: float = 0.0
    stage: str = ""
    close_date: str = ""


@dataclass(frozen=True)
class RowResult:
    """What became of one change.

    Parameters
    ----------
    key
        The change's key.
    status
        "ok": the CRM took it. "failed": it refused. "busy": it may take it later (a lock), and the
        engine tries again. "conflict" and "skipped" are the engine's own.
    code, message
        The CRM's own code and words; secrets of this process are taken out of them.
    """

    key: Key
    status: Status
    code: str = ""
    message: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "message", hidden(self.message))


@dataclass(frozen=True)
class Consequences:
    """What writing changes would cause in the CRM, counted before anything is written.

    Parameters
    ----------
    emails, team_deletions
        E-mails that would leave, and account teams that would be deleted.
    api_calls
        Calls that count against the CRM's limits, reading again included.
    warnings
        Sentences on what would run besides: automations, children that do not follow.
    """

    emails: int = 0
    team_deletions: int = 0
    api_calls: int = 0
    warnings: tuple[str, ...] = ()


class Connector(Protocol):
    """A CRM that accounts are read from and written to."""

    def capabilities(self) -> Capabilities:
        """Return what the CRM can do and what its records are called."""

    def users(self) -> Iterator[User]:
        """Yield everybody who may own records, the inactive too."""

    def territories(self) -> Iterator[CrmTerritory]:
        """Yield the territories that the CRM knows; none where they are mere texts."""

    def accounts(self) -> Iterator[CrmAccount]:
        """Yield every account."""

    def opportunities(self) -> Iterator[Opportunity]:
        """Yield every open opportunity."""

    def read(
        self, object: str, ids: Iterable[str] | None, fields: Sequence[str]
    ) -> Iterator[Record]:
        """Yield the records with these ids, or all, with these fields and their version."""

    def lacks(self, territories: Sequence[CrmTerritory]) -> tuple[str, ...]:
        """Return in words what must be made before a push: a field, a territory; often nothing."""

    def create(self, territories: Sequence[CrmTerritory]) -> tuple[str, ...]:
        """Make what `lacks` tells, and return it."""

    def consequences(self, changes: Sequence[Change], *, notify: bool = False) -> Consequences:
        """Return what writing these changes would cause."""

    def dry_run(self, changes: Sequence[Change]) -> Iterator[RowResult]:
        """Yield what the CRM would say to these changes, which are not made."""

    def apply(self, changes: Sequence[Change], *, notify: bool = False) -> Iterator[RowResult]:
        """Write these changes, at most `max_batch` records, and yield one result per change."""


class CrmError(TerritoryPlannerError):
    """Something that went wrong between us and the CRM, and what to do about it.

    No secret of this process is in its message, whatever the CRM said.
    """

    def __init__(self, message: str) -> None:
        super().__init__(hidden(message))


class BusyError(CrmError):
    """The CRM is busy (429, a lock) and took nothing; it may say when to ask again."""

    def __init__(self, message: str, retry_after_s: float | None = None) -> None:
        self.retry_after_s = retry_after_s
        super().__init__(message)


class LostError(CrmError):
    """The line broke: whether the CRM took the call is not known until it is read again."""


class RefusedError(CrmError):
    """The CRM refused a whole call, nothing of it was written."""

    def __init__(self, code: str, message: str) -> None:
        self.code, self.message = code, hidden(message)
        super().__init__(f"{code}: {message}" if code else message)
