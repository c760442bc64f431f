"""Territories and their members, as a CRM takes them.

Reps who have a manager stand below a territory of the manager's team, which holds no accounts of
its own; all others stand at level 1. Parents come before children. ``developer_name`` is a key that
Salesforce accepts: letters, digits and single underscores, a letter first, at most 80 characters,
and no two alike.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from territory_planner.domain.problem import Problem
from territory_planner.domain.territory import Territory
from territory_planner.exporting.assignments import iso

LONGEST_DEVELOPER_NAME = 80


@dataclass(frozen=True)
class Place:
    """A territory's place in the hierarchy.

    Parameters
    ----------
    territory
        The territory, or one that stands for a manager's team.
    developer_name
        Its key, unique in any capitals.
    parent
        The territory above it, None at level 1.
    is_team
        Whether it is a manager's team.
    """

    territory: Territory
    developer_name: str
    parent: Place | None = None
    is_team: bool = False

    @property
    def level(self) -> int:
        """How many territories stand on the way down to it, itself included."""
        return 1 + (self.parent.level if self.parent else 0)


def hierarchy(problem: Problem) -> tuple[Place, ...]:
    """Return every territory's place, parents before children."""
    territories = problem.territories
    taken = {t.id for t in territories}
    teams: dict[str, Territory] = {}
    for manager in sorted({t.manager for t in territories if t.manager}):
        team = f"Team of {manager}"
        while team in taken:
            team += "_"
        taken.add(team)
        teams[manager] = Territory(id=team, name=f"Team of {manager}")
    # Teams come last: of two that are alike, the territory keeps its key.
    names = developer_names([*territories, *teams.values()])
    above = {
        manager: Place(team, name, is_team=True)
        for (manager, team), name in zip(teams.items(), names[len(territories) :], strict=True)
    }
    places = [
        Place(territory, name, above.get(territory.manager or ""))
        for territory, name in zip(territories, names, strict=False)
    ]
    return (*above.values(), *places)


def territory_columns(problem: Problem) -> dict[str, list[str]]:
    """Return the columns of ``territories.csv``, header to one value a territory."""
    places = hierarchy(problem)
    return {
        "territory_id": [p.territory.id for p in places],
        "name": [p.territory.name for p in places],
        "parent_territory_id": [p.parent.territory.id if p.parent else "" for p in places],
        "level": [str(p.level) for p in places],
        "type": ["team" if p.is_team else "rep" for p in places],
        "owner_id": [p.territory.rep_id or "" for p in places],
        "developer_name": [p.developer_name for p in places],
    }


def member_columns(problem: Problem, effective_date: date | None) -> dict[str, list[str]]:
    """Return the columns of ``members.csv``: one row a territory that a rep holds."""
    held = [t for t in problem.territories if not t.is_vacant]
    return {
        "territory_id": [t.id for t in held],
        "user_id": [t.rep_id or "" for t in held],
        "user_email": [t.email or "" for t in held],
        "role": ["rep"] * len(held),
        "start_date": [iso(effective_date)] * len(held),
        "end_date": [""] * len(held),
    }


def developer_names(territories: Sequence[Territory]) -> list[str]:
    """Return one key a territory, made from its name, and from its id where names agree."""
    names = [developer_name(t.name or t.id) for t in territories]
    lowered = [name.lower() for name in names]
    taken: set[str] = set()
    result = []
    for territory, name in zip(territories, names, strict=True):
        key = name if lowered.count(name.lower()) == 1 else developer_name(f"{name}_{territory.id}")
        count = 1
        unique = key
        while unique.lower() in taken:
            count += 1
            ending = f"_{count}"
            unique = key[: LONGEST_DEVELOPER_NAME - len(ending)].rstrip("_") + ending
        taken.add(unique.lower())
        result.append(unique)
    return result


def developer_name(text: str) -> str:
    """Return a text as a key that Salesforce accepts; two texts may have the same."""
    plain = unicodedata.normalize("NFKD", text.replace("ß", "ss"))
    ascii_only = plain.encode("ascii", "ignore").decode()
    key = re.sub(r"[^A-Za-z0-9]+", "_", ascii_only).strip("_")
    key = key if key[:1].isalpha() else f"T_{key}"
    return key[:LONGEST_DEVELOPER_NAME].strip("_")
