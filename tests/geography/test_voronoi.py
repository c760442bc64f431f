"""Voronoi cells: a partition of the outline, each point in its own, neighbours sharing borders."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from territory_planner.geography.projection import fitted_crs, to_plane
from territory_planner.geography.voronoi import voronoi_cells

SQUARE = shapely.box(8.0, 48.0, 10.0, 50.0)


def scattered(n: int, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return np.column_stack([rng.uniform(8, 10, n), rng.uniform(48, 50, n)])


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 60), st.integers(0, 1000))
def test_partition(n: int, seed: int) -> None:
    """The cells cover the outline once, and each holds its point."""
    points = scattered(n, seed)
    cells = voronoi_cells(points, SQUARE)
    assert shapely.area(cells.shapes).sum() == pytest.approx(SQUARE.area, rel=1e-5)
    assert shapely.union_all(cells.shapes).area == pytest.approx(SQUARE.area, rel=1e-5)
    assert shapely.covers(cells.shapes, shapely.points(points)).all()


def test_neighbours_share_a_border() -> None:
    """The edges are the pairs of cells whose intersection has a length, told by shapely."""
    cells = voronoi_cells(scattered(80), SQUARE)
    one, other = shapely.STRtree(cells.shapes).query(cells.shapes, predicate="intersects")
    later = one < other
    one, other = one[later], other[later]
    length = shapely.length(shapely.intersection(cells.shapes[one], cells.shapes[other]))
    expected = {(a, b) for a, b, long in zip(one, other, length, strict=True) if long > 1e-9}
    assert {tuple(edge) for edge in cells.edges.tolist()} == expected


def test_water_parts() -> None:
    """Cells that would touch only outside the outline are not neighbours."""
    islands = shapely.union(shapely.box(8, 48, 8.9, 50), shapely.box(9.1, 48, 10, 50))
    cells = voronoi_cells(np.array([[8.5, 49.0], [9.5, 49.0], [9.8, 49.0]]), islands)
    assert cells.edges.tolist() == [[1, 2]]


def test_nearness_is_planar() -> None:
    """The border between two cells is equally far in metres, not in degrees."""
    points = np.array([[8.5, 49.2], [9.4, 48.6]])
    cells = voronoi_cells(points, SQUARE)
    crs = fitted_crs(points)
    shared = shapely.intersection(*cells.shapes)
    ends = to_plane(crs, shapely.get_coordinates(shared))
    sites = to_plane(crs, points)
    distance = np.hypot(*(ends[:, None] - sites).transpose(2, 0, 1))
    assert np.allclose(distance[:, 0], distance[:, 1], atol=1.0)


def test_points_in_one_place() -> None:
    """Points in one place each get a cell, and the cells still cover the outline."""
    points = np.repeat(np.array([[9.0, 49.0], [9.5, 49.5]]), 4, axis=0)
    cells = voronoi_cells(points, SQUARE)
    assert not shapely.is_empty(cells.shapes).any()
    assert shapely.area(cells.shapes).sum() == pytest.approx(SQUARE.area, rel=1e-5)


def test_cell_outside_the_outline() -> None:
    """A point whose nearest area lies outside the outline has an empty shape."""
    cells = voronoi_cells(np.array([[9.0, 49.0], [9.2, 49.0], [20.0, 49.0]]), SQUARE)
    assert shapely.is_empty(cells.shapes).tolist() == [False, False, True]


def test_long_parallel() -> None:
    """An outline along a parallel, drawn with two corners, is followed in degrees."""
    strip = shapely.box(-120.0, 40.0, -80.0, 49.0)
    cells = voronoi_cells(np.array([[-110.0, 45.0], [-90.0, 45.0], [-100.0, 42.0]]), strip)
    assert shapely.union_all(cells.shapes).bounds[3] == pytest.approx(49.0, abs=1e-4)
    assert shapely.area(cells.shapes).sum() == pytest.approx(strip.area, rel=1e-4)


def test_detailed_outline() -> None:
    """An outline of many corners clips the cells at every one of them."""
    turn = np.linspace(0, 2 * np.pi, 4001)[:-1]
    reach = 0.8 + 0.05 * np.cos(97 * turn)
    outline = shapely.Polygon(
        np.column_stack([9 + reach * np.cos(turn), 49 + reach * np.sin(turn)])
    )
    points = scattered(400)
    points = points[shapely.contains_xy(outline, points)]
    cells = voronoi_cells(points, outline)
    assert shapely.area(cells.shapes).sum() == pytest.approx(outline.area, rel=1e-6)
    assert np.unique(shapely.get_type_id(cells.shapes)).max() in (3, 6)


def test_no_points() -> None:
    """No points have no cells."""
    assert len(voronoi_cells(np.empty((0, 2)), SQUARE).shapes) == 0
