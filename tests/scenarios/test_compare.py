"""Comparisons: the same numbers of every side, the better one marked, in a readable table."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np
import pytest

from territory_planner.domain.criteria import Band, Criteria
from territory_planner.domain.plan import Plan, SolveOptions
from territory_planner.domain.problem import Problem
from territory_planner.evaluation.objective import objective
from territory_planner.scenarios.compare import Comparison, Metric, Unit, aligned, compare
from tests.evaluation.drawings import area_problem, drawn
from tests.worlds import grid_problem

CRITERIA = Criteria({"workload": Band.within(0.1)})
ROW = grid_problem("1234", current="AAB.", potential="1111")
"""A row 1 km apart with homes at both ends; the last account is nobody's today."""


def planned(letters: str, problem: Problem = ROW, criteria: Criteria = CRITERIA) -> Plan:
    """Return the plan of these letters, with its own value for a bound."""
    alignment = drawn(letters)
    value = objective(problem, alignment, criteria)
    return Plan(
        problem=problem,
        criteria=criteria,
        options=SolveOptions(),
        alignment=alignment,
        objective=value,
        bound=value,
        stopped="search finished",
        prices=np.zeros(problem.target.shape),
    )


def values(comparison: Comparison) -> dict[str, tuple[float | None, ...]]:
    """Return each metric's values by its name."""
    return {metric.name: metric.values for metric in comparison.metrics}


def test_today_comes_first() -> None:
    """Each side has its name and its scorecard, today before the plans."""
    comparison = compare([planned("AABB"), planned("AAAB")])
    assert comparison.names == ("today", "plan 1", "plan 2")
    assert [card.total[:, 0].tolist() for card in comparison.scorecards] == [
        [3, 3],
        [3, 7],
        [6, 4],
    ]


def test_one_plan_needs_no_number() -> None:
    """A single plan beside today is the plan."""
    assert compare([planned("AABB")]).names == ("today", "plan")


def test_plans_have_the_names_given() -> None:
    """Today keeps its own."""
    assert compare([planned("AABB")], names=["north"]).names == ("today", "north")


def test_today_may_be_left_out() -> None:
    """Two plans alone."""
    comparison = compare([planned("AABB"), planned("AAAB")], names=["a", "b"], today=False)
    assert comparison.names == ("a", "b")
    assert len(comparison.scorecards) == 2
    assert values(comparison)["accounts that change hands"] == (0, 1)


def test_the_metrics_of_today_and_two_plans() -> None:
    """Every row, counted by hand."""
    found = values(compare([planned("AABB"), planned("AAAB")]))
    expected = {
        "territories inside every band": (0, 0, 0),
        "worst deviation in workload": (0.4, 0.4, 0.2),
        "Gini coefficient of workload": (0, 0.2, 0.1),
        "mean distance to the rep": (5 / 6, 0.5, 0.8),
        "largest distance to the rep": (1, 1, 2),
        "accounts that change hands": (0, 0, 1),
        "share of workload that changes hands": (0, 0, 0.3),
        "share of potential that changes hands": (0, 0, 0.25),
        "accounts without a territory": (1, 0, 0),
    }
    assert list(found) == list(expected)
    for name, numbers in expected.items():
        assert found[name] == pytest.approx(numbers), name


def test_sides_are_measured_account_by_account() -> None:
    """The accounts' own distances, today's split area and the plan's alike."""
    found = values(compare([planned("AAB", area_problem())]))
    thirteen = np.sqrt(13)
    assert found["mean distance to the rep"] == pytest.approx(((2 + 3 * thirteen) / 6, 11 / 6))
    assert found["largest distance to the rep"] == pytest.approx((thirteen, 3))
    assert found["accounts that change hands"] == (0, 1)


def test_balance_is_compared_where_a_plan_has_a_band() -> None:
    """A measure that one plan balances has its rows, one that none balances has not."""
    other = Criteria({"potential": Band.within(0.1)})
    both = values(compare([planned("AABB"), planned("AABB", criteria=other)]))
    assert "worst deviation in workload" in both
    assert "worst deviation in potential" in both
    assert "worst deviation in potential" not in values(compare([planned("AABB")]))


