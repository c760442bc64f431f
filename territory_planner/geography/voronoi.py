"""Voronoi cells of points, clipped to an outline, and which of them share a border."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from territory_planner.geography.projection import fitted_crs, to_lonlat, to_plane

# Points in one place are moved this far apart, so that each has a cell of its own.
APART_M = 2.0
# A border shorter than this is a corner: four cells that meet in a point are not all neighbours.
CORNER_M = 1e-3
# Degrees to which the cells are rounded (1 cm), so that neighbours' corners are the same number.
DECIMALS = 7


@dataclass(frozen=True, eq=False)
class Cells:
    """The area nearest to each point, and the pairs of areas that touch.

    Parameters
    ----------
    shapes
        ``(n,)`` shapely polygons in longitude and latitude; empty where no part of a point's
        area lies inside the outline.
    edges
        ``(n_edges, 2)`` pairs ``i < j`` whose cells share a border of positive length, sorted.
    """

    shapes: NDArray[np.object_]
    edges: NDArray[np.int32]


def voronoi_cells(lonlat: NDArray[np.float64], outline: Any) -> Cells:
    """Return the Voronoi cell of each point inside the outline, and the neighbours.

    Nearness is measured in the plane of a projection fitted to the points, so that cells are not
    stretched towards the poles as they would be in degrees.

    Parameters
    ----------
    lonlat
        ``(n, 2)`` longitude and latitude in degrees; points in one place are moved apart by 2 m.
    outline
        Shapely polygon or multipolygon in longitude and latitude.
    """
    import shapely
    from scipy.spatial import Voronoi

    points = np.asarray(lonlat, dtype=np.float64).reshape(-1, 2)
    n = len(points)
    if n == 0:
        return Cells(np.empty(0, dtype=object), np.empty((0, 2), dtype=np.int32))
    crs = fitted_crs(points)
    # A parallel that is one straight line in degrees is an arc in the plane.
    fine = shapely.segmentize(outline, 0.1)
    border = shapely.transform(fine, lambda degrees: to_plane(crs, degrees))
    if not border.is_valid:
        border = _areas_only(shapely.make_valid(border))
    xy = _apart(to_plane(crs, points))
    diagram = Voronoi(np.vstack([xy, _far_corners(xy, border)]))
    cells = _polygons(diagram, n)
    whole = _is_within(cells, border)
    cells[~whole] = _clipped(cells[~whole], border)
    edges = _neighbours(diagram, n, whole, border)
    return Cells(_rounded(cells, crs), edges)


def _apart(xy: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the points with those in one place spread over a small spiral."""
    _, first, inverse = np.unique(np.round(xy, 1), axis=0, return_index=True, return_inverse=True)
    inverse = inverse.reshape(-1)
    if len(first) == len(xy):
        return xy
    order = np.argsort(inverse, kind="stable")
    sizes = np.bincount(inverse)
    rank = np.empty(len(xy), dtype=np.int64)
    rank[order] = np.arange(len(xy)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    # The golden angle never repeats a direction, so no two moved points meet again.
    turn = rank * 2.399963
    reach = APART_M * np.sqrt(rank)
    moved: NDArray[np.float64] = xy + np.column_stack([reach * np.cos(turn), reach * np.sin(turn)])
    return moved


def _far_corners(xy: NDArray[np.float64], border: Any) -> NDArray[np.float64]:
    """Return points so far out that every real cell is bounded and theirs miss the outline."""
    west, south, east, north = border.bounds
    low = np.minimum(xy.min(axis=0), (west, south))
    high = np.maximum(xy.max(axis=0), (east, north))
    middle, reach = (low + high) / 2, 8 * float((high - low).max()) + 1e5
    turn = np.linspace(0, 2 * np.pi, 9)[:-1] + 0.1
    corners: NDArray[np.float64] = middle + reach * np.column_stack([np.cos(turn), np.sin(turn)])
    return corners


def _polygons(diagram: Any, n: int) -> NDArray[np.object_]:
    """Return the cell of each of the first n points as a polygon in the plane."""
    import shapely

    regions = [diagram.regions[r] for r in diagram.point_region[:n]]
    sizes = np.array([len(region) for region in regions])
    vertices = np.concatenate([np.asarray(region, dtype=np.int64) for region in regions])
    rings = shapely.linearrings(diagram.vertices[vertices], indices=np.repeat(np.arange(n), sizes))
    polygons: NDArray[np.object_] = shapely.polygons(rings)
    return polygons


def _is_within(shapes: NDArray[np.object_], border: Any) -> NDArray[np.bool_]:
    import shapely

    shapely.prepare(border)
    inside: NDArray[np.bool_] = shapely.contains_properly(border, shapes)
    return inside


def _clipped(shapes: NDArray[np.object_], border: Any) -> NDArray[np.object_]:
    """Return the part of each shape inside the border.

    A detailed outline is cut down to the neighbourhood first, halving the shapes again and again:
    intersecting each one with the whole outline would visit every vertex of the coast each time.
    """
    import shapely

    result = np.empty(len(shapes), dtype=object)
    waiting = [(np.arange(len(shapes)), border)]
    while waiting:
        members, part = waiting.pop()
        if len(members) == 0:
            continue
        if len(members) <= 8 or shapely.get_num_coordinates(part) <= 200:
            result[members] = shapely.intersection(shapes[members], part)
            continue
        bounds = shapely.bounds(shapes[members])
        middle = (bounds[:, :2] + bounds[:, 2:]) / 2
        axis = int(np.ptp(middle, axis=0).argmax())
        order = np.argsort(middle[:, axis], kind="stable")
        half = len(members) // 2
        for side in (order[:half], order[half:]):
            frame = shapely.box(*bounds[side, :2].min(axis=0), *bounds[side, 2:].max(axis=0))
            waiting.append((members[side], shapely.intersection(part, frame)))
    return result


def _neighbours(diagram: Any, n: int, whole: NDArray[np.bool_], border: Any) -> NDArray[np.int32]:
    """Return the pairs of cells whose common border, clipped, has a length."""
    import shapely

    pairs = np.sort(np.asarray(diagram.ridge_points), axis=1)
    ends = np.asarray(diagram.ridge_vertices)
    real = (pairs[:, 1] < n) & (ends >= 0).all(axis=1)
    pairs, ends = pairs[real], ends[real]
    lines = shapely.linestrings(diagram.vertices[ends])
    crossing = ~whole[pairs].any(axis=1)
    lines[crossing] = _clipped(lines[crossing], border)
    pairs = pairs[shapely.length(lines) > CORNER_M]
    edges: NDArray[np.int32] = pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))].astype(np.int32)
    return edges


def _rounded(cells: NDArray[np.object_], crs: str) -> NDArray[np.object_]:
    """Return the cells in degrees, polygons only, corners rounded alike."""
    import shapely

    degrees: NDArray[np.object_] = shapely.transform(
        cells, lambda xy: np.round(to_lonlat(crs, xy), DECIMALS)
    )
    broken = np.flatnonzero(~shapely.is_valid(degrees))
    degrees[broken] = shapely.make_valid(degrees[broken])
    mixed = np.flatnonzero(~np.isin(shapely.get_type_id(degrees), (3, 6)))
    for i in mixed:
        degrees[i] = _areas_only(degrees[i])
    return degrees


def _areas_only(shape: Any) -> Any:
    """Return the polygons of a mixed geometry, without its stray lines and points."""
    import shapely

    parts = shapely.get_parts(shape)
    nested = shapely.get_type_id(parts) > 3
    if nested.any():
        parts = np.concatenate([parts[~nested], shapely.get_parts(parts[nested])])
    return shapely.union_all(parts[shapely.get_type_id(parts) == 3])
