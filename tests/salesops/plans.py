"""A plan of four postal codes in three territories, and leads for it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import shapely

from territory_planner.domain.alignment import Alignment
from territory_planner.domain.criteria import Band, Criteria
from territory_planner.domain.plan import Plan, SolveOptions
from territory_planner.domain.problem import NONE, Problem
from territory_planner.domain.territory import Measure, Territory, fair_targets
from territory_planner.domain.units import Accounts, Units
from territory_planner.geography.gazetteer import gazetteer_of
from territory_planner.geography.projection import fitted_crs, to_plane

CODES = ("80202", "80903", "81003", "80521")
"""Denver, Colorado Springs, Pueblo and Fort Collins: T1, T1, T2 and T3, which is vacant."""
NAMED = "N9"


def colorado(band: float = 0.5) -> Plan:
    """Return the plan: an account in each code, and a named one in Pueblo that is T1's."""
    lonlat = gazetteer_of("US").locate_postal_codes(CODES)
    crs = fitted_crs(lonlat)
    xy = to_plane(crs, lonlat)
    boxes = [shapely.box(x - 0.2, y - 0.2, x + 0.2, y + 0.2) for x, y in lonlat.tolist()]
    units = Units(
        ids=np.array([*CODES, NAMED]),
        xy=np.vstack([xy, xy[2:3]]),
        named=np.array([False] * 4 + [True]),
        shapes=(*(shapely.to_wkb(box) for box in boxes), b""),
    )
    activity = np.array([[10.0, 1], [10, 1], [20, 1], [20, 1], [5, 1]])
    measures = (Measure("workload", "h/yr"), Measure("accounts", "accounts"))
    homes = [(float(xy[i, 0]), float(xy[i, 1])) for i in (0, 2, 3)]
    territories = (
        Territory("T1", "Front Range", homes[0], 1.0, "R1", "Ana", "ana@example.com"),
        Territory(
            "T2", "South", homes[1], 1.0, "R2", "Ben", "ben@example.com", None, frozenset({"mines"})
        ),
        Territory("T3", "North", homes[2], 1.0, None, None, None, "Zoe"),
    )
    problem = Problem(
        measures=measures,
        territories=territories,
        units=units,
        accounts=Accounts(
            ids=np.array(["A1", "A2", "A3", "A4", NAMED]),
            names=np.array(["Alder", "Birch", "Cedar", "Dogwood", "Twin"]),
            unit=np.arange(5),
            xy=units.xy,
            activity=activity,
            current=np.array([0, 1, 1, 0, 0]),
            placed_by=np.full(5, "coordinates"),
        ),
        target=fair_targets(measures, np.ones(3), activity.sum(axis=0)),
        contiguity=np.empty((0, 2), dtype=np.int32),
        locked=np.full(5, NONE),
        forbidden=np.empty((0, 2), dtype=np.int32),
        group=np.full(5, NONE),
        skill_class=np.zeros(5, dtype=np.int32),
        crs=crs,
    )
    criteria = Criteria({"workload": Band.within(band)}, centers="home")
    alignment = Alignment(np.array([0, 0, 1, 2, 0]))
    return Plan(problem, criteria, SolveOptions(), alignment, 1.0, 0.0, "stopped", np.zeros((3, 2)))


def of_accounts() -> Plan:
    """Return the same plan with each account its own unit: no areas."""
    plan = colorado()
    units = replace(plan.problem.units, shapes=(), ids=plan.problem.accounts.ids)
    return replace(plan, problem=replace(plan.problem, units=units))


def write_leads(folder: Path, *lines: str) -> Path:
    """Write a table of leads, the header first."""
    path = folder / "leads.csv"
    path.write_text("\n".join([*lines, ""]), encoding="utf-8")
    return path
