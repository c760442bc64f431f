"""Territories as shapes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import shapely

from territory_planner.geography.projection import to_lonlat
from territory_planner.reporting import outlines as module
from territory_planner.reporting.outlines import (
    dissolved,
    hulls,
    label_points,
    outlines,
    outlines_today,
)
from tests.reporting.plans import planned, with_areas
from tests.worlds import grid_problem


def test_dissolved_area() -> None:
    """A territory's shape is the land of its units, without the borders between them."""
    problem = with_areas(grid_problem("111/111", n_territories=2))
    shapes = dissolved(problem, planned(problem, "AAB/ABB").alignment)
    cells = shapely.from_wkb(np.array(problem.units.shapes, dtype=object))
    assert shapely.area(shapes) == pytest.approx(shapely.area(cells).reshape(2, 3).sum(axis=1))
    assert [len(shapely.get_parts(shape)) for shape in shapes] == [1, 1]
    assert shapely.area(shapely.intersection(*shapes)) == pytest.approx(0, abs=1e-12)


def rings(shape: Any) -> int:
    return sum(len(shapely.get_rings(part)) for part in shapely.get_parts(shape))


def test_dissolved_slivers() -> None:
    """A gap left by rounding is no hole, a territory inside another is one."""
    problem = with_areas(grid_problem("111/111/111", n_territories=2))
    alignment = planned(problem, "AAA/ABA/AAA").alignment
    assert rings(dissolved(problem, alignment)[0]) == 2
    cells = shapely.from_wkb(np.array(problem.units.shapes, dtype=object))
    gap = shapely.buffer(shapely.Point(shapely.bounds(cells[4])[:2]), 1e-6)
    shapes = tuple(shapely.to_wkb(shapely.difference(cells, gap)))
    holed = replace(problem, units=replace(problem.units, shapes=shapes))
    whole = dissolved(holed, planned(holed, "AAA/AAA/AAA").alignment)[0]
    assert rings(whole) == 1


def test_dissolved_named() -> None:
    """A named account, which has no area, adds nothing to its territory's shape."""
    problem = with_areas(grid_problem("11", n_territories=2))
    named = np.array([False, True])
    units = replace(problem.units, named=named, shapes=(problem.units.shapes[0], b""))
    shapes = dissolved(replace(problem, units=units), planned(problem, "AB").alignment)
    assert [shapely.is_empty(shape) for shape in shapes] == [False, True]


def test_dissolved_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shapes with too many corners get fewer, and still meet without gap or overlap."""
    problem = with_areas(grid_problem("/".join(["1" * 12] * 12), n_territories=2))
    letters = "/".join("".join("AB"[(x + y) % 12 > 5] for x in range(12)) for y in range(12))
    alignment = planned(problem, letters).alignment
    fine = dissolved(problem, alignment)
    monkeypatch.setattr(module, "CORNERS", 40)
    coarse = dissolved(problem, alignment)
    assert shapely.get_num_coordinates(coarse).sum() <= 40
    assert shapely.area(coarse).sum() == pytest.approx(shapely.area(fine).sum())
    assert shapely.area(shapely.intersection(*coarse)) == pytest.approx(0, abs=1e-12)


def test_outlines_today_areas() -> None:
    """Today's alignment of areas is drawn as areas."""
    problem = with_areas(grid_problem("1111", current="AAAB", n_territories=2))
    assert shapely.area(outlines_today(problem)) == pytest.approx(
        shapely.area(outlines(problem, planned(problem, "AAAB").alignment))
    )


@pytest.mark.parametrize("letters", ["AAAA/AAAA", "BAAA/AAAA", "BBAA/AAAA", "BBAA/BAAA"])
def test_hulls_hold_their_accounts(letters: str) -> None:
    """A hull holds all of its territory's accounts, also when there are one, two or in line."""
    problem = grid_problem("1111/1111", n_territories=2)
    of = planned(problem, letters).alignment.of_accounts(problem)
    shapes = hulls(problem, of)
    points = shapely.points(to_lonlat(problem.crs, problem.accounts.xy))
    for k in range(2):
        assert shapely.contains(shapes[k], points[of == k]).all()
    assert shapely.is_empty(shapes[1]) == (not (of == 1).any())


def test_label_points_inside() -> None:
    """A name stands inside its territory, and nowhere for one without land."""
    problem = with_areas(grid_problem("1111/1000/1111", n_territories=3))
    plan = planned(problem, "AAAA/ABBB/AAAA")
    at = to_lonlat(problem.crs, problem.accounts.xy)
    shapes = dissolved(problem, plan.alignment)
    point, span = label_points(shapes, at, plan.alignment.of_accounts(problem))
    assert shapely.contains_xy(shapes[0], *point[0])
    assert np.isnan(point[2]).all()
    west, south, east, north = shapely.bounds(shapes[1])
    assert span[1] == pytest.approx([east - west, north - south])


def test_label_points_accounts() -> None:
    """Of two parts the one with more accounts has the name, though the other is larger."""
    shapes = np.array([shapely.MultiPolygon([shapely.box(0, 0, 9, 9), shapely.box(20, 0, 21, 1)])])
    at = np.array([[1.0, 1.0], [20.4, 0.5], [20.6, 0.5]])
    point, span = label_points(shapes, at, np.zeros(3, dtype=np.int32))
    assert point[0] == pytest.approx([20.5, 0.5])
    assert span[0] == pytest.approx([1, 1])


def test_label_points_overlap() -> None:
    """A name keeps out of a smaller shape, which is drawn above its own."""
    shapes = np.array([shapely.box(0, 0, 9, 9), shapely.box(0, 2, 8, 7)])
    point, _ = label_points(shapes, np.array([[1.0, 1.0], [4.0, 4.0]]), np.array([0, 1]))
    assert not shapely.contains_xy(shapes[1], *point[0])
    assert shapely.contains_xy(shapes[1], *point[1])
