"""`TerritoryModel`: a plan's territories as a Salesforce territory model, by data and by metadata.

A rule says which accounts a territory gets by a field of theirs, such as the postal code, and there
are rules only when the plan's units are values of that field. Named accounts are never in a rule.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from territory_planner.domain.plan import Plan
from territory_planner.errors import Fault, InputError
from territory_planner.exporting.territories import Place, developer_name, hierarchy

LONGEST_NAME = 80
LONGEST_VALUE = 1000
MOST_ITEMS = 10
REP, TEAM = "Rep_Territory", "Team_Territory"
_FIELD = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


@dataclass(frozen=True)
class Rule:
    """A rule that gives a territory every account whose field holds one of some values.

    Parameters
    ----------
    developer_name, label
        Its key and what people read.
    field
        The account's field: "BillingPostalCode".
    values
        One text an item: values with commas between them, of which one must be equal.
    """

    developer_name: str
    label: str
    field: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Kind:
    """A territory type, of which every territory has one."""

    developer_name: str
    label: str
    priority: int
    description: str


@dataclass(frozen=True)
class TerritoryModel:
    """A territory model in the state in which Salesforce makes it: Planning.

    Parameters
    ----------
    developer_name, name, description
        Its key and what people read.
    kinds
        The territory types.
    places
        The territories, parents first.
    rules
        Territory id to its rules; empty without rules.
    """

    developer_name: str
    name: str
    description: str
    kinds: tuple[Kind, ...]
    places: tuple[Place, ...]
    rules: dict[str, tuple[Rule, ...]]

    @property
    def levels(self) -> list[list[Place]]:
        """The territories by level, the highest first."""
        deepest = max((place.level for place in self.places), default=0)
        return [[p for p in self.places if p.level == n] for n in range(1, deepest + 1)]


def kind_of(place: Place) -> str:
    """Return the developer name of a territory's type."""
    return TEAM if place.is_team else REP


def name_of(place: Place) -> str:
    """Return a territory's name, cut to what Salesforce takes."""
    return (place.territory.name or place.territory.id)[:LONGEST_NAME]


def territory_model(
    plan: Plan, name: str = "", field: str = "", effective_date: date | None = None
) -> TerritoryModel:
    """Return a plan's territories as a model.

    Parameters
    ----------
    name
        What it is called; made from the effective date when blank.
    field
        The account's field that holds the id of its unit; no rules when blank.

    Raises
    ------
    InputError
        When rules are asked for and the plan's units are accounts, or the field is no field.
    """
    day = effective_date.isoformat() if effective_date else ""
    name = (name or f"Territory plan {day}".strip())[:LONGEST_NAME]
    places = hierarchy(plan.problem)
    kinds = [Kind(REP, "Rep territory", 1, "A territory that one rep holds")]
    if any(place.is_team for place in places):
        kinds.append(Kind(TEAM, "Team territory", 2, "The territories of one manager's reps"))
    told = f"Holds from {day}. " if day else ""
    return TerritoryModel(
        developer_name=developer_name(name),
        name=name,
        description=f"{told}Plan {plan.fingerprint[:12]}",
        kinds=tuple(kinds),
        places=places,
        rules=_rules(plan, places, field) if field else {},
    )


def _rules(plan: Plan, places: Sequence[Place], field: str) -> dict[str, tuple[Rule, ...]]:
    problem = plan.problem
    areas = ~problem.units.named
    ids = problem.units.ids
    if not _FIELD.fullmatch(field):
        message = f"{field!r} is no API name of a field. Give one such as BillingPostalCode."
        raise InputError([Fault("--rules", message)])
    if not areas.any() or np.isin(ids[areas], problem.accounts.ids).all():
        message = (
            "the plan's units are accounts, and a rule needs areas. Plan by postal code "
            "([units] in plan.toml), or leave --rules out."
        )
        raise InputError([Fault("--rules", message)])
    index = {territory.id: k for k, territory in enumerate(problem.territories)}
    result = {}
    for place in places:
        k = index.get(place.territory.id)
        if k is None:
            continue
        mine = sorted(ids[areas & (plan.alignment.territory_of == k)].tolist())
        items = _items(mine)
        parts = [items[at : at + MOST_ITEMS] for at in range(0, len(items), MOST_ITEMS)]
        result[place.territory.id] = tuple(
            Rule(
                developer_name(f"{place.developer_name[:60]}_{k + 1}_{n}"),
                f"{name_of(place)[:60]} {n}",
                field,
                tuple(part),
            )
            for n, part in enumerate(parts, start=1)
        )
    return result


def _items(values: Sequence[str]) -> list[str]:
    """Return values joined by commas into texts that a rule item takes."""
    items: list[str] = []
    for value in values:
        one = f'"{value}"' if "," in value else value
        if items and len(items[-1]) + 1 + len(one) <= LONGEST_VALUE:
            items[-1] += f",{one}"
        else:
            items.append(one)
    return items