def test_nothing_to_compare() -> None:
    """Neither no plan nor one alone makes two sides."""
    message = "a comparison needs two sides: give two plans, or one and today"
    with pytest.raises(ValueError, match=message):
        compare([])
    with pytest.raises(ValueError, match=message):
        compare([planned("AABB")], today=False)


def test_each_plan_has_one_name() -> None:
    """Names and plans are counted in the error."""
    with pytest.raises(ValueError, match="1 names for 2 plans"):
        compare([planned("AABB"), planned("AAAB")], names=["only"])


def test_plans_of_different_measures_are_not_compared() -> None:
    """Nor those whose measure has another unit."""
    alone = planned("AABB", grid_problem("1234", current="AAB."))
    with pytest.raises(ValueError, match="the plans do not have the same measures"):
        compare([planned("AABB"), alone])
    minutes = (replace(ROW.measures[0], unit="min/yr"), ROW.measures[1])
    other = planned("AABB", replace(ROW, measures=minutes))
    with pytest.raises(ValueError, match="the plans do not have the same measures"):
        compare([planned("AABB"), other])


@pytest.mark.parametrize(
    ("numbers", "better", "best"),
    [
        ((3.0, 1.0, 2.0), "lower", {1}),
        ((3.0, 1.0, 2.0), "higher", {0}),
        ((1.0, 2.0, 1.0), "lower", {0, 2}),
        ((1.0, 1.0, 1.0), "lower", set()),
        ((None, 2.0, 1.0), "lower", {2}),
        ((None, 2.0, 1.0), "higher", {1}),
        ((None, 2.0), "lower", set()),
        ((None, None), "higher", set()),
    ],
)
def test_the_better_side(
    numbers: tuple[float | None, ...], better: Literal["lower", "higher"], best: set[int]
) -> None:
    """Better than at least one other: none where all agree or are alone, several where they tie."""
    assert Metric("any", "share", numbers, better).best == best


@pytest.mark.parametrize(
    ("unit", "value", "shown"),
    [
        ("share", 0.12345, "12.3%"),
        ("share", -0.05, "-5.0%"),
        ("km", 1234.56, "1,234.6 km"),
        ("count", 12345.0, "12,345"),
        ("km", None, "–"),
    ],
)
def test_numbers_as_a_reader_sees_them(unit: Unit, value: float | None, shown: str) -> None:
    """Shares in percent, distances in km, counts whole, a dash where there is nothing."""
    assert Metric("any", unit, (0.0, value), "lower").shown(1) == shown


def test_more_territories_inside_and_less_of_all_else_is_better() -> None:
    """The only row where more is better."""
    more = [m.name for m in compare([planned("AABB")]).metrics if m.better == "higher"]
    assert more == ["territories inside every band"]


def test_the_table() -> None:
    """One row a metric, columns right-aligned, the better value marked."""
    problem = grid_problem("1234", current="AAAA")
    assert str(compare([planned("AABB", problem)], names=["p"])).splitlines() == [
        "                                         today         p",
        "territories inside every band           0.0%      0.0%",
        "worst deviation in workload           100.0%     40.0% *",
        "Gini coefficient of workload           50.0%     20.0% *",
        "mean distance to the rep              2.0 km    0.5 km *",
        "largest distance to the rep           3.0 km    1.0 km *",
        "accounts that change hands                 0 *       2",
        "share of workload that changes hands    0.0% *   70.0%",
        "accounts without a territory               0         0",
        "* better",
    ]


def test_columns_of_words_stand_to_the_left() -> None:
    """So that names of different lengths begin under their head."""
    rows = [("id", "who", "km"), ("1", "somebody", "7"), ("12", "me", "12.5")]
    assert aligned(rows, left=2) == [
        "id  who         km",
        "1   somebody     7",
        "12  me        12.5",
    ]


def test_a_name_longer_than_its_numbers_widens_its_column() -> None:
    """The numbers stay under each other, two places left of the name's end for the mark."""
    lines = str(compare([planned("AABB")], names=["a plan with a long name"])).splitlines()
    assert lines[0].endswith("  a plan with a long name")
    ends = {len(line.removesuffix(" *")) for line in lines[1:-1]}
    assert ends == {len(lines[0]) - 2}
