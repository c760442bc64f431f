"""The GeoPackage: one polygon a territory, with the totals of the evaluation."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from territory_planner.domain.arrays import FloatArray
from territory_planner.domain.plan import Plan
from territory_planner.domain.problem import Problem
from territory_planner.exporting.geopackage import territory_shapes, write_geopackage
from territory_planner.geography.projection import to_lonlat
from tests.exporting.plans import LAEA, moving_plan, plan_of
from tests.worlds import grid_problem


def area_plan(letters: str) -> Plan:
    """Return a plan over four squares of one degree in a row."""
    problem = grid_problem("1111", current="AABB")
    shapes = tuple(shapely.to_wkb(shapely.box(x, 40, x + 1, 41)) for x in range(4))
    units = replace(problem.units, shapes=shapes)
    return plan_of(replace(problem, units=units, crs=LAEA), letters)


def test_areas_are_dissolved(tmp_path: Path) -> None:
    """Three neighbouring squares become one polygon, in longitude and latitude."""
    write_geopackage(area_plan("AAAB"), tmp_path / "t.gpkg")
    table = gpd.read_file(tmp_path / "t.gpkg")
    assert table.crs == "EPSG:4326"
    assert table.geometry.iloc[0].equals(shapely.MultiPolygon([shapely.box(0, 40, 3, 41)]))
    assert table.geometry.iloc[1].equals(shapely.MultiPolygon([shapely.box(3, 40, 4, 41)]))


def test_totals_are_those_of_the_evaluation(tmp_path: Path) -> None:
    """Total, target and deviation of each measure stand beside the polygon."""
    write_geopackage(area_plan("AAAB"), tmp_path / "t.gpkg")
    row = gpd.read_file(tmp_path / "t.gpkg").iloc[0]
    assert (row["territory_id"], row["accounts"]) == ("T1", 3)
    assert row[["workload_total", "workload_target", "workload_deviation"]].tolist() == [
        3.0,
        2.0,
        0.5,
    ]


def test_points_become_hulls_that_hold_their_accounts() -> None:
    """Every account of a territory lies in its hull, in a row or not."""
    for plan in (moving_plan(), plan_of(square_problem(), "AABB/AABB/AABB")):
        shapes = territory_shapes(plan)
        where = shapely.points(lonlat(plan))
        for account, k in enumerate(plan.alignment.of_accounts(plan.problem)):
            hull = shapes[k]
            assert hull is not None
            assert hull.distance(where[account]) == pytest.approx(0, abs=1e-9)


def test_a_territory_without_accounts_has_no_polygon(tmp_path: Path) -> None:
    """It keeps its row, so that the layer lists every territory."""
    problem = replace(grid_problem("11", current="AA"), crs=LAEA)
    assert write_geopackage(plan_of(problem, "AA"), tmp_path / "t.gpkg") == 2
    table = gpd.read_file(tmp_path / "t.gpkg")
    assert table.geometry.isna().tolist() == [False, True]


def test_a_named_account_far_away_does_not_stretch_the_hull() -> None:
    """A hull is drawn round the usual accounts."""
    plan = plan_of(square_problem(), "AABB/AABB/AABA")
    free = territory_shapes(plan)[0]
    named = np.arange(12) == 11
    units = replace(plan.problem.units, named=named)
    kept = territory_shapes(replace(plan, problem=replace(plan.problem, units=units)))[0]
    assert free is not None
    assert kept is not None
    assert kept.area < 0.6 * free.area


def square_problem() -> Problem:
    return replace(grid_problem("1111/1111/1111", current="AABB/AABB/AABB"), crs=LAEA)


def lonlat(plan: Plan) -> FloatArray:
    return to_lonlat(plan.problem.crs, plan.problem.accounts.xy)
