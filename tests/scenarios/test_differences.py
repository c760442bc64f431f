"""Differences: which accounts lie elsewhere, why, who gains, and what moving one back costs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from territory_planner.domain.criteria import Band, Criteria, Disruption
from territory_planner.evaluation.objective import objective
from territory_planner.scenarios.differences import costs_of_moving, differences, flows
from territory_planner.scenarios.facts import facts_that_differ
from territory_planner.scenarios.reasons import NO_SINGLE_REASON
from tests.reporting.plans import planned
from tests.scenarios.sides import FREE, between, drawn, named, side_by_side
from tests.worlds import grid_problem

ROW = grid_problem("1111", current="AABB")


def test_a_plan_beside_itself() -> None:
    """Nothing differs, nothing costs."""
    found = between(drawn(ROW, "AABB"), drawn(ROW, "AABB"))
    assert (len(found.rows_after), found.shared, found.total_cost_km) == (0, 4, 0.0)
    assert found.reasons().tolist() == []
    assert facts_that_differ(found) == ()


def test_one_plan_differs_from_today() -> None:
    """The only pair there is; its reasons are those of the export."""
    (found,) = differences(side_by_side(drawn(ROW, "ABBB"), today=True))
    assert found.rows_after.tolist() == [1]
    assert found.before.name == "today"
    assert found.reasons().tolist() == [NO_SINGLE_REASON]


def test_every_other_plan_differs_from_the_first() -> None:
    """Two plans beside the first one make two pairs, today aside."""
    plans = [drawn(ROW, letters) for letters in ("AABB", "ABBB", "AAAB")]
    found = differences(side_by_side(*plans, today=True))
    assert [(one.before.name, one.after.name) for one in found] == [("a", "b"), ("a", "c")]
    assert [one.rows_after.tolist() for one in found] == [[1], [2]]


def test_the_cost_is_what_the_objective_grows_by() -> None:
    """Without prices on limits, moving the unit back changes the objective by just the cost."""
    plan = drawn(ROW, "ABBB")
    found = between(drawn(ROW, "AABB"), plan)
    back = objective(ROW, plan.alignment.moved({1: 0}), FREE)
    assert found.cost_km == pytest.approx([back - plan.objective])
    assert found.total_cost_km == pytest.approx(back - plan.objective)


def test_capacity_is_paid_at_the_plans_prices() -> None:
    """An hour more in T1 costs 0.5 km, one less in T2 saves 0.25."""
    plain = between(drawn(ROW, "AABB"), drawn(ROW, "ABBB")).cost_km
    priced = planned(ROW, "ABBB", FREE, prices={(0, 0): 0.5, (1, 0): 0.25})
    assert between(drawn(ROW, "AABB"), priced).cost_km == pytest.approx(plain + 0.25)


def test_accounts_of_one_unit_share_its_cost() -> None:
    """The sum counts a unit once."""
    from tests.evaluation.drawings import area_problem

    problem = area_problem()
    found = between(drawn(problem, "AAB"), drawn(problem, "BAB"))
    assert len(found.rows_after) > 1
    assert found.total_cost_km == pytest.approx(found.cost_km[0])


def test_what_may_not_go_back_has_no_cost() -> None:
    """A lock holds it, or the territory is gone."""
    locked = replace(ROW, locked=np.array([-1, 1, -1, -1]))
    found = between(drawn(ROW, "AABB"), drawn(locked, "ABBB"))
    assert np.isnan(found.cost_km).all()
    assert found.fixed == 1
    assert np.isnan(costs_of_moving(drawn(ROW, "AABB"), np.array([0]), np.array([-1]))).all()


def test_the_dearest_comes_first() -> None:
    """A unit next to its new home is dearer to move back than one half way."""
    row = grid_problem("111111", current="AAAAAB")
    found = between(drawn(row, "AAAAAB"), drawn(row, "AAABBB"))
    assert found.rows_after.tolist() == [4, 3]


def test_flows_balance() -> None:
    """What one gains another loses, by the activity of each side."""
    row = grid_problem("1234", current="AABB")
    moved = flows(between(drawn(row, "AABB"), drawn(row, "ABBA")))
    assert moved.accounts_in.tolist() == moved.accounts_out.tolist() == [1, 1]
    assert moved.activity_in[:, 0].tolist() == [4, 2]
    assert moved.activity_out[:, 0].tolist() == [2, 4]


def test_a_territory_that_only_one_plan_has() -> None:
    """A hire's accounts differ because she was not there."""
    more = grid_problem("1111", current="AABB", n_territories=3)
    found = between(drawn(ROW, "AABB"), drawn(more, "ACBB"))
    assert found.reasons().tolist() == ["T3 is not in a"]
    assert facts_that_differ(found)[0] == "Only b has T3."
    found = between(drawn(more, "ACBB"), drawn(ROW, "AABB"))
    assert found.reasons().tolist() == ["T3 is not in b"]
    assert np.isnan(found.cost_km).all()


