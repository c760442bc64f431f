"""Corners where a solver goes wrong quietly."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from territory_planner.domain.criteria import Band, Criteria, Disruption
from territory_planner.domain.plan import SolveOptions
from territory_planner.domain.problem import NONE
from territory_planner.errors import InfeasibleError, NoPlanFoundError
from territory_planner.evaluation.contiguity import pieces
from territory_planner.evaluation.violations import violations
from territory_planner.solving import solve
from tests.evaluation.drawings import drawn
from tests.oracles.brute_force import best_value
from tests.worlds import grid_problem

OPTIONS = SolveOptions(time_limit_s=20, relative_gap=1e-7)


def test_split_start_hides_the_plan_that_exists() -> None:
    """A start that is in pieces does not outrank the whole plan that the exact model finds."""
    problem = grid_problem("1111/1111", n_territories=3, potential="1111/1111")
    activity = np.array([[0, 0], [1, 0], [9, 0], [2, 0], [1, 0], [0, 0], [9, 0], [2, 0]], float)
    named = np.arange(8) == 3
    problem = replace(
        problem,
        accounts=replace(
            problem.accounts,
            activity=activity,
            unit=np.array([0, 0, 5, 6, 7, 0, 4, 0]),
            current=np.array([0, 0, 0, 0, 2, 0, 1, 0]),
        ),
        units=replace(problem.units, named=named),
        contiguity=problem.contiguity[~named[problem.contiguity].any(axis=1)],
        target=np.array([[8.0, 0.0]] * 3),
        forbidden=np.array([[6, 0]]),
    )
    criteria = Criteria(
        {"potential": Band(0, 0)}, "workload", "free", True, (Disruption("workload", None, 2.0),)
    )
    assert violations(problem, drawn("AAAAAABB"), criteria) == []
    solve(problem, criteria, replace(OPTIONS, seed=0))


def test_group_that_is_not_adjacent() -> None:
    """Units of a group need not touch: their territory joins them by others."""
    problem = replace(grid_problem("122/259"), group=np.array([0, NONE, 0, NONE, NONE, NONE]))
    criteria = Criteria({"workload": Band.within(0.2)}, contiguous=True)
    assert best_value(problem, criteria) == pytest.approx(1.1462413)
    assert solve(problem, criteria, OPTIONS).objective == pytest.approx(1.1462413)


def test_a_named_unit_joins_nothing() -> None:
    """A named unit between two others does not make them one piece."""
    problem = grid_problem("111", n_territories=1)
    problem = replace(problem, units=replace(problem.units, named=np.array([False, True, False])))
    assert pieces(problem, drawn("AAA")).tolist() == [2]


def test_band_wider_than_four_targets_with_a_weight() -> None:
    """A weight inside a very wide band still counts every deviation."""
    problem = replace(grid_problem("9999", homes="A..B"), target=np.array([[2.0], [34.0]]))
    criteria = Criteria({"workload": Band(-1, 20, 0.01)})
    assert solve(problem, criteria, OPTIONS).objective == pytest.approx(
        best_value(problem, criteria)
    )


def test_every_unit_at_its_home() -> None:
    """Nothing is left to shorten, and nothing divides by it."""
    solve(grid_problem("11"), Criteria({"workload": Band(-1, 1)}), OPTIONS)


def test_a_bound_when_no_distance_is_left() -> None:
    """Where only deviations cost, they are bounded too."""
    problem = grid_problem("4", n_territories=3)
    plan = solve(problem, Criteria({"workload": Band(-1, 2, 1.0)}), OPTIONS)
    assert plan.gap <= 0.01


def test_free_centers_and_impossible_bands() -> None:
    """Free centers do not hide that no plan exists."""
    criteria = Criteria({"workload": Band(-0.7, 2.0)}, centers="free")
    with pytest.raises(InfeasibleError, match="No alignment satisfies"):
        solve(grid_problem("1000/0000", n_territories=3), criteria, OPTIONS)


def test_whole_units_that_fit_no_band_are_told_how_wide_it_must_be() -> None:
    """Three equal units in two territories: the bands must reach a third off target."""
    criteria = Criteria({"workload": Band.within(0.2)})
    with pytest.raises(
        InfeasibleError, match=r"workload to -33\.\d% and \+33\.\d% of target at least"
    ):
        solve(grid_problem("333"), criteria, OPTIONS)


def test_everything_at_one_point_and_a_weight() -> None:
    """An objective of zero is reached, and its rounding is no contradiction."""
    problem = grid_problem("19111119", n_territories=2)
    here = tuple(replace(t, home=(0.0, 0.0)) for t in problem.territories)
    problem = replace(problem, units=replace(problem.units, xy=np.zeros((8, 2))), territories=here)
    plan = solve(problem, Criteria({"workload": Band.within(0.5, weight=1)}), OPTIONS)
    assert plan.objective == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize("upper", [np.inf, 1e12])
def test_a_band_without_an_upper_limit(upper: float) -> None:
    """A band may be open above: the territory still cannot hold more than there is."""
    problem = grid_problem("12345678")
    criteria = Criteria({"workload": Band(-0.5, upper, 0.1)})
    plan = solve(problem, criteria, OPTIONS)
    best = best_value(problem, criteria)
    assert best is not None
    assert plan.bound <= best + 1e-6
    assert plan.objective == pytest.approx(best, rel=1e-4)


def test_free_centers_that_stand_too_far_prove_nothing() -> None:
    """A limit on distance is held from other centers, if not from the first ones found."""
    problem = grid_problem("91119111", n_territories=2)
    criteria = Criteria({"workload": Band.within(0.9)}, centers="free", max_distance_km=2.0)
    try:
        plan = solve(problem, criteria, OPTIONS)
    except NoPlanFoundError:
        return
    assert violations(problem, plan.alignment, criteria) == []


def test_no_units_are_told() -> None:
    """A problem without units has no plan, in words."""
    empty = grid_problem("11", n_territories=1)
    accounts = empty.accounts
    nothing = replace(
        empty,
        units=replace(
            empty.units,
            ids=np.array([], dtype=np.str_),
            xy=np.empty((0, 2)),
            named=np.array([], dtype=np.bool_),
        ),
        accounts=replace(
            accounts,
            ids=np.array([], dtype=np.str_),
            names=np.array([], dtype=np.str_),
            unit=np.array([], dtype=np.int32),
            xy=np.empty((0, 2)),
            activity=np.empty((0, 1)),
            current=np.array([], dtype=np.int32),
            placed_by=np.array([], dtype=np.str_),
        ),
        contiguity=np.empty((0, 2), dtype=np.int32),
        locked=np.array([], dtype=np.int32),
        group=np.array([], dtype=np.int32),
        skill_class=np.array([], dtype=np.int32),
    )
    with pytest.raises(InfeasibleError, match="there are 0 units"):
        solve(nothing, Criteria(), OPTIONS)


def test_an_unknown_measure_is_named() -> None:
    """Criteria that name no measure of the problem say which there are."""
    with pytest.raises(KeyError, match="no measure is called 'revenue'; there are: workload"):
        solve(grid_problem("11"), Criteria({"revenue": Band()}), OPTIONS)


def test_far_homes_that_are_not_listed_prove_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """With a short list of near homes a plan that needs far ones is not called impossible.

    The complete list has a plan of 11.938 km; the short one may miss it, and must then say so.
    """
    from territory_planner.solving import candidates, given
    from tests.solving.worlds import random_problem

    monkeypatch.setattr(candidates, "COMPLETE_UP_TO", 1)
    monkeypatch.setattr(given, "FEW", 2)
    problem = random_problem(400, 4)
    xy = np.random.default_rng(0).random((400, 2)) * 1000
    homes = [(0.0, 0.0), (1e3, 1e3), (3e4, 0.0), (0.0, 3e4)]
    problem = replace(
        problem,
        units=replace(problem.units, xy=xy),
        accounts=replace(problem.accounts, current=np.full(400, NONE)),
        territories=tuple(
            replace(t, home=home) for t, home in zip(problem.territories, homes, strict=True)
        ),
    )
    criteria = Criteria({"workload": Band.within(0.2), "potential": Band.within(0.2)})
    try:
        plan = solve(problem, criteria, OPTIONS)
    except NoPlanFoundError:
        return
    assert plan.bound <= 11.938


@pytest.mark.parametrize("seed", range(4))
def test_one_territory_that_takes_all_is_measured(seed: int) -> None:
    """Where no border is left to be moved, the search still tells what its plan is worth."""
    problem = grid_problem("1111", current="AAAA")
    criteria = Criteria(
        {"workload": Band(-1, 1)},
        contiguous=True,
        disruption=(Disruption("workload", 0.0),),
        compactness={"diameter": 1.0},
    )
    plan = solve(problem, criteria, SolveOptions(time_limit_s=5, seed=seed))
    assert plan.alignment == drawn("AAAA")
    assert plan.objective == pytest.approx(3.0)


def test_a_band_narrower_by_a_rounding_than_its_only_plan() -> None:
    """Evaluation lets it pass; the solver, which is as strict to its last digit, need not."""
    problem = grid_problem("46", current="AB")
    criteria = Criteria({"workload": Band.within(0.1999999992549)})
    plan = solve(problem, criteria, SolveOptions(time_limit_s=2))
    assert violations(problem, plan.alignment, criteria) == []
