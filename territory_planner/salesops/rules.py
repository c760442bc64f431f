"""`Rules`: what a plan says about accounts that are not in it.

An area, a postal code or an account family belongs to the territory that the plan gives it to. A
family or a postal code whose accounts are split over several territories says nothing. What no rule
decides goes to the nearest territory that may have it, by the distance that the plan measures.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from territory_planner.config import Settings
from territory_planner.domain.arrays import IntArray
from territory_planner.domain.plan import Plan
from territory_planner.domain.problem import NONE, Problem
from territory_planner.evaluation.compactness import centers
from territory_planner.geography.gazetteer import Gazetteer, gazetteer_of
from territory_planner.geography.projection import to_lonlat, to_plane
from territory_planner.intake.faults import Faults
from territory_planner.intake.known_accounts import KnownAccounts, read_known_accounts
from territory_planner.salesops.known import SPLIT, accounts_called

POSTAL_CODE, AREA, FAMILY, ACCOUNT, NEAREST = "postal code", "area", "family", "account", "nearest"

COUNTRIES = ("US", "DE")
"""The countries whose postal codes the gazetteer knows."""
NEAR_M, ENOUGH, SAMPLE = 50_000.0, 0.8, 400
"""Areas are postal codes when most of a sample lie near where the gazetteer has those codes."""


@dataclass(frozen=True, eq=False)
class Rules:
    """The rules of a plan.

    Parameters
    ----------
    plan
        What they were taken from.
    gazetteer
        Where postal codes and cities are looked up.
    key_of
        "postal code" or "area": what the keys are.
    key
        The leads' column that names an area; None for their postal code, or for none.
    territory_of_key
        A key as the gazetteer writes it to its territory.
    territory_of_family
        A family in small letters to its territory, `SPLIT` where it has several; those families
        that the project's table names.
    """

    plan: Plan
    gazetteer: Gazetteer
    key_of: str = POSTAL_CODE
    key: str | None = None
    territory_of_key: Mapping[str, int] = field(default_factory=dict)
    territory_of_family: Mapping[str, int] = field(default_factory=dict)


def rules_of(
    plan: Plan, settings: Settings | None, country: str, key: str | None, faults: Faults
) -> Rules:
    """Return the rules of a plan.

    Parameters
    ----------
    settings
        Those of the plan's project: they name families, keys and the country; None without.
    country
        ISO code; "" takes the project's, or the one whose postal codes the plan's areas are.
    key
        The leads' column that names an area; None takes the project's.
    """
    problem = plan.problem
    gazetteer = _gazetteer(problem, country or (settings.data.country if settings else ""), faults)
    areas = area_units(problem)
    is_code = bool(areas.size) and are_postal_codes(problem, gazetteer)
    named = key or (settings.units.key if settings and areas.size else None)
    known = KnownAccounts() if settings is None else read_known_accounts(settings, faults)
    row_of = accounts_called(problem, known.ids, by_name=False)
    row = np.array([row_of.get(id_, NONE) for id_ in known.ids], dtype=np.int64)
    of = plan.alignment.of_accounts(problem)
    families = _agreed(known.families, row, of)
    keyed: dict[str, int] = {}
    if areas.size and (is_code or named):
        ids = [gazetteer.normal_code(str(id_)) for id_ in problem.units.ids[areas]]
        keyed = dict(zip(ids, plan.alignment.territory_of[areas].tolist(), strict=True))
    elif not areas.size:
        codes = [gazetteer.normal_code(code) if code else "" for code in known.postal_codes]
        keyed = {c: k for c, k in _agreed(codes, row, of).items() if k != SPLIT}
        is_code = True
    return Rules(
        plan,
        gazetteer,
        POSTAL_CODE if is_code else AREA,
        None if named == "postal_code" else named,
        keyed,
        families,
    )


def area_units(problem: Problem) -> IntArray:
    """Return the units that are areas: those with an outline."""
    if not problem.units.shapes:
        return np.empty(0, dtype=np.int32)
    has = np.array([bool(shape) for shape in problem.units.shapes])
    return np.flatnonzero(has & ~problem.units.named).astype(np.int32)


def are_postal_codes(problem: Problem, gazetteer: Gazetteer) -> bool:
    """Return whether the areas' ids are postal codes and not other numbers that look like them."""
    areas = area_units(problem)
    if not areas.size or gazetteer.extent is None:
        return False
    some = areas[np.linspace(0, len(areas) - 1, min(len(areas), SAMPLE)).astype(int)]
    lonlat = gazetteer.locate_postal_codes(problem.units.ids[some].tolist())
    there = np.isfinite(lonlat).all(axis=1)
    offset = to_plane(problem.crs, lonlat[there]) - problem.units.xy[some[there]]
    near = np.hypot(offset[:, 0], offset[:, 1]) < NEAR_M
    return bool(near.sum() >= ENOUGH * max(len(some), 1))


