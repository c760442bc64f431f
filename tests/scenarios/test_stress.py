"""Whether a plan lasts: draws, against what can be told without any."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from territory_planner.cli.stress import stress_values
from territory_planner.domain.alignment import Alignment
from territory_planner.domain.column import Column
from territory_planner.domain.criteria import Band, Criteria
from territory_planner.domain.plan import Plan, SolveOptions
from territory_planner.evaluation.balance import inside_band
from territory_planner.reporting.stress import stress_in_words
from territory_planner.scenarios.stress import stress
from tests.worlds import grid_problem


def planned(of: str = "AAABBBCCC", band: float = 0.1) -> Plan:
    """Return nine equal accounts on a line, between three reps."""
    problem = grid_problem("555555555", current=of, homes="A...B...C", n_territories=3)
    alignment = Alignment(np.array(["ABC".index(c) for c in of]))
    criteria = Criteria({"workload": Band.within(band)})
    return Plan(
        problem, criteria, SolveOptions(), alignment, 1.0, 0.0, "time limit", np.zeros((3, 1))
    )


@pytest.mark.parametrize("of", ["AAABBBCCC", "AABBBBCCC"])
def test_without_any_stress_a_plan_is_what_it_is(of: str) -> None:
    """Every draw is the plan, by the independent evaluation."""
    plan = planned(of)
    found = stress(plan, draws=3)
    inside = inside_band(plan.problem, plan.alignment, plan.criteria)[:, 0]
    assert found.inside.tolist() == inside.astype(float).tolist()
    assert found.out.tolist() == [int((~inside).sum())] * 3
    assert found.repair[:, 0] == pytest.approx(0.0 if inside.all() else 3.5 / 45)


def test_noise_leaves_means_and_widens_with_demand() -> None:
    """More noise, fewer territories inside; a wide band holds nearly always."""
    calm, wild = stress(planned(), demand=0.05), stress(planned(), demand=0.5)
    assert calm.expected_out < wild.expected_out
    assert (calm.inside > wild.inside).all()
    assert (stress(planned(band=0.9), demand=0.05).inside == 1).all()


def test_a_leaver_s_accounts_go_to_the_nearest_rep() -> None:
    """Of three equal territories one is gone: the middle one's are shared, an end's are not."""
    found = stress(planned(), leavers=1, draws=300)
    # When the middle one goes, its accounts 3 and 4 go to A, or 4 and 5 to C: never 22.5 each.
    assert found.inside.max() == 0
    assert found.out.tolist() == [2] * 300
    wide = stress(planned(band=0.3), leavers=1, draws=300)
    assert 0.3 < wide.inside[0] < 0.7
    assert wide.inside[1] == 0


def test_lost_accounts_are_not_served() -> None:
    """Targets fall with them; the share to be repaired stays one."""
    found = stress(planned(), losses=0.3, draws=200)
    assert found.expected_out > 0
    assert (found.repair >= 0).all()
    assert (found.repair <= 1).all()


def test_a_seed_gives_the_same_draws() -> None:
    """And another one others."""
    one, same, other = (stress(planned(), demand=0.2, seed=s) for s in (1, 1, 2))
    assert one.out.tolist() == same.out.tolist()
    assert one.out.tolist() != other.out.tolist()


def test_numbers_out_of_range_are_refused() -> None:
    """In words."""
    with pytest.raises(ValueError, match="one has to stay"):
        stress(planned(), leavers=3)
    with pytest.raises(
        ValueError, match=r"losses is 1: give a share .*; draws is 0: give 1 or more"
    ):
        stress(planned(), losses=1, draws=0)


def test_a_vacancy_does_not_leave() -> None:
    """Only reps do: of two there are, one at a time."""
    plan = planned()
    vacant = [
        replace(t, rep_id=None, rep=None) if k == 1 else t
        for k, t in enumerate(plan.problem.territories)
    ]
    plan = replace(plan, problem=replace(plan.problem, territories=tuple(vacant)))
    with pytest.raises(ValueError, match="of 2 reps"):
        stress(plan, leavers=2)
    found = stress(plan, leavers=1, draws=50)
    assert "Weakest" in stress_in_words(plan, found)
    assert stress_values(plan, found)["draws"] == 50


def managed() -> Plan:
    """Return the same, the first two reps in one team, and two industries."""
    plan = planned(band=0.3)
    team = ("Ana Boss", "Ana Boss", "Ben Boss")
    territories = [
        replace(t, manager=m) for t, m in zip(plan.problem.territories, team, strict=True)
    ]
    columns = {"industry": Column.of(["steel"] * 3 + ["wood"] * 6)}
    accounts = replace(plan.problem.accounts, columns=columns)
    return replace(
        plan, problem=replace(plan.problem, territories=tuple(territories), accounts=accounts)
    )


def test_a_manager_s_reps_leave() -> None:
    """One of them, or the whole team; who never stays has no chance to tell."""
    one = stress(managed(), leavers=1, draws=200, manager="Ana Boss")
    # The last rep always stays, and gets half of the middle or nothing.
    assert np.isfinite(one.inside).all()
    team = stress(managed(), leavers=None, draws=20, manager="ana boss")
    assert np.isnan(team.inside[:2]).all()
    assert team.inside[2] == 1.0
    assert team.weakest.tolist() == [2]
    assert team.shock.leavers == 2
    assert stress_values(managed(), team)["inside"] == {"T1": None, "T2": None, "T3": 1.0}
    assert "2 reps of Ana Boss's team leave" in stress_in_words(managed(), team)


def test_a_segment_varies_together() -> None:
    """A common factor cancels where all have it; it is not averaged out as noise of each is."""
    plan = managed()
    found = stress(plan, draws=300, segment="industry", segment_demand=0.5)
    # T2 and T3 have the same factor in every draw, so that they leave their bands together.
    assert found.inside[1] == found.inside[2]
    assert 0 < found.inside[1] < 1
    alike = replace(plan.problem.accounts, columns={"industry": Column.of(["steel"] * 9)})
    alone = replace(plan, problem=replace(plan.problem, accounts=alike))
    assert (stress(alone, draws=50, segment="INDUSTRY", segment_demand=0.5).inside == 1).all()


def test_a_segment_has_a_demand_of_its_own() -> None:
    """It is that which the help tells, where none is given."""
    found = stress(managed(), draws=50, segment="industry")
    assert found.shock.segment_demand == 0.1
    given = stress(managed(), draws=50, segment="industry", segment_demand=0.1)
    assert found.inside.tolist() == given.inside.tolist()
    assert stress(managed(), draws=2).shock.segment_demand == 0


def test_what_segments_and_managers_cannot_be() -> None:
    """Each is a sentence, with the nearest name."""
    plan = managed()
    with pytest.raises(ValueError, match=r"manager 'Ana Bos'\. Did you mean 'Ana Boss'"):
        stress(plan, leavers=1, manager="Ana Bos")
    with pytest.raises(ValueError, match="the team of 'Ben Boss' has 1"):
        stress(plan, leavers=2, manager="Ben Boss")
    with pytest.raises(ValueError, match="without a segment: name its column as well"):
        stress(plan, segment_demand=0.1)
    with pytest.raises(ValueError, match=r"the segment's demand is -0\.1: give 0 or more"):
        stress(plan, segment="industry", segment_demand=-0.1)
    with pytest.raises(ValueError, match=r"'industri' is not kept\. Did you mean 'industry'"):
        stress(plan, segment="industri")
    with pytest.raises(ValueError, match="The reps have no column"):
        stress(planned(), leavers=1, manager="Ana")
