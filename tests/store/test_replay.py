"""A run made again: the same plan, or why it may be another one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from territory_planner.cli.replay import replayed_text
from territory_planner.domain.alignment import Alignment
from territory_planner.domain.criteria import Band, Criteria
from territory_planner.domain.plan import Plan, SolveOptions
from territory_planner.domain.versions import versions
from territory_planner.scenarios.repair import repair
from territory_planner.solving import solve
from territory_planner.store.records import Asked
from territory_planner.store.replay import Replayed, replay
from territory_planner.store.request import Repairing
from territory_planner.store.runs import Store
from tests.store.plans import small_plan
from tests.worlds import grid_problem


@pytest.fixture(scope="module")
def solved() -> Plan:
    """Return a plan whose bands are not in the order of the alphabet."""
    problem = grid_problem("123456/654321", current="AAABBB/AAABBB", potential="214365/123456")
    bands = {"workload": Band.within(0.2), "potential": Band.within(0.3)}
    return solve(problem, Criteria(bands), SolveOptions(time_limit_s=20, seed=3))


def replayed(store: Store, plan: Plan) -> Replayed:
    with store.begin(Asked("West", plan.options, plan.problem)) as run:
        run.finish(plan)
    return replay(store, run.id)


def test_the_same_plan_comes_of_the_same_facts(store: Store, solved: Plan) -> None:
    """Bit for bit, prices and bound included, from either kind of database."""
    found = replayed(store, solved)
    assert found.is_same
    assert (found.plan, found.others, found.versions, found.doubts) == (solved, 0, (), ())
    assert replayed_text(found).startswith(f"The same plan, bit for bit: {solved.fingerprint}")


def test_packages_that_have_changed_are_named(store: Store, solved: Plan) -> None:
    """Each with both of its versions, whether or not the plan is the same."""
    found = replayed(store, replace(solved, versions=versions() | {"numpy": "1.0"}))
    assert [(one.what, one.before) for one in found.versions] == [("numpy", "1.0")]
    told = f"numpy 1.0 → {versions()['numpy']}"
    assert f"Packages have changed since: {told}." in replayed_text(found)
    other = replayed(store, replace(solved, versions={**versions(), "numpy": "1.0"}, bound=0.0))
    assert not other.is_same
    assert f"It may differ by its packages: {told}." in replayed_text(other)
    assert "Every unit lies in the territory of then" in replayed_text(other)


def test_another_plan_is_told_with_both_objectives(store: Store) -> None:
    """And with the reasons why it may be another one."""
    drawn = replace(small_plan(), criteria=Criteria({"workload": Band.within(0.5)}))
    drawn = replace(drawn, options=SolveOptions(5.0, 0.0, 1, 2), tolls=small_plan().tolls[:0])
    worse = Alignment(1 - drawn.alignment.territory_of)
    found = replayed(store, replace(drawn, alignment=worse, losses=small_plan().losses[:0]))
    assert found.others > 0
    assert found.doubts == (
        "it was searched for by 2 workers at once",
        "its time limit cut the search short",
    )
    told = replayed_text(found)
    assert f"in {found.others:,} units: 1.5000 km then, {found.plan.objective:,.4f} km now" in told
    assert "It may differ: it was searched for by 2 workers at once and its time limit" in told


@pytest.mark.parametrize("drawn", ["123456/654321", "/".join(["12345" * 8] * 32)])
def test_a_repair_is_replayed_exactly(store: Store, drawn: str) -> None:
    """The same edits of the same plan, on a small map and on one that takes another way."""
    half = len(drawn.split("/")[0]) // 2
    today = "/".join("A" * half + "B" * half for _ in drawn.split("/"))
    problem = grid_problem(drawn, current=today)
    options = SolveOptions(time_limit_s=10, relative_gap=0.01)
    plan = solve(problem, Criteria({"workload": Band.within(0.2)}), options)
    of = plan.alignment.of_accounts(problem)
    edge = int(np.flatnonzero(of == 0)[0])
    request = Repairing({str(problem.accounts.ids[edge]): "T2"})
    made = repair(plan, request.moves)
    with store.begin(Asked("West", options, start=plan, request=request)) as run:
        run.finish(made.plan)
    found = replay(store, run.id)
    assert made.plan != plan
    assert (found.is_same, found.plan, found.others) == (True, made.plan, 0)
