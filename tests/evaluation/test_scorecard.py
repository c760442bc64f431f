"""The scorecard: each entry by hand, for areas, for accounts and for today."""

from __future__ import annotations

from dataclasses import replace
from math import sqrt

import numpy as np
import pytest

from territory_planner.domain.criteria import Band, Criteria, Disruption
from territory_planner.evaluation.scorecard import (
    Scorecard,
    evaluate,
    evaluate_accounts,
    evaluate_today,
)
from tests.evaluation.drawings import area_problem, drawn, with_target
from tests.worlds import grid_problem

CRITERIA = Criteria(
    {"workload": Band(-0.25, 0.1, weight=3.0)}, disruption=(Disruption("workload", cost=2.0),)
)


def card(letters: str = "AAAB") -> Scorecard:
    """Return the scorecard of a row of 1, 2, 3 and 4 hours, the last account nobody's today."""
    problem = grid_problem("1234", current="AAB.", potential="1111")
    return evaluate(problem, drawn(letters), CRITERIA)


def test_rows_and_columns_are_named() -> None:
    """Territories by id, measures by name and unit."""
    assert card().territory_ids == ("T1", "T2")
    assert card().measure_names == ("workload", "potential")
    assert card().measure_units == ("h/yr", "USD/yr")


def test_balance_entries() -> None:
    """Totals, targets, deviations, and which measures have a band."""
    assert card().banded.tolist() == [True, False]
    assert card().total.tolist() == [[6, 3], [4, 1]]
    assert card().target.tolist() == [[5, 2], [5, 2]]
    assert card().deviation == pytest.approx(np.array([[0.2, 0.5], [-0.2, -0.5]]))
    assert card().worst_deviation == pytest.approx([0.2, 0.5])
    assert card().gini == pytest.approx([0.1, 0.25])


def test_the_worst_deviation_may_lie_below_target() -> None:
    """It is absolute."""
    problem = with_target(grid_problem("46"), (8.0,), (5.0,))
    assert evaluate(problem, drawn("AB"), CRITERIA).worst_deviation == pytest.approx([0.5])


def test_territories_inside_their_bands() -> None:
    """6 is over 5 + 10%, 4 is not under 5 − 25%: one territory of two."""
    assert card().inside.tolist() == [[False, True], [True, True]]
    assert card().share_inside == 0.5


def test_a_territory_is_inside_when_it_is_in_every_band() -> None:
    """Inside one band and outside another is outside."""
    problem = grid_problem("55", potential="19")
    both = Criteria({"workload": Band.within(0.1), "potential": Band.within(0.1)})
    assert evaluate(problem, drawn("AB"), both).share_inside == 0


def test_compactness_entries() -> None:
    """Distances to the homes at both ends."""
    assert card().weighted_distance_km == pytest.approx([8 / 6, 0])
    assert card().largest_distance_km == pytest.approx([2, 0])
    assert card().moment_of_inertia == pytest.approx([14, 0])
    assert card().mean_distance_km == pytest.approx(0.8)


def test_contiguity_entries() -> None:
    """Pieces of each territory, and how many are in one at most."""
    assert card().pieces is not None
    assert card("ABAB").pieces == pytest.approx([2, 2])
    assert card("ABAB").contiguous_territories == 0
    assert card("ABBA").contiguous_territories == 1
    assert card("AAAA").contiguous_territories == 2


def test_without_a_graph_nothing_is_said_about_pieces() -> None:
    """None, not a count that means nothing."""
    problem = replace(grid_problem("11"), contiguity=np.empty((0, 2), dtype=np.int32))
    found = evaluate(problem, drawn("AB"), CRITERIA)
    assert found.pieces is None
    assert found.contiguous_territories is None


def test_disruption_entries() -> None:
    """One account of 3 hours moves; the last has no rep today and does not move."""
    assert card().moved_accounts == 1
    assert card().disruption == pytest.approx([0.3, 0.25])


def test_accounts_are_counted_not_units() -> None:
    """Two accounts of one area are two; an area without any adds none."""
    found = evaluate(area_problem(), drawn("ABB"), CRITERIA)
    assert found.accounts.tolist() == [2, 1]
    assert found.unassigned_accounts == 0


def test_accounts_without_a_territory_are_counted_apart() -> None:
    """Those of the area that nobody has."""
    found = evaluate(area_problem(), drawn(".BB"), CRITERIA)
    assert found.accounts.tolist() == [0, 1]
    assert found.unassigned_accounts == 2


def test_the_objective_is_in_it() -> None:
    """0.8 km, 2 × 30% moved, 3 × 20% off target."""
    assert card().objective == pytest.approx(0.8 + 0.6 + 0.6)


def test_areas_are_measured_from_their_point() -> None:
    """Weights 4 and 2 and a little for the empty area, which lies at the other home."""
    found = evaluate(area_problem(), drawn("AAB"), CRITERIA)
    assert found.mean_distance_km == pytest.approx(2 / 6.03)
    assert found.moved_accounts == 1


def test_accounts_are_measured_from_their_own_place() -> None:
    """1 at 0 km, 3 at 3 km and 2 at 1 km; the empty area does not count."""
    found = evaluate_accounts(area_problem(), drawn("AAB"), CRITERIA)
    assert found.mean_distance_km == pytest.approx(11 / 6)
    assert found.largest_distance_km == pytest.approx([3, 0])
    assert found.total.tolist() == [[6], [0]]
    assert found.moved_accounts == 1
    assert found.disruption == pytest.approx([0.5])


def test_today_is_measured_account_by_account() -> None:
    """A1 belongs to T2 today, √13 km from its home, though its area's other account does not."""
    found = evaluate_today(area_problem(), CRITERIA)
    assert found.total.tolist() == [[3], [3]]
    assert found.accounts.tolist() == [2, 1]
    assert found.mean_distance_km == pytest.approx((2 + 3 * sqrt(13)) / 6)
    assert found.moved_accounts == 0
    assert found.disruption.tolist() == [0]


def test_today_with_accounts_that_nobody_serves() -> None:
    """They are in no total and no mean, and counted as such."""
    found = evaluate_today(grid_problem("1234", current="AA.."), CRITERIA)
    assert found.total.tolist() == [[3], [0]]
    assert found.unassigned_accounts == 2
    assert found.mean_distance_km == pytest.approx(2 / 3)


def test_today_when_nobody_serves_anything() -> None:
    """A company's first alignment has a today: nothing, and all of its target below."""
    found = evaluate_today(grid_problem("1234", current="...."), CRITERIA)
    assert found.deviation.tolist() == [[-1], [-1]]
    assert (found.mean_distance_km, found.moved_accounts, found.unassigned_accounts) == (0, 0, 4)


def test_account_by_account_nothing_is_said_about_pieces() -> None:
    """Accounts are outside contiguity."""
    assert evaluate_today(area_problem(), CRITERIA).pieces is None
    assert evaluate_accounts(area_problem(), drawn("AAB"), CRITERIA).pieces is None


def test_accounts_as_units_measure_like_the_units() -> None:
    """Where each account is its own unit both scorecards agree."""
    problem = grid_problem("1234", current="AABB")
    units, accounts = (f(problem, drawn("ABBB"), CRITERIA) for f in (evaluate, evaluate_accounts))
    assert accounts.objective == units.objective
    assert accounts.total.tolist() == units.total.tolist()
    assert accounts.moved_accounts == units.moved_accounts
