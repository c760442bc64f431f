"""`frontier` on grids: what it finds holds, what it names is so, what is missing has a reason."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from territory_planner.domain.criteria import Band, Criteria, Disruption
from territory_planner.domain.plan import Plan, SolveOptions, Stage, Step
from territory_planner.domain.problem import Problem
from territory_planner.errors import InfeasibleError, InputError
from territory_planner.evaluation.disruption import disruption
from territory_planner.evaluation.violations import violations
from territory_planner.scenarios import frontier_search
from territory_planner.scenarios.frontier import AXES, Frontier, Level, Tradeoff, criteria_at
from territory_planner.scenarios.frontier_search import DEMAND, DRAWS, SEED, frontier
from territory_planner.scenarios.stress import stress
from territory_planner.solving import solve
from tests.worlds import grid_problem

OPTIONS = SolveOptions(time_limit_s=30, relative_gap=1e-6)
CRITERIA = Criteria(bands={"workload": Band.within(0.3)})


def world(current: str = "AAAA/ABBB/ABBB") -> Problem:
    return grid_problem("1532/4213/2521", current=current, n_territories=2)


@settings(max_examples=5, deadline=None)
@given(
    st.text(alphabet="1235", min_size=8, max_size=8),
    st.text(alphabet="AB.", min_size=8, max_size=8).filter(lambda text: {"A", "B"} & set(text)),
    st.sampled_from([AXES, ("travel", "disruption"), ("balance", "travel")]),
)
def test_every_point_is_feasible_and_undominated(
    workload: str, current: str, axes: tuple[str, ...]
) -> None:
    """By independent evaluation: every limit of its level, and no other point is better."""
    problem = grid_problem(
        f"{workload[:4]}/{workload[4:]}", current=f"{current[:4]}/{current[4:]}", n_territories=2
    )
    wide = Criteria(bands={"workload": Band.within(0.5)}, contiguous=True)
    try:
        found = frontier(problem, wide, Tradeoff(axes, points=6), OPTIONS)  # type: ignore[arg-type]
    except InfeasibleError:
        return
    assert found.best
    for point in found.best:
        assert point.plan is not None
        wish = criteria_at(wide, found.tradeoff, point.level)
        assert violations(problem, point.plan.alignment, wish) == []
        assert point.plan.bound <= point.plan.objective
    values = np.array([[p.values[axis] for axis in found.tradeoff.axes] for p in found.best])
    for one in values:
        better = (values <= one + 1e-9).all(axis=1) & (values < one - 1e-9).any(axis=1)
        assert not better.any()


def weighed(problem: Problem | None = None, **wish: object) -> Frontier:
    tradeoff = Tradeoff(**{"points": 12} | wish)  # type: ignore[arg-type]
    return frontier(problem or world(), CRITERIA, tradeoff, OPTIONS)


@pytest.fixture(scope="module")
def robust() -> Frontier:
    """Return three criteria weighed on the grid, drawn through demand that moves."""
    return weighed(at_most=0.2, is_robust=True)


def test_named_points_are_what_they_are_called(robust: Frontier) -> None:
    """The fewest moves inside the band, and the best plan that moves no more than a share."""
    found = robust
    inside = [p for p in found.best if p.values["balance"] <= 1 + 1e-9]
    fewest, best = found.fewest, found.best_within
    assert fewest is not None
    assert best is not None
    assert fewest.values["disruption"] == min(p.values["disruption"] for p in inside)
    assert found.fewest_bound <= fewest.values["disruption"] + 1e-9
    within = [p for p in inside if p.values["disruption"] <= 0.2]
    assert best.values["travel"] == min(p.values["travel"] for p in within)
    assert any(p.level == Level(1.0, 0.2) for p in found.points)


def test_the_fewest_moves_are_looked_for_once_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Where they are not proven, from nothing and last: what moves less is a point of its own."""
    asked: list[Criteria] = []

    def weak(problem: Problem, criteria: Criteria, *rest: object) -> Plan:
        asked.append(criteria)
        if [one.order for one in asked].count("lexicographic") > 1:
            return solve(problem, criteria, *rest)  # type: ignore[arg-type]
        plan = solve(problem, replace(criteria, order="weights"), OPTIONS)
        moved = float(disruption(problem, plan.alignment)[0])
        return replace(plan, stages=(Stage("workload", moved, 0.0),))

    narrow, few = (
        Criteria({"workload": Band.within(0.1)}),
        Tradeoff(("travel", "disruption"), points=2),
    )
    least = frontier(world(), narrow, few, OPTIONS).fewest
    monkeypatch.setattr(frontier_search, "solve", weak)
    found = frontier(world(), narrow, few, OPTIONS)
    first, last = [p for p in found.points if p.level.is_fewest]
    assert last is found.points[-1] is found.fewest
    assert least is not None
    assert last.values["disruption"] == least.values["disruption"] < first.values["disruption"]


def test_the_fewest_moves_that_are_proven_are_not_looked_for_again(robust: Frontier) -> None:
    assert robust.fewest is not None
    assert robust.is_fewest_proven
    unproven = {**robust.fewest.values, "disruption": 0.2}
    moved = replace(robust, points=(replace(robust.fewest, values=unproven),))
    assert not moved.is_fewest_proven
    assert not replace(robust, points=()).is_fewest_proven


