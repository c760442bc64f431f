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
class MoveHome:
    """A rep moves: distances are to the new home."""

    territory: str
    latitude: float
    longitude: float


@dataclass(frozen=True)
class AssignRep:
    """Another rep takes a territory as it is; without `rep_id` it is vacant."""

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
    """An account, with its unit, stays in or goes to a territory."""

    account: str
    territory: str


@dataclass(frozen=True)
class Release:
    """An account's lock no longer holds."""

    account: str


@dataclass(frozen=True)
class Forbid:
    """An account, with its unit, may not be in a territory."""

    account: str
    territory: str


@dataclass(frozen=True)
class Scale:
    """A measure grows, or shrinks below 0, by a share: for all, or for a territory's of today."""

    measure: str
    by: float
    territory: str = ""


@dataclass(frozen=True)
class RemoveAccounts:
    """An account is lost."""

    account: str


Edit = (
    OpenTerritory
    | CloseTerritory
    | MergeTerritories
    | MoveHome
    | AssignRep
    | SetShare
    | Lock
    | Release
    | Forbid
    | Scale
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
    """

    name: str
    edits: tuple[Edit, ...] = ()
    parent: str | None = None
    bands: Mapping[str, Band] = field(default_factory=dict)
    budgets: Mapping[str, float] = field(default_factory=dict)


def folder_name(scenario: str) -> str:
    """Return the name of a scenario's folder: what any file system takes."""
    return re.sub(r"[^\w.-]+", "-", scenario).strip("-.").lower() or "scenario"
