"""Territories as shapes in longitude and latitude: areas dissolved, or hulls of accounts."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from territory_planner.domain.alignment import Alignment, today_by_unit
from territory_planner.domain.arrays import FloatArray, IntArray
from territory_planner.domain.problem import NONE, Problem
from territory_planner.geography.projection import to_lonlat

Shapes = NDArray[np.object_]

CORNERS = 60_000
"""Corners of all territories together that a page draws at once without a pause."""

SLIVER = 1e-4
"""Parts and holes below this share of the median unit's area are left out: rounding, not land."""

HULL_RATIO = 0.5
"""How far a hull follows its accounts: 0 into every gap, 1 convex."""


def has_areas(problem: Problem) -> bool:
    """Return whether the units are areas rather than points."""
    return any(problem.units.shapes)


def dissolved(problem: Problem, alignment: Alignment) -> Shapes:
    """Return ``(n_territories,)`` shapes: each territory's areas as one, without inner borders.

    Named accounts are left out: they stand outside their territory's area.
    """
    import shapely

    cells = shapely.from_wkb(np.array([s or None for s in problem.units.shapes], dtype=object))
    solid = ~(shapely.is_missing(cells) | shapely.is_empty(cells))
    of = np.where(solid, alignment.territory_of, NONE)
    median = np.median(shapely.area(cells[solid])) if solid.any() else 0.0
    joined = [
        _without_slivers(shapely.union_all(cells[of == k]), SLIVER * median)
        for k in range(problem.n_territories)
    ]
    return _simplified(np.array(joined, dtype=object))


def hulls(problem: Problem, territory_of_account: IntArray) -> Shapes:
    """Return ``(n_territories,)`` shapes: a hull round each territory's accounts.

    Named accounts are left out; hulls may overlap where territories interleave.
    """
    import shapely

    accounts = problem.accounts
    of = np.where(problem.units.named[accounts.unit], NONE, territory_of_account)
    margin = _margin(accounts.xy)
    found = []
    for k in range(problem.n_territories):
        xy = accounts.xy[of == k]
        hull = shapely.concave_hull(shapely.multipoints(xy), ratio=HULL_RATIO)
        # Out by three margins and back by two: narrow bays close and corners are rounded.
        round_hull = shapely.buffer(shapely.buffer(hull, 3 * margin), -2 * margin)
        round_hull = shapely.simplify(round_hull, margin / 16)
        degrees = shapely.transform(round_hull, lambda xy: to_lonlat(problem.crs, xy))
        found.append(_without_slivers(degrees, 0.0))
    return np.array(found, dtype=object)


def outlines(problem: Problem, alignment: Alignment) -> Shapes:
    """Return ``(n_territories,)`` shapes of an alignment; empty where a territory has none."""
    if has_areas(problem):
        return dissolved(problem, alignment)
    return hulls(problem, alignment.of_accounts(problem))


def outlines_today(problem: Problem) -> Shapes:
    """Return ``(n_territories,)`` shapes of today's alignment."""
    if has_areas(problem):
        return dissolved(problem, today_by_unit(problem))
    return hulls(problem, problem.accounts.current)


def label_points(shapes: Shapes, at: FloatArray, of: IntArray) -> tuple[FloatArray, FloatArray]:
    """Return where each shape's name stands, and how wide and high the part round it is.

    A name stands in the part that holds most of the shape's accounts, the largest of equals. What
    a smaller shape covers is no place for it, unless all is covered.

    Parameters
    ----------
    shapes
        ``(n,)`` polygons in longitude and latitude; they may overlap.
    at, of
        ``(n_accounts, 2)`` longitude and latitude, and ``(n_accounts,)`` the shape each belongs to.

    Returns
    -------
    (n, 2) and (n, 2) arrays
        Longitude and latitude, and degrees of each; NaN for a shape without a part.
    """
    import shapely

    point, span = np.full((len(shapes), 2), np.nan), np.full((len(shapes), 2), np.nan)
    tree = shapely.STRtree(shapes)
    area = shapely.area(shapes)
    for k in np.flatnonzero(area > 0):
        near = tree.query(shapes[k], predicate="intersects")
        above = shapes[near[area[near] < area[k]]]
        free = shapely.difference(shapes[k], shapely.union_all(above))
        parts = _without_slivers(shapes[k] if shapely.is_empty(free) else free, 0.0).geoms
        own = at[of == k]
        held = [int(shapely.contains_xy(part, own[:, 0], own[:, 1]).sum()) for part in parts]
        main = parts[int(np.argmax(held))]
        point[k] = shapely.get_coordinates(shapely.point_on_surface(main))[0]
        west, south, east, north = shapely.bounds(main)
        span[k] = east - west, north - south
    return point, span


def _without_slivers(shape: Any, least: float) -> Any:
    """Return the polygons of a shape, largest first; those and holes below an area are left out."""
    import shapely

    parts = shapely.get_parts(shape)
    is_land = (shapely.get_type_id(parts) == 3) & ~shapely.is_empty(parts)
    parts = parts[is_land & (shapely.area(parts) >= least)]
    parts = parts[np.argsort(-shapely.area(parts), kind="stable")]
    kept = []
    for part in parts:
        holes = shapely.polygons(shapely.get_rings(part)[1:])
        real = shapely.get_exterior_ring(holes[shapely.area(holes) >= least])
        kept.append(shapely.Polygon(part.exterior, real) if len(real) < len(holes) else part)
    return shapely.MultiPolygon(kept)


def _simplified(shapes: Shapes) -> Shapes:
    """Return the shapes with fewer corners, common borders still common."""
    import shapely

    corners = int(shapely.get_num_coordinates(shapes).sum())
    if corners <= CORNERS:
        return shapes
    west, south, east, north = shapely.total_bounds(shapes)
    tolerance = max(east - west, north - south) / 2**14
    simple = shapes
    while corners > CORNERS and tolerance < 1:
        simple = shapely.coverage_simplify(shapes, tolerance)
        corners = int(shapely.get_num_coordinates(simple).sum())
        tolerance *= 2
    return np.asarray(simple, dtype=object)


def _margin(xy: FloatArray) -> float:
    """Return the width in metres by which hulls stand off their accounts."""
    from scipy.spatial import cKDTree

    points = np.unique(np.round(xy), axis=0)
    if len(points) < 2:
        return 1000.0
    nearest: FloatArray = cKDTree(points).query(points, k=2)[0][:, 1]
    return float(np.median(nearest))
