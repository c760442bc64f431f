"""The objective: kilometres, and what they are traded against."""

from __future__ import annotations

import numpy as np
import pytest

from territory_planner.domain.criteria import Band, Criteria, Disruption
from territory_planner.evaluation.objective import objective
from tests.evaluation.drawings import drawn, with_target
from tests.worlds import grid_problem

PROBLEM = grid_problem("1234", current="AABB", potential="1111")
LETTERS = "AAAB"
"""Mean distance 0.8 km; 3 of 10 hours and 1 of 4 dollars move; workload 6 and 4 of 5 and 5."""


def test_alone_it_is_the_mean_distance() -> None:
    """Bands and budgets without a price cost nothing."""
    criteria = Criteria({"workload": Band(-0.5, 0.5)}, disruption=(Disruption("workload", 0.5),))
    assert objective(PROBLEM, drawn(LETTERS), criteria) == pytest.approx(0.8)


def test_the_price_on_disruption() -> None:
    """Each measure's price counts for the share of it that moves."""
    criteria = Criteria(
        disruption=(Disruption("workload", cost=2.0), Disruption("potential", cost=4.0))
    )
    assert objective(PROBLEM, drawn(LETTERS), criteria) == pytest.approx(0.8 + 0.6 + 1.0)


def test_the_price_on_deviation() -> None:
    """A weight counts for the mean deviation of the territories, above or below."""
    criteria = Criteria({"workload": Band(-1, 1, weight=3.0), "potential": Band(-1, 1, weight=1.0)})
    expected = 0.8 + 3 * 0.2 + 1 * 0.5
    assert objective(PROBLEM, drawn(LETTERS), criteria) == pytest.approx(expected)


def test_prices_add_up() -> None:
    """Distance, disruption and deviation are one sum."""
    criteria = Criteria(
        {"workload": Band(-1, 1, weight=3.0)}, disruption=(Disruption("potential", cost=4.0),)
    )
    assert objective(PROBLEM, drawn(LETTERS), criteria) == pytest.approx(0.8 + 1.0 + 0.6)


def test_a_target_of_nothing_is_off_by_infinity() -> None:
    """Only where being off target has a price."""
    problem = with_target(grid_problem("11"), (2.0,), (0.0,))
    assert objective(problem, drawn("AB"), Criteria({"workload": Band(-1, 1)})) == 0
    priced = Criteria({"workload": Band(-1, 1, weight=1.0)})
    assert objective(problem, drawn("AB"), priced) == np.inf


def test_what_is_off_by_infinity_may_be_free() -> None:
    """A measure without a price costs nothing beside one with a price."""
    problem = with_target(grid_problem("11", potential="11"), (2.0, 1.0), (0.0, 1.0))
    criteria = Criteria({"workload": Band(-1, 1), "potential": Band(-1, 1, weight=1.0)})
    assert objective(problem, drawn("AB"), criteria) == 0


@pytest.mark.parametrize(
    "criteria",
    [
        Criteria(disruption=(Disruption("revenue", cost=1.0),)),
        Criteria({"revenue": Band(weight=1.0)}),
        Criteria(compactness_measure="revenue"),
    ],
)
def test_a_price_on_an_unknown_measure(criteria: Criteria) -> None:
    """An unknown measure is an error wherever it stands."""
    with pytest.raises(KeyError, match="no measure is called 'revenue'"):
        objective(PROBLEM, drawn(LETTERS), criteria)
