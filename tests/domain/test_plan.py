"""A plan knows how good it is proven to be, and is known by everything but the time it took."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest

from territory_planner.domain.alignment import Alignment
from territory_planner.domain.criteria import Band, Criteria, Disruption
from territory_planner.domain.plan import Plan, SolveOptions, Stage, Step
from tests.worlds import grid_problem

CRITERIA = Criteria(
    bands={"workload": Band(-0.1, 0.2, 1.0)},
    disruption=(Disruption("workload", 0.3, 2.0),),
)


def small_plan(objective: float = 2.0, bound: float = 1.5, gap: float = 1e-4) -> Plan:
    """Return a plan with the given value and proof."""
    return Plan(
        problem=grid_problem("1111"),
        criteria=CRITERIA,
        options=SolveOptions(relative_gap=gap),
        alignment=Alignment(np.array([0, 0, 1, 1])),
        objective=objective,
        bound=bound,
        stopped="time limit",
        prices=np.zeros((2, 1)),
    )


@pytest.mark.parametrize(
    ("setting", "value", "message"),
    [
        ("time_limit_s", 0.0, r"time_limit_s must be positive: 0\.0"),
        ("time_limit_s", -3.0, r"time_limit_s must be positive: -3\.0"),
        ("relative_gap", -0.1, r"relative_gap must not be negative: -0\.1"),
        ("workers", 0, "workers must be at least 1: 0"),
    ],
)
def test_options_refuse_effort_that_makes_no_sense(
    setting: str, value: float, message: str
) -> None:
    """The error names the setting and its value."""
    options: dict[str, Any] = {setting: value}
    with pytest.raises(ValueError, match=message):
        SolveOptions(**options)


def test_a_gap_of_nothing_may_be_asked_for() -> None:
    """A solve may be asked to prove the optimum."""
    assert SolveOptions(relative_gap=0).relative_gap == 0


def test_the_gap_is_what_is_not_proven_necessary() -> None:
    """The share of the objective above the bound."""
    assert small_plan(objective=2.0, bound=1.5).gap == 0.25


def test_a_plan_at_its_bound_has_no_gap() -> None:
    """Objective and bound alike are proven optimal."""
    assert small_plan(objective=2.0, bound=2.0).gap == 0


def test_the_gap_is_never_negative() -> None:
    """A bound that rounding put above the objective leaves no gap."""
    assert small_plan(objective=2.0, bound=2.0000001).gap == 0


def test_a_plan_of_no_kilometres_has_no_gap() -> None:
    """Nothing can be better than 0 km, whatever the bound says."""
    assert small_plan(objective=0.0, bound=0.0).gap == 0


def test_a_plan_without_a_bound_has_the_whole_gap() -> None:
    """A bound of 0 proves nothing."""
    assert small_plan(objective=2.0, bound=0.0).gap == 1


@pytest.mark.parametrize(("asked", "status"), [(0.25, "optimal"), (0.2, "feasible")])
def test_the_status_is_by_the_gap_asked_for(asked: float, status: str) -> None:
    """A gap of 25% is optimal when that was asked for, and only feasible when less was."""
    assert small_plan(objective=2.0, bound=1.5, gap=asked).status == status


def test_prices_cannot_be_written() -> None:
    """The prices of a plan are read-only."""
    with pytest.raises(ValueError, match="read-only"):
        small_plan().prices[0] = 1.0


CHANGES: dict[str, Any] = {
    "problem": grid_problem("1112"),
    "criteria": replace(CRITERIA, contiguous=True),
    "options": SolveOptions(seed=2),
    "alignment": Alignment(np.array([0, 1, 1, 1])),
    "objective": 2.5,
    "bound": 1.25,
    "stopped": "gap reached",
    "prices": np.ones((2, 1)),
    "tolls": np.ones(1),
    "losses": np.ones((1, 2)),
    "stages": (Stage("workload", 0.2, 0.1),),
}
SEARCH: dict[str, Any] = {
    "seconds": 9.0,
    "trace": (Step(1.0, "relax", 2.0, 1.5),),
    "versions": {"numpy": "0.0"},
}


def test_plans_made_alike_are_equal() -> None:
    """Equality and hash follow the content, not the object."""
    assert small_plan() == small_plan()
    assert hash(small_plan()) == hash(small_plan())


@pytest.mark.parametrize("name", [f.name for f in fields(Plan) if f.name not in SEARCH])
def test_every_part_of_a_plan_counts(name: str) -> None:
    """A plan that differs in one field is another plan."""
    assert replace(small_plan(), **{name: CHANGES[name]}) != small_plan()


@pytest.mark.parametrize("name", SEARCH)
def test_how_the_search_went_does_not_count(name: str) -> None:
    """Seconds, trace and versions may differ between equal plans."""
    assert replace(small_plan(), **{name: SEARCH[name]}) == small_plan()


CRITERIA_CHANGES: dict[str, Any] = {
    "bands": {"workload": Band(-0.1, 0.2, 1.5)},
    "compactness_measure": "workload",
    "centers": "free",
    "contiguous": True,
    "disruption": (Disruption("workload", 0.3, 2.5),),
    "max_distance_km": 5.0,
    "short_borders": 0.0,
    "compactness": {"distance": 1.0, "diameter": 2.0},
    "empty_unit_share": 0.0,
    "order": "lexicographic",
    "n_territories": (1, 3),
    "territory_cost": 0.5,
}
OPTION_CHANGES: dict[str, Any] = {
    "time_limit_s": 61.0,
    "relative_gap": 0.01,
    "seed": 7,
    "workers": 2,
}


@pytest.mark.parametrize("name", [f.name for f in fields(Criteria)])
def test_every_wish_counts(name: str) -> None:
    """A plan for other criteria is another plan."""
    criteria = replace(CRITERIA, **{name: CRITERIA_CHANGES[name]})
    assert replace(small_plan(), criteria=criteria) != small_plan()


@pytest.mark.parametrize("name", [f.name for f in fields(SolveOptions)])
def test_every_option_counts(name: str) -> None:
    """A plan made with other effort is another plan."""
    plan = small_plan()
    options = replace(plan.options, **{name: OPTION_CHANGES[name]})
    assert replace(plan, options=options) != plan


def test_the_order_of_the_bands_does_not_count() -> None:
    """Criteria that name their bands in another order make the same plan."""
    one = {"workload": Band(), "potential": Band.within(0.5)}
    other = dict(reversed(one.items()))
    plan = small_plan()
    assert replace(plan, criteria=Criteria(one)) == replace(plan, criteria=Criteria(other))
