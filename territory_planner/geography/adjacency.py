"""Which units are neighbours, and in how many pieces that graph lies."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int32]

# Borders this near to each other (in degrees: 1 cm) are one: computed corners carry some noise.
BORDER_DEG = 1e-7
# Where the common part is smaller all round than this (about a metre), only corners meet.
CORNER_DEG = 1e-5
# Points nearer than this (in decimals of a metre) are in one place.
PLACE_DECIMALS = 2
# In one place each point is the neighbour of the next few of it, going round.
NEXT_IN_PLACE = 8
# Of a neighbouring place each point is the neighbour of so many.
NEXT_ACROSS = 2

NO_EDGES: IntArray = np.empty((0, 2), dtype=np.int32)


@dataclass(frozen=True)
class Piece:
    """One piece of a graph that lies apart from the largest.

    Parameters
    ----------
    members
        The nodes in it, in index order.
    gap_m
        The shortest distance to a node of a larger piece.
    nearest
        That pair of nodes: one inside the piece, one outside.
    """

    members: tuple[int, ...]
    gap_m: float
    nearest: tuple[int, int]


def touching_polygons(shapes: NDArray[np.object_]) -> IntArray:
    """Return ``(n_edges, 2)`` pairs ``i < j`` of polygons that share a border of positive length.

    Borders drawn through the same corners are found by their segments; where corners differ, be it
    by noise only, or polygons overlap, the part of one that lies within 1 cm of the other is
    measured.

    Parameters
    ----------
    shapes
        ``(n,)`` shapely polygons or multipolygons in longitude and latitude.
    """
    import shapely

    if len(shapes) < 2:
        return NO_EDGES
    west, south, east, north = shapely.bounds(shapes).T
    frames = shapely.box(
        west - BORDER_DEG, south - BORDER_DEG, east + BORDER_DEG, north + BORDER_DEG
    )
    one, other = shapely.STRtree(shapes).query(frames)
    later = one < other
    pairs = np.column_stack([one[later], other[later]])
    known = _sharing_a_segment(shapes)
    unknown = pairs[~np.isin(_code(pairs, len(shapes)), _code(known, len(shapes)))]
    shapely.prepare(shapes)
    meet = unknown[shapely.dwithin(shapes[unknown[:, 0]], shapes[unknown[:, 1]], BORDER_DEG)]
    wide = shapely.buffer(shapes[meet[:, 1]], BORDER_DEG)
    common = shapely.intersection(shapes[meet[:, 0]], wide)
    return sorted_edges(np.concatenate([known, meet[shapely.length(common) > CORNER_DEG]]))


def gabriel_graph(xy: FloatArray) -> IntArray:
    """Return ``(n_edges, 2)`` pairs ``i < j`` of points with no other point between them.

    Two points are neighbours when the circle that has them as its diameter holds no third point
    (Gabriel & Sokal 1969, doi 10.2307/2412323). The graph is connected.

    Points in one place are neighbours of each other, and of the points in the places around, so
    that several territories may share the place. So that edges stay few, each is joined to the
    next eight of its place going round, which is all of them up to seventeen, and to two of each
    place around.

    Parameters
    ----------
    xy
        ``(n, 2)`` points in the plane, in metres.
    """
    from scipy.spatial import KDTree

    if len(xy) < 2:
        return NO_EDGES
    places, place = np.unique(np.round(xy, PLACE_DECIMALS), axis=0, return_inverse=True)
    place = place.reshape(-1)
    pairs = _delaunay_edges(places)
    ends = places[pairs]
    middle = ends.mean(axis=1)
    radius = np.hypot(*(ends[:, 0] - ends[:, 1]).T) / 2
    gap, _ = KDTree(places).query(middle)
    between = gap < radius * (1 - 1e-9)
    return _between_members(place, pairs[~between])


def _between_members(place: NDArray[np.int64], pairs: NDArray[np.int64]) -> IntArray:
    """Return the edges between points, given those between the places they are in."""
    size = np.bincount(place)
    member = np.argsort(place, kind="stable")
    start = np.cumsum(size) - size
    rank = np.empty(len(place), dtype=np.int64)
    rank[member] = np.arange(len(place)) - np.repeat(start, size)
    found = []
    for step in range(1, min(NEXT_IN_PLACE, int(size.max()) - 1) + 1):
        crowded = np.flatnonzero(size[place] > step)
        at = place[crowded]
        found.append(
            np.column_stack([crowded, member[start[at] + (rank[crowded] + step) % size[at]]])
        )
    for here, there in (pairs.T, pairs[:, ::-1].T):
        # Each point of every place, once for each place around it.
        many = size[here]
        turn = np.arange(many.sum()) - np.repeat(np.cumsum(many) - many, many)
        one, goal = member[np.repeat(start[here], many) + turn], np.repeat(there, many)
        for step in range(NEXT_ACROSS):
            other = member[start[goal] + (turn + step) % size[goal]]
            found.append(np.column_stack([one, other]))
    return sorted_edges(np.concatenate([NO_EDGES, *found]))


def sorted_edges(pairs: NDArray[np.integer]) -> IntArray:
    """Return pairs as ``i < j``, each once, sorted; a node is not its own neighbour."""
    ordered = np.sort(np.asarray(pairs, dtype=np.int32).reshape(-1, 2), axis=1)
    edges: IntArray = np.unique(ordered[ordered[:, 0] != ordered[:, 1]], axis=0)
    return edges


def piece_labels(n: int, edges: IntArray) -> IntArray:
    """Return ``(n,)``: the piece each node lies in, 0 the largest, ties by first node."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    ones = np.ones(len(edges), dtype=np.int8)
    graph = coo_array((ones, (edges[:, 0], edges[:, 1])), shape=(n, n))
    _, label = connected_components(graph, directed=False)
    size = np.bincount(label, minlength=1)
    _, first = np.unique(label, return_index=True)
    rank = np.empty(len(size), dtype=np.int32)
    if n:
        rank[np.lexsort((first, -size))] = np.arange(len(size))
    labels: IntArray = rank[label]
    return labels


