"""Compactness: weights, centers and distances, measured by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from territory_planner.domain.criteria import Criteria
from territory_planner.domain.problem import Problem
from territory_planner.evaluation.compactness import (
    centers,
    distance_km,
    largest_distance_km,
    mean_distance_km,
    moment_of_inertia,
    unit_weight,
    weighted_distance_km,
)
from tests.evaluation.drawings import drawn, without_home
from tests.worlds import grid_problem

HOME, FREE = Criteria(), Criteria(centers="free")
METRE_KM = 0.001


def at(problem: Problem, *places: tuple[float, float]) -> Problem:
    """Return the problem with its units at these places in metres."""
    return replace(problem, units=replace(problem.units, xy=np.array(places)))


def test_units_weigh_their_activity() -> None:
    """The first measure weighs, unless another is named."""
    problem = grid_problem("123", potential="456")
    assert unit_weight(problem, HOME).tolist() == [1, 2, 3]
    named = Criteria(compactness_measure="potential")
    assert unit_weight(problem, named).tolist() == [4, 5, 6]


def test_a_unit_without_activity_weighs_a_hundredth_of_the_mean() -> None:
    """2 and 6 have a mean of 4, of which an empty unit weighs 1%."""
    assert unit_weight(grid_problem("206"), HOME) == pytest.approx([2, 0.04, 6])


def test_units_weigh_alike_when_there_is_no_activity() -> None:
    """Without any activity the distance is still to be made small."""
    assert unit_weight(grid_problem("000"), HOME).tolist() == [1, 1, 1]


def test_an_unknown_measure_weighs_nothing() -> None:
    """A compactness measure that is not there is an error."""
    criteria = Criteria(compactness_measure="revenue")
    with pytest.raises(KeyError, match="no measure is called 'revenue'"):
        unit_weight(grid_problem("11"), criteria)


def test_the_center_is_the_reps_home() -> None:
    """Wherever the units lie."""
    problem = grid_problem("111", homes="B.A")
    assert centers(problem, drawn("AAB"), HOME).tolist() == [[2000, 0], [0, 0]]


def test_a_territory_without_a_home_has_a_free_center() -> None:
    """Only that one: the heavy unit of the second pulls its center there."""
    problem = without_home(grid_problem("1191", homes="A..B"), 1)
    found = centers(problem, drawn("AABB"), HOME)
    assert found[0].tolist() == [0, 0]
    assert found[1] == pytest.approx([2000, 0], abs=1)


def test_free_centers_leave_the_homes() -> None:
    """With free centers no territory's center is its rep's home."""
    problem = grid_problem("191/191", homes="AB./...", n_territories=2)
    found = centers(problem, drawn("AAA/BBB"), FREE)
    assert found == pytest.approx(np.array([[1000, 0], [1000, -1000]]), abs=1)


def test_a_free_center_is_the_median_not_the_mean() -> None:
    """Of three units in a row the middle one, however far the third lies."""
    problem = at(grid_problem("111", n_territories=1), (0, 0), (1000, 0), (90_000, 0))
    assert centers(problem, drawn("AAA"), FREE)[0] == pytest.approx([1000, 0], abs=1)


def test_a_free_center_of_a_square_is_its_middle() -> None:
    """Four equal corners pull alike."""
    problem = grid_problem("11/11", n_territories=1)
    assert centers(problem, drawn("AA/AA"), FREE)[0] == pytest.approx([500, -500], abs=1)


def test_a_free_center_goes_by_the_compactness_measure() -> None:
    """The unit that holds most of that measure has the center."""
    problem = grid_problem("91", potential="19", n_territories=1)
    by = [Criteria(compactness_measure=m, centers="free") for m in ("workload", "potential")]
    found = [centers(problem, drawn("AA"), criteria)[0, 0] for criteria in by]
    assert found == pytest.approx([0, 1000], abs=1)


@pytest.mark.parametrize("criteria", [HOME, FREE])
def test_an_empty_territory_has_no_free_center(criteria: Criteria) -> None:
    """There is nothing to be the center of."""
    problem = without_home(grid_problem("11"), 1)
    found = centers(problem, drawn("AA"), criteria)
    assert np.isnan(found[1]).all()
    assert np.isfinite(found[0]).all()


def test_the_center_of_nothing_at_all() -> None:
    """When no unit has a territory no free center is anywhere."""
    assert np.isnan(centers(grid_problem("11"), drawn(".."), FREE)).all()


def test_a_unit_without_a_territory_pulls_no_center() -> None:
    """A heavy unit that nobody has leaves the center where the others are."""
    problem = grid_problem("119", n_territories=1)
    found = centers(problem, drawn("A.."), FREE)
    assert found[0] == pytest.approx([0, 0], abs=1)


def test_units_at_one_point_have_their_center_there() -> None:
    """No distance, no division by it."""
    problem = at(grid_problem("123", n_territories=1), *[(70.0, -30.0)] * 3)
    assert centers(problem, drawn("AAA"), FREE)[0] == pytest.approx([70, -30])
    assert mean_distance_km(problem, drawn("AAA"), FREE) == pytest.approx(0, abs=1e-12)


def test_the_center_of_one_unit_is_the_unit() -> None:
    """A territory of one unit is all compact."""
    problem = grid_problem("5", n_territories=1)
    assert centers(problem, drawn("A"), FREE)[0] == pytest.approx([0, 0])
    assert mean_distance_km(problem, drawn("A"), FREE) == pytest.approx(0)


def test_distance_is_straight_and_in_kilometres() -> None:
    """3 km east and 4 km north are 5 km."""
    problem = at(grid_problem("111", homes="A.B"), (3000, 4000), (2000, 0), (5000, 4000))
    assert distance_km(problem, drawn("ABB"), HOME) == pytest.approx([5, 0, 5])


def test_a_unit_without_a_territory_has_no_distance() -> None:
    """NaN, not 0."""
    distance = distance_km(grid_problem("111"), drawn("A.A"), HOME)
    assert distance == pytest.approx([0, np.nan, 2], nan_ok=True)


def test_the_mean_distance_is_weighted() -> None:
    """1 at 0 km, 2 at 1 km, 3 at 2 km and 4 at the other home: 8 of 10."""
    assert mean_distance_km(grid_problem("1234"), drawn("AAAB"), HOME) == pytest.approx(0.8)


def test_the_mean_distance_leaves_out_what_has_no_territory() -> None:
    """Neither distance nor weight of such a unit counts."""
    assert mean_distance_km(grid_problem("1234"), drawn("AA.."), HOME) == pytest.approx(2 / 3)


def test_the_mean_distance_of_nothing_is_nothing() -> None:
    """When no unit has a territory there is no distance."""
    assert mean_distance_km(grid_problem("11"), drawn(".."), HOME) == 0


def test_each_territory_has_its_own_weighted_distance() -> None:
    """1 and 2 km weighted 2 and 3 with 1 at home: 8 of 6; the other sits at home."""
    found = weighted_distance_km(grid_problem("1234"), drawn("AAAB"), HOME)
    assert found == pytest.approx([8 / 6, 0])


def test_an_empty_territory_has_no_weighted_distance() -> None:
    """0, not a division by no weight."""
    problem = without_home(grid_problem("11"), 1)
    assert weighted_distance_km(problem, drawn("AA"), HOME) == pytest.approx([0.5, 0])


def test_inertia_grows_with_the_square() -> None:
    """2 at 1 km and 3 at 2 km are 14."""
    found = moment_of_inertia(grid_problem("1234"), drawn("AAAB"), HOME)
    assert found == pytest.approx([14, 0])


def test_the_largest_distance_is_the_farthest_unit_whatever_its_weight() -> None:
    """The light unit at the far end counts; an empty territory has 0."""
    problem = grid_problem("9910", homes="A..B", n_territories=2)
    assert largest_distance_km(problem, drawn("AAAA"), HOME).tolist() == [3, 0]


def test_the_largest_distance_leaves_out_what_has_no_territory() -> None:
    """A unit that nobody has is far from nobody."""
    assert largest_distance_km(grid_problem("111"), drawn("AA."), HOME).tolist() == [1, 0]


def test_distances_go_to_free_centers() -> None:
    """Two equal units 2 km apart with an equal one between: the ends are 1 km from the middle."""
    problem = grid_problem("111", n_territories=1)
    assert distance_km(problem, drawn("AAA"), FREE) == pytest.approx([1, 0, 1], abs=METRE_KM)
    assert mean_distance_km(problem, drawn("AAA"), FREE) == pytest.approx(2 / 3, abs=METRE_KM)
    assert moment_of_inertia(problem, drawn("AAA"), FREE) == pytest.approx([2], abs=0.01)
