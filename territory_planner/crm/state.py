"""`CrmState`: what the CRM holds of the accounts of a plan, read at one time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from territory_planner.crm.connector import (
    Capabilities,
    Connector,
    CrmTerritory,
    Opportunity,
    Record,
    User,
)


@dataclass(frozen=True)
class CrmState:
    """What the CRM holds of some accounts, and who may own them.

    Parameters
    ----------
    capabilities
        What the CRM can do and what its records are called.
    read_at
        When it was read, in UTC.
    users, territories, opportunities
        All there are; opportunities only where they were asked for.
    accounts
        Record id to record, with owner, territory and name.
    """

    capabilities: Capabilities
    read_at: str
    users: tuple[User, ...]
    territories: tuple[CrmTerritory, ...]
    accounts: Mapping[str, Record]
    opportunities: tuple[Opportunity, ...] = ()
    repeated: tuple[str, ...] = field(default=())


def now() -> str:
    """Return the time in UTC, as our files write it."""
    return utc().isoformat(timespec="seconds")


def utc() -> datetime:
    """Return the time in UTC."""
    return datetime.now(UTC)


def read_state(
    connector: Connector, ids: Sequence[str], *, with_opportunities: bool = False
) -> CrmState:
    """Read users, territories and the accounts with these ids.

    Raises
    ------
    CrmError
        When the CRM cannot be read.
    """
    able = connector.capabilities()
    read_at = now()
    fields = [f for f in (able.owner_field, able.territory_field, able.name_field) if f]
    found = list(connector.read(able.account, ids, fields))
    count = Counter(record.id for record in found)
    return CrmState(
        capabilities=able,
        read_at=read_at,
        users=tuple(connector.users()),
        territories=tuple(connector.territories()),
        accounts={record.id: record for record in found},
        opportunities=tuple(connector.opportunities()) if with_opportunities else (),
        repeated=tuple(record_id for record_id, times in count.items() if times > 1),
    )
