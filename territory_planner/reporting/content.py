"""What a map shows, as plain values for its page: territories, accounts, flows and lines.

Positions are whole numbers of 1e-5 degrees, about a metre, and lines are written as steps from
one corner to the next: a tenth of the size of GeoJSON.
"""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from territory_planner.domain.alignment import Alignment, accounts_as_units, today_by_unit
from territory_planner.domain.arrays import FloatArray, IntArray
from territory_planner.domain.plan import Plan
from territory_planner.domain.problem import NONE, Problem
from territory_planner.evaluation.balance import mere_counts
from territory_planner.evaluation.compactness import centers, distance_km
from territory_planner.evaluation.disruption import moved_accounts
from territory_planner.evaluation.scorecard import Scorecard
from territory_planner.geography.projection import to_lonlat
from territory_planner.reporting.outlines import (
    Shapes,
    has_areas,
    label_points,
    outlines,
    outlines_today,
)
from territory_planner.reporting.palette import deviation_scale, territory_colours
from territory_planner.scenarios.compare import compare

DEGREES = 1e5
"""Steps in one degree."""

EXACT = 9
"""Decimals of numbers that the page rounds itself: rounded twice, they would differ from tables."""

Value = dict[str, Any]


def map_content(plan: Plan) -> Value:
    """Return everything the map of a plan shows, ready for JSON."""
    problem = plan.problem
    today, proposed = compare([plan]).scorecards
    by_unit = today_by_unit(problem)
    of = plan.alignment.of_accounts(problem)
    sides = {"plan": side_content(plan, proposed, outlines(problem, plan.alignment), of)}
    if has_today(problem):
        shapes = outlines_today(problem)
        sides["today"] = side_content(plan, today, shapes, problem.accounts.current)
    colours = territory_colours(problem, [plan.alignment, by_unit])
    return {
        "areas": has_areas(problem),
        "measures": [measure_content(plan, q) for q in range(problem.n_measures)],
        "territories": territory_content(plan, colours),
        "sides": sides,
        "accounts": _accounts(plan),
        "flows": _flows(plan),
        "lines": {name: line_content(wkb) for name, wkb in problem.backdrop.items()},
    }


def has_today(problem: Problem) -> bool:
    """Return whether anybody serves any account today."""
    return bool((problem.accounts.current != NONE).any())


def as_json(value: Value) -> str:
    """Return JSON that may stand inside a ``<script>`` element, whatever the texts in it hold."""
    text = json.dumps(value, separators=(",", ":"), allow_nan=False, ensure_ascii=False)
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


def measure_content(plan: Plan, q: int) -> Value:
    """Return a measure, with the classes of its deviation where it has a band."""
    measure = plan.problem.measures[q]
    band = plan.criteria.bands.get(measure.name)
    scale = deviation_scale(band) if band else None
    return {
        "name": measure.name,
        "unit": measure.unit,
        "counts": bool(mere_counts(plan.problem)[q]),
        "classes": [[c.label, c.colour] for c in scale.classes] if scale else None,
    }


def territory_content(plan: Plan, colours: tuple[str, ...]) -> list[Value]:
    """Return every territory: who has it, its colour, and where it is at home."""
    problem = plan.problem
    home = np.where(
        np.isnan(problem.home), centers(problem, plan.alignment, plan.criteria), problem.home
    )
    at = _degrees(to_lonlat(problem.crs, home))
    return [
        {
            "id": t.id,
            "name": t.name,
            "rep": None if t.is_vacant else t.rep or t.rep_id,
            "manager": t.manager,
            "skills": sorted(t.skills),
            "colour": colours[k],
            "home": t.home is not None,
            "at": at[k],
        }
        for k, t in enumerate(problem.territories)
    ]


def side_content(plan: Plan, card: Scorecard, shapes: Shapes, of: IntArray) -> Value:
    """Return what a map shows of one alignment."""
    classes: list[list[int] | None] = []
    for q, measure in enumerate(plan.problem.measures):
        band = plan.criteria.bands.get(measure.name)
        if band is None:
            classes.append(None)
            continue
        scale = deviation_scale(band)
        classes.append(scale.class_of(card.deviation[:, q], card.inside[:, q], band).tolist())
    at = to_lonlat(plan.problem.crs, plan.problem.accounts.xy)
    points, spans = label_points(shapes, at, of)
    return {
        "shapes": [_polygons(shape) for shape in shapes],
        "labels": _degrees(points),
        "spans": _degrees(spans),
        "accounts": card.accounts.tolist(),
        "totals": _numbers(card.total, EXACT),
        "deviation": _numbers(card.deviation, EXACT),
        "classes": classes,
    }


