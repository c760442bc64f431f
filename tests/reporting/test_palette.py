"""Colours that neighbours do not share."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from territory_planner.domain.alignment import Alignment
from territory_planner.domain.criteria import Band
from territory_planner.reporting.palette import (
    INK,
    OKABE_ITO,
    deviation_scale,
    ink_on,
    neighbouring_territories,
    territory_colours,
    unit_neighbours,
)
from tests.worlds import grid_problem


def test_territory_colours_neighbours() -> None:
    """No two neighbouring territories have one colour, neither in the plan nor today."""
    side = 12
    problem = grid_problem("/".join(["1" * side] * side), n_territories=2)
    rng = np.random.default_rng(1)
    row, column = np.divmod(np.arange(side * side), side)
    blocks = Alignment(row // 2 * 6 + column // 2)
    drawn = Alignment(rng.permutation(36)[blocks.territory_of])
    problem = replace(problem, territories=problem.territories * 18, target=np.ones((36, 1)))
    colours = territory_colours(problem, [blocks, drawn])
    for alignment in (blocks, drawn):
        for k, m in neighbouring_territories(unit_neighbours(problem), alignment):
            assert colours[k] != colours[m]


def test_territory_colours_even() -> None:
    """The whole palette is used before a colour comes back too often."""
    side = 12
    problem = grid_problem("/".join(["1" * side] * side), n_territories=2)
    row, column = np.divmod(np.arange(side * side), side)
    problem = replace(problem, territories=problem.territories * 18, target=np.ones((36, 1)))
    colours = territory_colours(problem, [Alignment(row // 2 * 6 + column // 2)])
    assert set(colours) == set(OKABE_ITO)
    assert max(colours.count(c) for c in colours) <= 7


@pytest.mark.parametrize("row", ["1", "11", "111", "1111", "11111"])
def test_unit_neighbours_in_a_line(row: str) -> None:
    """Points without a border have neighbours too, even few of them in one line."""
    problem = grid_problem(row, n_territories=1)
    problem = replace(problem, contiguity=np.empty((0, 2), dtype=np.int32))
    pairs = {frozenset(p) for p in unit_neighbours(problem).tolist()}
    assert {frozenset((i, i + 1)) for i in range(len(row) - 1)} <= pairs


def test_deviation_scale_limits() -> None:
    """A deviation on the band's limit is shown as inside, one just beyond as outside."""
    band = Band(-0.1, 0.2)
    scale = deviation_scale(band)
    deviation = np.array([-0.1, -0.1001, 0.2, 0.2001, 0.0, np.inf])
    inside = np.array([True, False, True, False, True, False])
    shown = [scale.classes[c].label for c in scale.class_of(deviation, inside, band)]
    assert [("outside" in label) for label in shown] == [not i for i in inside]


def test_deviation_scale_tolerance() -> None:
    """A total that counts as inside in spite of a rounding error is not shown as outside."""
    band = Band.within(0.1)
    shown = deviation_scale(band).class_of(np.array([0.1 + 1e-12]), np.array([True]), band)
    assert "outside" not in deviation_scale(band).classes[shown[0]].label


@pytest.mark.parametrize("band", [Band(0, 0.1), Band(-0.1, 0), Band(-1, np.inf), Band(-0.6, 0.5)])
def test_deviation_scale_lopsided(band: Band) -> None:
    """Bands with one side only, or none, have classes that tell inside from outside."""
    scale = deviation_scale(band)
    assert len(scale.classes) == len(scale.edges) + 1
    deviation = np.array([-0.95, -0.05, 0.0, 0.05, 3.0])
    inside = (deviation >= band.lower) & (deviation <= band.upper)
    labels = [scale.classes[c].label for c in scale.class_of(deviation, inside, band)]
    assert [("outside" in label) for label in labels] == (~inside).tolist()


@pytest.mark.parametrize(
    ("colour", "ink"),
    [("#F4F4F2", INK), ("#6BAED6", INK), ("#2F75B5", "#fff"), ("#08519C", "#fff")],
)
def test_ink(colour: str, ink: str) -> None:
    """Text is white on what is dark."""
    assert ink_on(colour) == ink
