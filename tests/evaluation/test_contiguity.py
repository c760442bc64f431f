"""Contiguity: pieces of drawn territories, counted by eye."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from territory_planner.domain.problem import NONE, Problem
from territory_planner.evaluation.contiguity import piece_of, pieces
from tests.evaluation.drawings import drawn
from tests.worlds import grid_problem


def without_edges(problem: Problem) -> Problem:
    """Return the problem with no contiguity graph."""
    return replace(problem, contiguity=np.empty((0, 2), dtype=np.int32))


@pytest.mark.parametrize(
    ("letters", "expected"),
    [
        ("AAB/AAB/ABB", [1, 1]),
        ("ABA/ABA/ABA", [2, 1]),
        ("ABA/BAB/ABA", [5, 4]),
        ("AAA/ABA/AAA", [1, 1]),
        ("AAA/AAA/AAA", [1, 0]),
        ("BAA/AAA/AAB", [1, 2]),
    ],
)
def test_pieces_of_a_drawing(letters: str, expected: list[int]) -> None:
    """Sides join, corners do not, a ring is one piece and an empty territory none."""
    problem = grid_problem("111/111/111")
    assert pieces(problem, drawn(letters)).tolist() == expected


def test_units_of_one_piece_share_its_number() -> None:
    """And units of different pieces, or territories, do not."""
    piece = piece_of(grid_problem("11111"), drawn("AABBA"))
    assert piece[0] == piece[1]
    assert piece[2] == piece[3]
    assert len(np.unique(piece)) == 3


def test_named_units_are_not_counted() -> None:
    """A named account far from its territory is no piece of it."""
    problem = grid_problem("1111")
    named = np.array([False, False, False, True])
    problem = replace(
        problem,
        units=replace(problem.units, named=named),
        contiguity=np.array([[0, 1], [1, 2]]),
    )
    assert pieces(problem, drawn("ABBA")).tolist() == [1, 1]
    assert piece_of(problem, drawn("ABBA"))[3] == NONE


def test_a_territory_of_named_units_only_is_in_no_piece() -> None:
    """There is nothing on the map to be in pieces."""
    problem = without_edges(grid_problem("111"))
    problem = replace(problem, units=replace(problem.units, named=np.ones(3, dtype=bool)))
    assert pieces(problem, drawn("AAA")).tolist() == [0, 0]


def test_units_without_a_territory_are_in_no_piece() -> None:
    """They count nowhere, and join nothing."""
    problem = grid_problem("11111")
    assert pieces(problem, drawn("A.A..")).tolist() == [2, 0]
    assert piece_of(problem, drawn("A.A.."))[[1, 3, 4]].tolist() == [NONE] * 3


def test_nobody_has_anything() -> None:
    """An alignment of nothing has no pieces."""
    assert pieces(grid_problem("111"), drawn("...")).tolist() == [0, 0]


def test_without_a_graph_each_unit_is_a_piece() -> None:
    """No neighbours are known, so none are joined."""
    problem = without_edges(grid_problem("111"))
    assert pieces(problem, drawn("AAB")).tolist() == [2, 1]


def test_one_unit_is_one_piece() -> None:
    """The smallest world."""
    assert pieces(grid_problem("1", n_territories=1), drawn("A")).tolist() == [1]


def test_a_bridge_joins_an_island() -> None:
    """One more edge makes one piece of two, in either direction."""
    problem = grid_problem("111")
    for bridge in ([0, 2], [2, 0]):
        joined = replace(problem, contiguity=np.vstack([problem.contiguity, bridge]))
        assert pieces(joined, drawn("ABA")).tolist() == [1, 1]