@pytest.mark.parametrize("reverse", [False, True])
def test_a_lock_in_one_plan(reverse: bool) -> None:
    """It is the whole reason, in whichever plan it holds."""
    locked = drawn(replace(ROW, locked=np.array([-1, -1, 0, -1])), "AAAB")
    free = drawn(ROW, "AABB")
    found = between(locked, free) if reverse else between(free, locked)
    name = "a" if reverse else "b"
    assert found.reasons().tolist() == [f"locked to T1 in {name}"]
    assert facts_that_differ(found) == (f"Only {name} has the lock U2 in T1.",)


def test_another_today() -> None:
    """What changes hands is counted from two alignments: it is said; nowhere is no other place."""
    other = grid_problem("1111", current="ABB.")
    (told,) = facts_that_differ(between(drawn(ROW, "AABB"), drawn(other, "AABB")))
    assert told.startswith(
        "1 of 4 accounts lies elsewhere today in b than in a: what changes hands"
    )
    assert told.endswith("the column of today is that of a.")


def test_a_forbidden_pair_in_the_later_plan() -> None:
    """An account leaves where it may no longer be."""
    later = replace(ROW, forbidden=np.array([[1, 0]]))
    found = between(drawn(ROW, "AABB"), drawn(later, "ABBB"))
    assert found.reasons().tolist() == ["may not belong to T1 in b"]
    assert facts_that_differ(found) == ("Only b has the forbidden pair U1 in T1.",)


def test_a_band_that_is_tighter() -> None:
    """The earlier plan's territories are outside the later plan's band."""
    found = between(
        drawn(ROW, "AAAB"), drawn(ROW, "AABB", Criteria({"workload": Band.within(0.1)}))
    )
    assert found.reasons()[0].startswith("T1 as in a is over the workload band of b (+50%)")


def test_a_band_that_is_wider() -> None:
    """What the later plan does, the earlier one's band did not allow."""
    found = between(
        drawn(ROW, "AABB", Criteria({"workload": Band.within(0.1)})), drawn(ROW, "AAAB")
    )
    assert found.reasons().tolist() == ["T1 as in b is over the workload band of a (+50%)"]


def test_a_budget_that_is_smaller() -> None:
    """An account that changes hands in a alone, where a moves more than b may."""
    tight = Criteria(disruption=(Disruption("workload", 0.1),))
    found = between(drawn(ROW, "ABBB"), drawn(ROW, "AABB", tight))
    assert "a moves 25.0% of workload, over the budget of 10.0% in b" in found.reasons()[0]


def test_a_share_and_a_home_that_differ() -> None:
    """Facts about the two territories stand beside the others."""
    first, second = ROW.territories
    changed = replace(ROW, territories=(replace(first, share=0.5, home=(500.0, 0.0)), second))
    found = between(drawn(ROW, "AABB"), drawn(changed, "ABBB"))
    assert found.reasons()[0].startswith(
        "the home of T1 is elsewhere in b; the share of T1 is 0.5 in b instead of 1"
    )
    assert "The home of T1 is elsewhere in b." in facts_that_differ(found)


def test_no_reason_is_made_up() -> None:
    """Two plans of one problem, the later one farther: nothing is told that is not so."""
    found = between(drawn(ROW, "AABB"), drawn(ROW, "AAAB"))
    assert found.reasons().tolist() == [NO_SINGLE_REASON]


def test_matched_territories_are_the_same() -> None:
    """Other ids alone make no difference."""
    found = between(drawn(ROW, "AABB"), drawn(named(ROW, ["X", "Y"]), "AAAB"))
    assert found.rows_after.tolist() == [2]
    assert found.ids == ("T1", "T2")


def test_a_matched_territory_is_called_what_its_plan_calls_it() -> None:
    """What T1 holds in a is told of T1, though b calls it X."""
    tight = Criteria({"workload": Band.within(0.1)})
    found = between(drawn(ROW, "AAAB"), drawn(named(ROW, ["X", "Y"]), "AABB", tight))
    assert found.reasons()[0].startswith("T1 as in a is over the workload band of b (+50%)")


def test_names_that_look_like_formats() -> None:
    """A plan's name is told as it is."""
    from territory_planner.scenarios.compare import compare

    tight = drawn(ROW, "AABB", Criteria({"workload": Band.within(0.1)}))
    (found,) = differences(compare([drawn(ROW, "AAAB"), tight], ["{id}", "{0}"], today=False))
    assert found.reasons()[0].startswith("T1 as in {id} is over the workload band of {0} (+50%)")


def test_activity_that_differs_is_told() -> None:
    """Growth in one plan is a fact about both."""
    grown = replace(ROW, accounts=replace(ROW.accounts, activity=ROW.accounts.activity * 2))
    assert facts_that_differ(between(drawn(ROW, "AABB"), drawn(grown, "AABB"))) == (
        "The workload of 4 of 4 accounts differs: 8 h/yr in b instead of 4.",
    )