def rule_columns(rules: Rules) -> dict[str, list[Any]]:
    """Return the rules as a table: in the order in which they are to be tried.

    A family is named by each of its accounts, since a lead names its parent. The territories
    themselves come last, each with the point that distances are measured from.
    """
    plan, problem = rules.plan, rules.plan.problem
    point = to_lonlat(problem.crs, np.nan_to_num(centers(problem, plan.alignment, plan.criteria)))
    rows: list[tuple[str, str, int]] = []
    grouped = np.flatnonzero(problem.group[problem.accounts.unit] != NONE)
    of = plan.alignment.of_accounts(problem)
    rows += [(FAMILY, str(problem.accounts.ids[a]), int(of[a])) for a in grouped]
    rows += [(FAMILY, name, k) for name, k in rules.territory_of_family.items() if k >= 0]
    rows += [(rules.key_of, key, k) for key, k in sorted(rules.territory_of_key.items())]
    if not rules.territory_of_key:
        areas = area_units(problem).tolist()
        rows += [(AREA, str(problem.units.ids[i]), int(plan.alignment.territory_of[i]))
                 for i in areas]  # fmt: skip
    rows += [(NEAREST, "", k) for k in range(problem.n_territories)]
    territories = [problem.territories[k] for _, _, k in rows]
    is_last = [rule == NEAREST for rule, _, _ in rows]
    return {
        "rule": [rule for rule, _, _ in rows],
        "key": [key for _, key, _ in rows],
        "territory_id": [t.id for t in territories],
        "territory": [t.name for t in territories],
        "rep_id": [t.rep_id or "" for t in territories],
        "rep": [t.rep or "" for t in territories],
        "email": [t.email or "" for t in territories],
        "skills": ["; ".join(sorted(t.skills)) for t in territories],
        "latitude": [f"{point[k, 1]:.5f}" if last else ""
                     for (_, _, k), last in zip(rows, is_last, strict=True)],
        "longitude": [f"{point[k, 0]:.5f}" if last else ""
                      for (_, _, k), last in zip(rows, is_last, strict=True)],
    }  # fmt: skip


def _agreed(names: Any, row: Any, of: IntArray) -> dict[str, int]:
    """Return name in small letters to the one territory of its accounts, or `SPLIT`."""
    found: dict[str, int] = {}
    for name, a in zip(names, row.tolist(), strict=True):
        if name and a >= 0:
            k = int(of[a])
            if found.setdefault(name.casefold(), k) != k:
                found[name.casefold()] = SPLIT
    return found


def _gazetteer(problem: Problem, country: str, faults: Faults) -> Gazetteer:
    if country:
        found = gazetteer_of(country)
        if found.extent is None:
            faults.add(
                "--country",
                f"'{country}' is not in the gazetteer. Give the ISO code of a country, such as US.",
            )
        return found
    for code in COUNTRIES:
        if are_postal_codes(problem, gazetteer_of(code)):
            return gazetteer_of(code)
    return gazetteer_of("")
