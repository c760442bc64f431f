"""`Scenario`: named edits of facts and wishes, for a what-if.

An edit is a frozen record; its first field says what it is about. In `plan.toml` an edit is written
with its class name in snake_case: ``{ set_share = "T07", share = 0.5 }``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import get_args

from territory_planner.domain.criteria import Band

Where = Mapping[str, str | tuple[str, ...]]
"""Accounts by their columns: ``{"industry": "Health care"}``; several values are alternatives.

"" stands for accounts without a value.
"""
BLANK_TELLS = {"blank_tells": True}
"""Of a field in which "" says something, and is no slip."""


@dataclass(frozen=True)
class OpenTerritory:
    """A new territory: a hire, or a vacancy while it has no rep.

    Parameters
    ----------
    territory
        Its id, which must be new.
    name
        What people call it; the id when empty.
    latitude, longitude
        The home in degrees; both None leave the center free.
    share
        Its part of the targets beside the others': 0.5 is a part-timer.
    rep_id, rep, email
        The rep; a territory without `rep_id` is vacant.
    skills
        What the rep is able to serve.
    """

    territory: str
    name: str = ""
    latitude: float | None = None
    longitude: float | None = None
    share: float = 1.0
    rep_id: str = ""
    rep: str = ""
    email: str = ""
    skills: tuple[str, ...] = ()


@dataclass(frozen=True)
class CloseTerritory:
    """A territory goes, and its accounts are served by the others: a leaver who is not replaced."""

    territory: str


@dataclass(frozen=True)
class MergeTerritories:
    """A territory's accounts are today's of another, which stays as it is; the first one goes."""

    territory: str
    into: str


@dataclass(frozen=True)
class SplitTerritory:
    """A territory becomes two, which share its target; the plan decides which accounts go.

    Today's accounts and locks stay with the old one, so that whatever the new one gets counts as
    moved. The new one requires no less of its rep: its skills and manager are the old one's.

    Parameters
    ----------
    territory
        The old one.
    into
        The id of the new one.
    share
        The part of the old one's target that the new one gets.
    name
        What people call the new one; the id when empty.
    latitude, longitude
        Its home in degrees; both None leave its center free.
    rep_id, rep, email
        Its rep; it is vacant without `rep_id`.
    """

    territory: str
    into: str
    share: float = 0.5
    name: str = ""
    latitude: float | None = None
    longitude: float | None = None
    rep_id: str = ""
    rep: str = ""
    email: str = ""


@dataclass(frozen=True)
class MoveHome:
    """A rep moves: distances are to the new home."""

    territory: str
    latitude: float
    longitude: float


@dataclass(frozen=True)
class AssignRep:
    """Another rep takes a territory as it is; without a rep it is vacant.

    A rep who holds a territory already is known by id, name or e-mail; whoever is new needs a
    `rep_id`. Together they must be of one person.
    """

    territory: str
    rep_id: str = ""
    rep: str = ""
    email: str = ""


@dataclass(frozen=True)
class SetShare:
    """A territory's part of the targets beside the others': 0.5 for half of the working time."""

    territory: str
    share: float


@dataclass(frozen=True)
class Lock:
    """Accounts, with their units, stay in or go to a territory.

    Parameters
    ----------
    account
        An id, or several; none when only `where` tells.
    territory
        Its id.
    where
        The accounts by their columns; beside ids, those of them.
    """

    account: str | tuple[str, ...]
    territory: str
    where: Where = field(default_factory=dict, metadata=BLANK_TELLS)


@dataclass(frozen=True)
class Release:
    """The locks of accounts, named as in `Lock`, no longer hold."""

    account: str | tuple[str, ...] = ()
    where: Where = field(default_factory=dict, metadata=BLANK_TELLS)


@dataclass(frozen=True)
class Forbid:
    """Accounts, named as in `Lock`, with their units, may not be in a territory."""

    account: str | tuple[str, ...]
    territory: str
    where: Where = field(default_factory=dict, metadata=BLANK_TELLS)


@dataclass(frozen=True)
class Scale:
    """A measure grows, or shrinks below 0, by a share: of all accounts, or of some.

    Parameters
    ----------
    measure, by
        0.12 is +12%.
    territory
        Only what it holds today.
    where
        Only the accounts with these values in their columns.
    """

    measure: str
    by: float
    territory: str = ""
    where: Where = field(default_factory=dict, metadata=BLANK_TELLS)


@dataclass(frozen=True)
class AddAccounts:
    """New accounts: those of a new product, or of a company that was bought.

    Parameters
    ----------
    file
        A table beside `plan.toml` with the columns of the accounts' own.
    accounts
        Records instead: `id`, `name`; `latitude` and `longitude`, or `postal_code` or `city` (with
        `state`) and `country`; `area`, the unit they lie in; `current`, who serves them today;
        `named`; `skills`; `family`, a parent by id or name, or what its family is called; and by
        its name every measure, and any column that is kept.
    keep_together
        Whether they stay together with their families, as far as the project keeps those.
    """

    file: str = ""
    accounts: tuple[Mapping[str, str | float | bool], ...] = ()
    keep_together: bool = True


@dataclass(frozen=True)
class RemoveAccounts:
    """Accounts, named as in `Lock`, are lost."""

    account: str | tuple[str, ...] = ()
    where: Where = field(default_factory=dict, metadata=BLANK_TELLS)


Edit = (
    OpenTerritory
    | CloseTerritory
    | MergeTerritories
    | SplitTerritory
    | MoveHome
    | AssignRep
    | SetShare
    | Lock
    | Release
    | Forbid
    | Scale
    | AddAccounts
    | RemoveAccounts
)

EDITS: Mapping[str, type[Edit]] = {
    re.sub(r"(?<!^)(?=[A-Z])", "_", kind.__name__).lower(): kind for kind in get_args(Edit)
}
"""Each edit by the name it has in `plan.toml`."""


@dataclass(frozen=True)
class Scenario:
    """Edits that make another problem of a base, or of another scenario.

    Parameters
    ----------
    name
        What it is called.
    edits
        In the order in which they are made.
    parent
        The scenario it starts from; None for the base.
    bands
        Bands that differ, by measure.
    budgets
        Disruption budgets that differ, by measure; a measure that had none gets one.
    criteria
        Settings of `[criteria]` that differ, by name.
    solve
        Settings of `[solve]` that differ, by name: the effort, which is no part of what `apply`
        makes.
    start
        A plan file beside `plan.toml` that the search begins at; "" for the parent's plan.
    adopt
        Whether that plan is taken for today's alignment as well, before any edit.
    """

    name: str
    edits: tuple[Edit, ...] = ()
    parent: str | None = None
    bands: Mapping[str, Band] = field(default_factory=dict)
    budgets: Mapping[str, float] = field(default_factory=dict)
    criteria: Mapping[str, object] = field(default_factory=dict)
    solve: Mapping[str, object] = field(default_factory=dict)
    start: str = ""
    adopt: bool = False


def folder_name(scenario: str) -> str:
    """Return the name of a scenario's folder: what any file system takes."""
    return re.sub(r"[^\w.-]+", "-", scenario).strip("-.").lower() or "scenario"
