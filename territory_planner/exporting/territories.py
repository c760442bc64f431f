"""Territories and their members, as a CRM takes them.

The hierarchy is flat, since the facts know none: every territory stands at level 1 without a
parent. ``developer_name`` is a key that Salesforce accepts: letters, digits and single underscores,
a letter first, at most 80 characters, and no two alike.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import date

from territory_planner.domain.problem import Problem
from territory_planner.domain.territory import Territory
from territory_planner.exporting.assignments import iso

LONGEST_DEVELOPER_NAME = 80


def territory_columns(problem: Problem) -> dict[str, list[str]]:
    """Return the columns of ``territories.csv``, header to one value a territory."""
    territories = problem.territories
    return {
        "territory_id": [t.id for t in territories],
        "name": [t.name for t in territories],
        "parent_territory_id": [""] * len(territories),
        "level": ["1"] * len(territories),
        "type": ["rep"] * len(territories),
        "owner_id": [t.rep_id or "" for t in territories],
        "developer_name": developer_names(territories),
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
    names = [_key(t.name or t.id) for t in territories]
    lowered = [name.lower() for name in names]
    taken: set[str] = set()
    result = []
    for territory, name in zip(territories, names, strict=True):
        key = name if lowered.count(name.lower()) == 1 else _key(f"{name}_{territory.id}")
        count = 1
        unique = key
        while unique.lower() in taken:
            count += 1
            ending = f"_{count}"
            unique = key[: LONGEST_DEVELOPER_NAME - len(ending)].rstrip("_") + ending
        taken.add(unique.lower())
        result.append(unique)
    return result


def _key(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.replace("ß", "ss"))
    ascii_only = plain.encode("ascii", "ignore").decode()
    key = re.sub(r"[^A-Za-z0-9]+", "_", ascii_only).strip("_")
    key = key if key[:1].isalpha() else f"T_{key}"
    return key[:LONGEST_DEVELOPER_NAME].strip("_")
