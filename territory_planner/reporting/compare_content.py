"""What the maps of plans side by side show, as plain values for their page.

Territories are numbered as they are matched, so that one has the same colour on every map.
"""

from __future__ import annotations

import numpy as np

from territory_planner.domain.alignment import Alignment
from territory_planner.domain.arrays import IntArray
from territory_planner.domain.problem import NONE
from territory_planner.evaluation.scorecard import Scorecard
from territory_planner.geography.projection import to_lonlat
from territory_planner.reporting.content import (
    DEGREES,
    Value,
    line_content,
    measure_content,
    side_content,
    territory_content,
)
from territory_planner.reporting.outlines import has_areas, outlines, outlines_today
from territory_planner.reporting.palette import (
    colours_apart,
    neighbouring_territories,
    unit_neighbours,
)
from territory_planner.scenarios.compare import Comparison
from territory_planner.scenarios.differences import Differences
from territory_planner.scenarios.matching import Matching
from territory_planner.scenarios.side import Side, looked_up, reference, shared_accounts

DOTS = 5000
"""Accounts that lie elsewhere and are drawn; more would make every map slow to move."""


def compare_content(
    comparison: Comparison, matching: Matching, found: tuple[Differences, ...]
) -> Value:
    """Return everything that the maps show, ready for JSON."""
    first = reference(comparison.sides)
    colours = _colours(matching)
    return {
        "areas": has_areas(first.problem),
        "ids": list(matching.ids),
        "colours": list(colours),
        "sides": [
            _side(side, card, joint, tuple(colours[j] for j in joint))
            for side, card, joint in zip(
                comparison.sides, comparison.scorecards, matching.joint, strict=True
            )
        ],
        "dots": _dots(matching, first, _elsewhere(found)),
        "lines": {name: line_content(wkb) for name, wkb in first.problem.backdrop.items()},
    }


def _colours(matching: Matching) -> tuple[str, ...]:
    """Return one colour for each matched territory, different for neighbours on any map."""
    pairs = []
    problems = {id(side.problem): side.problem for side in matching.sides}
    edges = {key: unit_neighbours(problem) for key, problem in problems.items()}
    for side, joint in zip(matching.sides, matching.joint, strict=True):
        of = Alignment(looked_up(side.by_unit.territory_of, joint))
        pairs.append(neighbouring_territories(edges[id(side.problem)], of))
    plans = [s for s, side in enumerate(matching.sides) if not side.is_today]
    # The first plan comes first: where the palette is too small, its neighbours differ.
    order = [plans[0], *(s for s in range(len(pairs)) if s != plans[0])]
    return colours_apart(len(matching.ids), [pairs[s] for s in order])


def _side(side: Side, card: Scorecard, joint: IntArray, colours: tuple[str, ...]) -> Value:
    plan = side.plan
    shapes = (
        outlines_today(side.problem) if side.is_today else outlines(side.problem, plan.alignment)
    )
    return {
        "name": side.name,
        "when": side.when,
        "joint": joint.tolist(),
        "measures": [measure_content(plan, q) for q in range(side.problem.n_measures)],
        "territories": territory_content(plan, colours),
        **side_content(plan, card, shapes, side.of),
    }


def _elsewhere(found: tuple[Differences, ...]) -> IntArray:
    """Return accounts of the first plan that lie elsewhere, the dearest of each pair first."""
    each = [one.rows_before[:DOTS] for one in found]
    rows: IntArray = np.unique(np.concatenate(each))
    return rows


def _dots(matching: Matching, first: Side, rows: IntArray) -> Value:
    accounts = first.problem.accounts
    at = np.round(to_lonlat(first.problem.crs, accounts.xy[rows]) * DEGREES).astype(np.int64)
    of = []
    for side, joint in zip(matching.sides, matching.joint, strict=True):
        mine, theirs = shared_accounts(first, side)
        everywhere = np.full(len(accounts), NONE, dtype=np.int32)
        everywhere[mine] = looked_up(side.of[theirs], joint)
        of.append(everywhere[rows].tolist())
    return {
        "id": accounts.ids[rows].tolist(),
        "name": accounts.names[rows].tolist(),
        "lat": at[:, 1].tolist(),
        "lon": at[:, 0].tolist(),
        "of": of,
    }