def test_values_are_the_evaluation_s(robust: Frontier) -> None:
    """Travel is the plan's objective, disruption the share of the measure, balance of the band."""
    for point in robust.best:
        plan = point.plan
        assert plan is not None
        assert point.values["travel"] == pytest.approx(plan.objective)
        assert point.values["disruption"] == disruption(plan.problem, plan.alignment)[0]
        assert point.values["balance"] <= point.level.scale + 1e-9


def test_a_level_without_a_plan_is_missing_with_its_reason() -> None:
    """Two accounts can be divided in one way: no narrower band has a plan, and it is proven."""
    problem = grid_problem("46", current="AB", n_territories=2)
    found = weighed(problem, axes=("balance", "travel"))
    assert [p.values["balance"] for p in found.best] == [pytest.approx(0.2 / 0.3)]
    assert found.missing
    for point in found.missing:
        assert point.is_proven
        assert "No alignment satisfies these criteria together" in point.why
        assert point.level.scale < 0.2 / 0.3
        assert not point.values


def test_what_is_looser_than_a_level_proves_it_impossible() -> None:
    """A tighter level than one that is proven to have no plan is not solved again."""
    problem = grid_problem("46", current="AB", n_territories=2)
    found = weighed(problem)
    proven = [p for p in found.missing if p.is_proven]
    for n, point in enumerate(proven):
        looser = [before for before in proven[:n] if point.level.is_within(before.level)]
        assert point.why.startswith("A looser point has no plan either") == bool(looser)


def test_a_bound_of_a_looser_level_holds_for_a_tighter_one(robust: Frontier) -> None:
    """No point's bound is below that of a looser one, none above its own plan."""
    found = [p for p in robust.points if p.plan is not None]
    for tight in found:
        for loose in found:
            if tight.level.is_within(loose.level):
                assert tight.plan is not None
                assert loose.plan is not None
                least = min(loose.plan.bound, tight.plan.objective)
                assert tight.plan.bound >= least - 1e-9


def test_other_limits_stay() -> None:
    """A budget of another measure holds for every point; the weighed one's own does not."""
    problem = grid_problem(
        "1532/4213/2521", current="AAAA/ABBB/ABBB", potential="4111/1113/1112", n_territories=2
    )
    criteria = replace(
        CRITERIA, disruption=(Disruption("workload", 0.0), Disruption("potential", 0.2, cost=9.0))
    )
    found = frontier(
        problem, criteria, Tradeoff(("travel", "disruption"), "workload", points=5), OPTIONS
    )
    assert max(p.values["disruption"] for p in found.best) > 0
    for point in found.best:
        assert point.plan is not None
        assert disruption(problem, point.plan.alignment)[1] <= 0.2 + 1e-9
        assert all(entry.cost == 0 for entry in point.plan.criteria.disruption)


def test_stopping_keeps_what_was_found() -> None:
    """A callback that returns True ends the search with the points so far."""

    def enough(_: Step) -> bool:
        return True

    found = frontier(world(), CRITERIA, Tradeoff(points=12), OPTIONS, enough)
    assert len(found.points) == 1


def test_time_that_is_over_is_told() -> None:
    """What was not begun is missing, and says so."""
    short = replace(OPTIONS, time_limit_s=0.6)
    found = frontier(world(), CRITERIA, Tradeoff(points=12), short)
    assert found.best
    assert len(found.points) < 12
    for point in found.missing:
        assert point.why.startswith(("The time was over", "No plan was found"))


def test_robust_measures_all_points_against_the_project_s_bands(robust: Frontier) -> None:
    """As `stress` does with the same seed, of the plan with the project's bands in place."""
    for point in robust.best:
        assert point.plan is not None
        plan = replace(point.plan, criteria=CRITERIA)
        assert (
            point.expected_out == stress(plan, demand=DEMAND, draws=DRAWS, seed=SEED).expected_out
        )
    out = {p.values["balance"]: float(p.expected_out or 0) for p in robust.best}
    assert out[min(out)] < out[max(out)]


def test_nothing_possible_is_an_error() -> None:
    """Where no level has a plan, the first reason is raised."""
    problem = grid_problem("19", current="AB", n_territories=2)
    with pytest.raises(InfeasibleError, match="No alignment satisfies"):
        frontier(problem, Criteria(bands={"workload": Band.within(0.1)}), Tradeoff(), OPTIONS)


def test_all_that_cannot_be_shown_is_told_at_once() -> None:
    """Every fault, each with what to do."""
    wrong = Tradeoff(("speed", "balance"), "workloud", points=1, at_most=3.0)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="6 problems found") as error:
        frontier(world(), replace(CRITERIA, bands={}), wrong, OPTIONS)
    told = str(error.value)
    for part in (
        "the criteria are speed, balance. Name two or three of balance, travel and disruption.",
        "'workloud' is not a measure. There are: workload.",
        "no measure has a band.",
        "points is 1. Ask for 2 or more.",
        "at most 3.0 is no share.",
        "needs disruption among the criteria.",
    ):
        assert part in told
    with pytest.raises(InputError, match="nobody serves any account today"):
        frontier(world("..../..../...."), CRITERIA, Tradeoff(), OPTIONS)


def test_no_level_is_asked_twice() -> None:
    """Whatever is missing, the frontier ends, and each level is asked once."""
    tight = Criteria(bands={"workload": Band.within(0.02)})
    found = frontier(world(), tight, Tradeoff(points=30), OPTIONS)
    levels = [point.level for point in found.points]
    assert len(set(levels)) == len(levels)
