"""Neighbours of polygons and points, and the pieces they form."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from territory_planner.geography.adjacency import (
    gabriel_graph,
    piece_labels,
    separate_pieces,
    sorted_edges,
    touching_polygons,
)


def boxes(*corners: tuple[float, float, float, float]) -> np.ndarray:
    return np.array([shapely.box(*c) for c in corners], dtype=object)


def test_border_not_corner() -> None:
    """Polygons that share a side are neighbours, those that share a corner are not."""
    shapes = boxes((0, 0, 1, 1), (1, 0, 2, 1), (0, 1, 1, 2), (1, 1, 2, 2))
    assert touching_polygons(shapes).tolist() == [[0, 1], [0, 2], [1, 3], [2, 3]]


def test_border_with_other_corners() -> None:
    """A border drawn through different corners on both sides is still a border."""
    shapes = boxes((0, 0, 1, 2), (1, 0.5, 2, 1.5), (1, 2, 2, 3))
    assert touching_polygons(shapes).tolist() == [[0, 1]]


@pytest.mark.parametrize("gap", [1e-14, -1e-14, 1e-9, -1e-9])
def test_border_with_noise(gap: float) -> None:
    """Borders that differ by less than a centimetre are one; corners that meet so are none."""
    shapes = boxes((0, 0, 1, 1), (1 + gap, 0, 2, 1), (0, 1 + gap, 1, 2), (1 + gap, 1 + gap, 2, 2))
    assert touching_polygons(shapes).tolist() == [[0, 1], [0, 2], [1, 3], [2, 3]]
    halves = boxes((0, 0, 1, 2), (1 + gap, 0.5, 2, 1.5))
    assert touching_polygons(halves).tolist() == [[0, 1]]


def test_overlap() -> None:
    """Polygons drawn a little over each other are neighbours."""
    assert touching_polygons(boxes((0, 0, 1, 1), (0.99, 0, 2, 1))).tolist() == [[0, 1]]


def test_multipolygon() -> None:
    """A multipolygon is the neighbour of what any of its parts touches."""
    pair = shapely.union(shapely.box(0, 0, 1, 1), shapely.box(3, 0, 4, 1))
    shapes = np.array([pair, shapely.box(4, 0, 5, 1), shapely.box(1.5, 0, 2, 1)], dtype=object)
    assert touching_polygons(shapes).tolist() == [[0, 1]]


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=25))
def test_gabriel(places: list[tuple[int, int]]) -> None:
    """The graph is connected, holds every pair with an empty circle, and no pair without."""
    xy = np.array(places, dtype=np.float64)
    edges = gabriel_graph(xy)
    graph: nx.Graph[int] = nx.Graph(edges.tolist())
    graph.add_nodes_from(range(len(xy)))
    assert nx.is_connected(graph)
    found = {tuple(edge) for edge in edges.tolist()}
    for i in range(len(xy)):
        for j in range(i + 1, len(xy)):
            apart = np.hypot(*(xy[i] - xy[j])) / 2
            if apart == 0:
                continue
            inside = np.hypot(*(xy - (xy[i] + xy[j]) / 2).T) - apart
            if (i, j) in found:
                assert (inside > -1e-9).all()
            # Points on the circle itself leave a choice between the diagonals of a square.
            elif (np.sort(inside)[:3] > -1e-9).all() and (inside < 1e-9).sum() == 2:
                raise AssertionError(f"{xy[i]} and {xy[j]} have nothing between them")


@pytest.mark.parametrize("n", [2, 6, 17])
def test_points_in_one_place(n: int) -> None:
    """Points in one place are all neighbours, and each of those in the places around."""
    xy = np.array([[0, 0], *[[10, 0]] * n, [20, 0]], dtype=np.float64)
    graph: nx.Graph[int] = nx.Graph(gabriel_graph(xy).tolist())
    assert nx.density(graph.subgraph(range(1, n + 1))) == 1
    assert set(graph[0]) == set(graph[n + 1]) == set(range(1, n + 1))


def test_crowd_in_one_place() -> None:
    """Of many points in one place a half drawn at random is in one piece, with few edges."""
    edges = gabriel_graph(np.array([[5.0, 5.0]] * 1000 + [[9.0, 5.0]] * 3))
    assert len(edges) < 12 * 1003
    half = np.random.default_rng(1).permutation(1000)[:500].tolist()
    graph: nx.Graph[int] = nx.Graph(edges.tolist())
    assert nx.is_connected(graph.subgraph([*half, 1000]))


def test_pieces_largest_first() -> None:
    """Piece 0 is the largest; of equal ones the first."""
    edges = np.array([[1, 2], [2, 3], [4, 5]])
    assert piece_labels(7, edges).tolist() == [2, 0, 0, 0, 1, 1, 3]


def test_way_out_of_a_piece() -> None:
    """Each piece apart is told with its shortest way to a larger one."""
    xy = np.array([[0, 0], [1, 0], [2, 0], [9, 0], [10, 0], [2, 5]], dtype=np.float64)
    pieces = separate_pieces(xy, np.array([[0, 1], [1, 2], [3, 4]]))
    assert [(p.members, p.gap_m, p.nearest) for p in pieces] == [
        ((3, 4), 7.0, (3, 2)),
        ((5,), 5.0, (5, 2)),
    ]


def test_sorted_edges() -> None:
    """Edges come out as i < j, once each, without loops."""
    edges = sorted_edges(np.array([[3, 1], [1, 3], [2, 2], [0, 4]]))
    assert edges.tolist() == [[0, 4], [1, 3]]
