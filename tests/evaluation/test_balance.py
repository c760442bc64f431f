"""Balance: totals, deviations, bands and the Gini coefficient, counted by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from territory_planner.domain.criteria import Band, Criteria
from territory_planner.evaluation.balance import (
    band_limits,
    gini,
    inside_band,
    relative_deviation,
    territory_totals,
)
from tests.evaluation.drawings import area_problem, drawn, with_target
from tests.worlds import grid_problem


def test_totals_add_up_the_units_of_each_territory() -> None:
    """Each measure is added up on its own."""
    problem = grid_problem("1234", potential="5559")
    assert territory_totals(problem, drawn("ABBA")).tolist() == [[5, 14], [5, 10]]


def test_totals_count_every_account_of_a_unit() -> None:
    """Two accounts in one area both count where the area goes."""
    assert territory_totals(area_problem(), drawn("BAA")).tolist() == [[2], [4]]


def test_an_empty_territory_has_a_total_of_nothing() -> None:
    """A territory without units is there, with 0."""
    problem = grid_problem("12", n_territories=3)
    assert territory_totals(problem, drawn("AC")).tolist() == [[1], [0], [2]]


def test_a_unit_without_a_territory_counts_nowhere() -> None:
    """What nobody has is in no total."""
    assert territory_totals(grid_problem("1234"), drawn("A..B")).tolist() == [[1], [4]]


def test_deviation_is_a_share_of_the_territorys_own_target() -> None:
    """3 of 4 is a quarter below, 7 of 5 is 40% above."""
    problem = with_target(grid_problem("1234"), (4.0,), (5.0,))
    assert relative_deviation(problem, drawn("AABB")) == pytest.approx(np.array([[-0.25], [0.4]]))


def test_an_empty_territory_is_all_of_its_target_below() -> None:
    """Nothing of a target is a deviation of −1."""
    assert relative_deviation(grid_problem("11"), drawn("AA")).tolist() == [[1], [-1]]


def test_a_target_of_nothing() -> None:
    """Nothing for a target of nothing is on target, anything is infinitely above it."""
    problem = with_target(grid_problem("12", n_territories=3), (0.0,), (3.0,), (0.0,))
    assert relative_deviation(problem, drawn("AB")).tolist() == [
        [np.inf],
        [pytest.approx(-1 / 3)],
        [0],
    ]


def test_limits_are_shares_of_each_target() -> None:
    """A band of −25% and +50% round 4 and 8; a measure without a band has no limits."""
    problem = with_target(grid_problem("66", potential="11"), (4.0, 1.0), (8.0, 1.0))
    lower, upper = band_limits(problem, Criteria({"workload": Band(-0.25, 0.5)}))
    assert lower.tolist() == [[3, -np.inf], [6, -np.inf]]
    assert upper.tolist() == [[6, np.inf], [12, np.inf]]


def test_limits_of_an_unknown_measure() -> None:
    """A band of a measure that is not there is an error, not a band of nothing."""
    with pytest.raises(KeyError, match="no measure is called 'revenue'; there are: workload"):
        band_limits(grid_problem("11"), Criteria({"revenue": Band()}))


@pytest.mark.parametrize(
    ("target", "inside"),
    [
        (5.0, [[True], [True]]),
        (4.999, [[True], [False]]),
        (5.001, [[False], [True]]),
    ],
)
def test_a_limit_belongs_to_its_band(target: float, inside: list[list[bool]]) -> None:
    """Totals of 4 and 6 are just inside 5 ± 20%, and outside when 5 is a little less or more."""
    problem = with_target(grid_problem("46"), (target,), (target,))
    criteria = Criteria({"workload": Band.within(0.2)})
    assert inside_band(problem, drawn("AB"), criteria).tolist() == inside


def test_the_order_of_a_sum_leaves_no_band() -> None:
    """0.1 + 0.2 is inside the band that 0.3 is the limit of."""
    problem = area_problem()
    accounts = replace(problem.accounts, activity=np.array([[0.1], [0.2], [0.3]]))
    problem = with_target(replace(problem, accounts=accounts), (0.3,), (0.3,))
    assert territory_totals(problem, drawn("ABB"))[0, 0] > 0.3
    assert inside_band(problem, drawn("ABB"), Criteria({"workload": Band(0, 0)})).all()


def test_a_measure_without_a_band_is_inside() -> None:
    """What is not balanced cannot be out of balance."""
    problem = grid_problem("19", potential="55")
    inside = inside_band(problem, drawn("AB"), Criteria({"potential": Band.within(0.0)}))
    assert inside.tolist() == [[True, True], [True, True]]
    inside = inside_band(problem, drawn("AB"), Criteria({"workload": Band.within(0.1)}))
    assert inside.tolist() == [[False, True], [False, True]]


def test_only_nothing_is_inside_the_band_of_a_target_of_nothing() -> None:
    """A band round 0 is 0."""
    problem = with_target(grid_problem("12", n_territories=3), (0.0,), (2.0,), (0.0,))
    inside = inside_band(problem, drawn("AB"), Criteria({"workload": Band.within(1.0)}))
    assert inside[:, 0].tolist() == [False, True, True]


@pytest.mark.parametrize(
    ("letters", "expected"),
    [("AABB", 0.2), ("ABBA", 0.0), ("AAAA", 0.5), ("...A", 0.5), ("....", 0.0)],
)
def test_gini_of_two_territories(letters: str, expected: float) -> None:
    """3 and 7 differ by 4 of twice 10; equal is 0; all in one of two is one half."""
    assert gini(grid_problem("1234"), drawn(letters)) == pytest.approx([expected])


def test_gini_is_of_totals_over_targets() -> None:
    """Unequal totals that meet unequal targets are equal."""
    problem = with_target(grid_problem("1234"), (3.0,), (7.0,))
    assert gini(problem, drawn("AABB")) == pytest.approx([0])


def test_gini_of_three_territories() -> None:
    """Totals 1, 2 and 6 of equal targets: all pairs differ by 10, of 3 × 9."""
    problem = grid_problem("126", n_territories=3)
    assert gini(problem, drawn("ABC")) == pytest.approx([10 / 27])


def test_gini_leaves_out_a_territory_without_a_target() -> None:
    """What a territory without a target has is not compared."""
    problem = with_target(grid_problem("229", n_territories=3), (2.0,), (2.0,), (0.0,))
    assert gini(problem, drawn("ABC")) == pytest.approx([0])


def test_gini_of_each_measure() -> None:
    """Every measure has its own coefficient."""
    problem = grid_problem("13", potential="11")
    assert gini(problem, drawn("AB")) == pytest.approx([0.25, 0])