def separate_pieces(xy: FloatArray, edges: IntArray) -> tuple[Piece, ...]:
    """Return every piece but the largest, larger first, each with its shortest way out.

    Parameters
    ----------
    xy
        ``(n, 2)`` where the nodes lie, in metres.
    edges
        ``(n_edges, 2)`` pairs of neighbours.
    """
    from scipy.spatial import KDTree

    label = piece_labels(len(xy), edges)
    pieces = []
    for number in range(1, int(label.max(initial=0)) + 1):
        inside = np.flatnonzero(label == number)
        larger = np.flatnonzero(label < number)
        gap, near = KDTree(xy[larger]).query(xy[inside])
        best = int(gap.argmin())
        pieces.append(
            Piece(
                members=tuple(inside.tolist()),
                gap_m=float(gap[best]),
                nearest=(int(inside[best]), int(larger[near[best]])),
            )
        )
    return tuple(pieces)


def _sharing_a_segment(shapes: NDArray[np.object_]) -> NDArray[np.int64]:
    """Return pairs of polygons whose outlines have a segment in common, corner for corner."""
    owner, one, other = outline_segments(shapes)
    order = np.lexsort((owner, other, one))
    owner, one, other = owner[order], one[order], other[order]
    same = (one[1:] == one[:-1]) & (other[1:] == other[:-1]) & (owner[1:] != owner[:-1])
    return np.unique(np.column_stack([owner[:-1][same], owner[1:][same]]), axis=0)


def outline_segments(
    shapes: NDArray[np.object_],
) -> tuple[NDArray[np.int64], NDArray[np.complex128], NDArray[np.complex128]]:
    """Return the owner and the two ends of every segment of the polygons' outlines.

    Ends are complex numbers x + iy, the smaller first, so that a segment looks the same from
    both of its sides.
    """
    import shapely

    parts, owner = shapely.get_parts(shapes, return_index=True)
    rings, ring_part = shapely.get_rings(parts, return_index=True)
    corners, ring = shapely.get_coordinates(rings, return_index=True)
    point = np.ascontiguousarray(corners).view(np.complex128).reshape(-1)
    # A corner written twice would make a segment out of a point.
    inside = (ring[1:] == ring[:-1]) & (point[1:] != point[:-1])
    start, end = point[:-1][inside], point[1:][inside]
    one, other = np.minimum(start, end), np.maximum(start, end)
    return owner[ring_part[ring[1:][inside]]].astype(np.int64), one, other


def _delaunay_edges(points: FloatArray) -> NDArray[np.int64]:
    """Return the edges of the Delaunay triangulation; a chain when all points are in line."""
    from scipy.spatial import Delaunay, QhullError

    chain = np.column_stack([np.arange(len(points) - 1), np.arange(1, len(points))])
    if len(points) < 3:
        return chain
    try:
        # Points are sorted by x, then y, so consecutive ones are neighbours along a line.
        corners = Delaunay(points - points.mean(axis=0)).simplices.astype(np.int64)
    except QhullError:
        return chain
    sides = np.concatenate([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [2, 0]]])
    return np.unique(np.sort(sides, axis=1), axis=0)


def _code(pairs: NDArray[np.int64], n: int) -> NDArray[np.int64]:
    codes: NDArray[np.int64] = pairs[:, 0].astype(np.int64) * n + pairs[:, 1]
    return codes