def _accounts(plan: Plan) -> Value:
    problem, accounts = plan.problem, plan.problem.accounts
    proposed = plan.alignment.of_accounts(problem)
    at = np.round(to_lonlat(problem.crs, accounts.xy) * DEGREES).astype(np.int64)
    places, placed_by = np.unique(accounts.placed_by, return_inverse=True)
    by_account = accounts_as_units(problem)

    def distance(of: IntArray) -> list[float | None]:
        return _numbers(distance_km(by_account, Alignment(of), plan.criteria), 1)

    return {
        "id": accounts.ids.tolist(),
        "name": accounts.names.tolist(),
        "lat": at[:, 1].tolist(),
        "lon": at[:, 0].tolist(),
        "plan": proposed.tolist(),
        "today": accounts.current.tolist(),
        "moved": np.flatnonzero(moved_accounts(problem, plan.alignment)).tolist(),
        "named": np.flatnonzero(problem.units.named[accounts.unit]).tolist()
        if has_areas(problem)
        else [],
        "activity": [_numbers(column, 2) for column in accounts.activity.T],
        "places": places.tolist(),
        "placed_by": placed_by.tolist(),
        "km": {"plan": distance(proposed), "today": distance(accounts.current)},
    }


def _flows(plan: Plan) -> list[list[Any]]:
    """Return [from, to, accounts, [activity]] of each pair of territories, the largest last."""
    problem = plan.problem
    moved = moved_accounts(problem, plan.alignment)
    pair = np.column_stack(
        [problem.accounts.current[moved], plan.alignment.of_accounts(problem)[moved]]
    )
    pairs, of, count = np.unique(pair, axis=0, return_inverse=True, return_counts=True)
    activity = problem.accounts.activity[moved]
    sums = np.zeros((len(pairs), problem.n_measures))
    np.add.at(sums, of.reshape(-1), activity)
    return [
        [*pairs[p].tolist(), int(count[p]), _numbers(sums[p], 2)]
        for p in np.argsort(count, kind="stable")
    ]


def _polygons(shape: Any) -> list[list[list[int]]]:
    import shapely

    return [
        [_steps(shapely.get_coordinates(ring)) for ring in shapely.get_rings(polygon)]
        for polygon in shapely.get_parts(shape)
    ]


def line_content(wkb: bytes) -> list[list[int]]:
    """Return the lines of a layer, each as steps."""
    import shapely

    parts = shapely.get_parts(shapely.from_wkb(wkb))
    while (shapely.get_type_id(parts) > 3).any():
        parts = shapely.get_parts(parts)
    rings = [
        line
        for part in parts
        for line in (shapely.get_rings(part) if shapely.get_type_id(part) == 3 else [part])
    ]
    return [_steps(shapely.get_coordinates(line)) for line in rings]


def _steps(lonlat: FloatArray) -> list[int]:
    """Return latitude and longitude in turn: the first corner, then the steps between corners."""
    at = np.round(lonlat[:, ::-1] * DEGREES).astype(np.int64)
    steps: list[int] = (
        np.diff(at, axis=0, prepend=np.zeros((1, 2), dtype=np.int64)).ravel().tolist()
    )
    return steps


def _degrees(lonlat: FloatArray) -> list[list[float] | None]:
    """Return [latitude, longitude] of each point, None where it is nowhere."""
    return [
        None
        if not np.isfinite(point).all()
        else [round(float(point[1]), 5), round(float(point[0]), 5)]
        for point in lonlat
    ]


def _numbers(values: FloatArray, decimals: int = 2) -> list[Any]:
    """Return nested lists of rounded numbers; None for what is not finite."""
    if values.ndim > 1:
        return [_numbers(row, decimals) for row in values]
    return [
        None if not np.isfinite(v) else int(v) if v.is_integer() else v
        for v in np.round(values, decimals).tolist()
    ]
