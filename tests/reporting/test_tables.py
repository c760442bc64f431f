"""The report's tables."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from territory_planner.domain.criteria import Disruption
from territory_planner.domain.problem import NONE
from territory_planner.reporting.tables import (
    comparison_table,
    gains_table,
    moves_table,
    prices_table,
    scorecard_table,
)
from territory_planner.scenarios.compare import compare
from tests.reporting.plans import planned, small_plan
from tests.worlds import grid_problem


def test_moves_table_rows() -> None:
    """Each moved account has a row, with reps, measure and distances; so has a new one."""
    problem = grid_problem("123", current="AA.", n_territories=2)
    table = moves_table(planned(problem, "ABB"))
    assert [c.title for c in table.columns][6:] == ["workload, h/yr", "before", "after", "change"]
    assert [list(row) for row in table.rows] == [
        ["A1", "Account 1", "T1", "Rep 1", "T2", "Rep 2", "2", "1.0", "1.0", "0.0"],
        ["A2", "Account 2", "–", "nobody", "T2", "Rep 2", "3", "–", "0.0", "–"],
    ]


def test_gains_table_sums() -> None:
    """What one territory loses others gain, and net is gained less lost."""
    table = gains_table(small_plan())
    assert [list(row)[2:5] for row in table.rows] == [
        ["0", "9", "−9"],
        ["9", "3", "+6"],
        ["3", "0", "+3"],
    ]
    assert [list(row)[1] for row in table.rows] == ["Rep 1", "Rep 2", "vacant"]


def test_gains_table_adds_up() -> None:
    """The net is the difference of the two numbers beside it, as they are shown."""
    problem = grid_problem("1111", current="AAAB", n_territories=2)
    accounts = replace(problem.accounts, activity=np.array([[100.4], [200.0], [100.4], [200.9]]))
    table = gains_table(planned(replace(problem, accounts=accounts), "ABBA"))
    assert [list(row)[5:] for row in table.rows] == [
        ["201", "300", "−99"],
        ["300", "201", "+99"],
    ]


def test_scorecard_table_marks() -> None:
    """A deviation outside its band is marked, one inside is not."""
    plan = planned(grid_problem("1111", current="AAAB", n_territories=2), "AABB")
    table = scorecard_table(plan, compare([plan]), with_today=True)
    heads = [(c.group, c.title) for c in table.columns]
    today, after = (
        heads.index(("workload vs target", "today")),
        heads.index(("workload vs target", "plan")),
    )
    assert table.marked == {(0, today), (1, today)}
    assert [row[today] for row in table.rows] == ["+50.0%", "−50.0%"]
    assert [row[after] for row in table.rows] == ["0.0%", "0.0%"]


def test_table_groups() -> None:
    """The heads over the columns span all of them."""
    plan = small_plan()
    table = scorecard_table(plan, compare([plan]), with_today=False)
    assert sum(span for _, span in table.groups) == len(table.columns)


def test_tables_count_once() -> None:
    """A measure that only counts accounts is not listed beside the accounts themselves."""
    plan = planned(grid_problem("1111", current="AAAB", potential="2345"), "AABB")
    heads = [c.title for c in moves_table(plan).columns]
    assert "workload, h/yr" not in heads
    assert "potential, USD/yr" in heads


def test_comparison_table_sides() -> None:
    """Without an alignment of today only the plan's numbers are told."""
    plan = small_plan()
    assert [c.title for c in comparison_table(compare([plan]), (0, 1)).columns] == [
        "",
        "today",
        "plan",
    ]
    alone = comparison_table(compare([plan]), (1,))
    assert alone.caption == "Measured account by account"
    assert all(len(row) == 2 and "hands" not in row[0] for row in alone.rows)
    assert not alone.better


def test_comparison_table_better() -> None:
    """The better of each row is marked where it stands, whatever the order of the sides."""
    comparison = compare([small_plan()])
    one, turned = (comparison_table(comparison, sides) for sides in ((0, 1), (1, 0)))
    assert one.better == {
        (r, side + 1) for r, metric in enumerate(comparison.metrics) for side in metric.best
    }
    assert turned.better == {(r, 3 - column) for r, column in one.better}
    assert {column for _, column in one.better} == {1, 2}


def test_prices_table_dearest() -> None:
    """Prices stand in the order of what a hundredth of the target is worth."""
    table = prices_table(small_plan())
    assert table is not None
    assert [list(row) for row in table.rows] == [
        ["T2", "Rep 2", "upper limit of workload", "+0.080 h/yr", "0.2"],
        ["T1", "Rep 1", "lower limit of workload", "−0.080 h/yr", "0.1"],
    ]


def test_prices_table_locks_and_budgets() -> None:
    """A lock is named with its unit, a budget with its measure."""
    plan = small_plan()
    locked = np.full(24, NONE)
    locked[0] = 2
    plan = replace(
        plan,
        problem=replace(plan.problem, locked=locked),
        criteria=replace(plan.criteria, disruption=(Disruption("workload", 0.2),)),
        prices=np.zeros_like(plan.prices),
        tolls=np.array([5.0]),
    )
    table = prices_table(plan)
    assert table is not None
    rows = {row[2]: row for row in table.rows}
    unit = plan.problem.units.ids[0]
    assert tuple(rows[f"lock of {unit}"][:4]) == ("T3", "vacant", f"lock of {unit}", "released")
    assert tuple(rows["budget of workload that changes hands"][3:]) == (
        "+1% of all workload",
        "50.0",
    )


def test_prices_table_none() -> None:
    """Without prices there is no table of them."""
    plan = small_plan()
    assert prices_table(replace(plan, prices=np.zeros_like(plan.prices))) is None
