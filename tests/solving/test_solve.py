"""What solve promises: criteria held, a bound, a reason, and the same plan for the same seed."""

from __future__ import annotations

import signal
from dataclasses import replace

import numpy as np
import pytest

from territory_planner.domain.criteria import Band, Criteria, Disruption
from territory_planner.domain.plan import Plan, SolveOptions, Step
from territory_planner.domain.problem import NONE, Problem
from territory_planner.errors import InfeasibleError, NoPlanFoundError
from territory_planner.evaluation.contiguity import pieces
from territory_planner.evaluation.objective import objective
from territory_planner.evaluation.violations import violations
from territory_planner.solving import solve
from tests.solving.worlds import random_problem
from tests.worlds import grid_problem

QUICK = SolveOptions(time_limit_s=120, seed=3)
BALANCED = Criteria(bands={"workload": Band.within(0.1), "potential": Band.within(0.1)})


def held(plan: Plan) -> None:
    """Assert that the plan breaks nothing and that its numbers are its alignment's own."""
    assert violations(plan.problem, plan.alignment, plan.criteria) == []
    value = objective(plan.problem, plan.alignment, plan.criteria)
    assert plan.objective == pytest.approx(value)
    assert 0 <= plan.bound <= plan.objective


def test_every_band_is_held_and_the_gap_is_small() -> None:
    """Two measures within 10% on 400 accounts as units, within 1% of the bound."""
    plan = solve(random_problem(400, 8), BALANCED, QUICK)
    held(plan)
    assert plan.gap < 0.01


def test_territories_are_whole_when_asked() -> None:
    """With contiguity every territory is one piece of the graph, both bands held."""
    problem = random_problem(600, 8)
    plan = solve(problem, replace(BALANCED, contiguous=True), QUICK)
    held(plan)
    assert pieces(problem, plan.alignment).tolist() == [1] * 8
    assert plan.gap < 0.1


def test_without_contiguity_the_same_problem_is_torn() -> None:
    """The test above can fail: two bands alone interleave the territories."""
    problem = random_problem(600, 8)
    assert pieces(problem, solve(problem, BALANCED, QUICK).alignment).max() > 1


def test_a_named_account_may_lie_anywhere() -> None:
    """A named unit far away is served, its territory still one piece without it."""
    problem = random_problem(300, 5)
    named = np.zeros(300, dtype=np.bool_)
    named[:5] = True
    farthest = np.argmax(np.hypot(*(problem.units.xy[:5, None] - problem.home).T), axis=0)
    problem = replace(
        problem,
        units=replace(problem.units, named=named),
        locked=np.concatenate([farthest, np.full(295, NONE)]),
    )
    plan = solve(problem, replace(BALANCED, contiguous=True), QUICK)
    held(plan)
    assert plan.alignment.territory_of[:5].tolist() == farthest.tolist()


def test_locked_areas_far_from_home_are_joined() -> None:
    """A territory locked to two areas far apart is one piece that holds both."""
    problem = grid_problem("1" * 12 + "/" + "1" * 12 + "/" + "1" * 12, n_territories=3)
    locked = np.full(36, NONE)
    locked[[0, 11]] = 1
    criteria = Criteria(bands={"workload": Band.within(0.2)}, contiguous=True)
    plan = solve(replace(problem, locked=locked), criteria, QUICK)
    held(plan)


def test_the_budget_is_held_and_the_price_moves_less() -> None:
    """A budget limits what changes hands, and a price makes it smaller still."""
    problem = random_problem(200, 5)
    free = solve(problem, BALANCED, QUICK)
    moved = {
        cost: solve(
            problem, replace(BALANCED, disruption=(Disruption("potential", 0.6, cost),)), QUICK
        )
        for cost in (0.0, 1000.0)
    }
    for plan in moved.values():
        held(plan)
    from territory_planner.evaluation.disruption import disruption

    shares = [disruption(problem, p.alignment)[1] for p in (free, moved[0.0], moved[1000.0])]
    assert shares[2] < shares[1] <= 0.6
    assert shares[2] < shares[0]


def test_groups_stay_together_and_skills_are_served() -> None:
    """Members of a group share a territory, and only reps with the skill serve the unit."""
    problem = random_problem(200, 5)
    group = np.full(200, NONE)
    group[[0, 50, 100]] = 0
    skill = np.zeros(200, dtype=np.int32)
    skill[:10] = 1
    able = tuple(
        replace(t, skills=frozenset({"health"}) if k == 2 else frozenset())
        for k, t in enumerate(problem.territories)
    )
    problem = replace(
        problem,
        group=group,
        skill_class=skill,
        required_skills=(frozenset(), frozenset({"health"})),
        territories=able,
    )
    plan = solve(problem, replace(BALANCED, bands={"workload": Band.within(0.2)}), QUICK)
    held(plan)
    assert set(plan.alignment.territory_of[:10].tolist()) == {2}
    assert len(set(plan.alignment.territory_of[[0, 50, 100]].tolist())) == 1


def test_free_centers_of_1500_units_hold_two_tight_bands() -> None:
    """Two measures within 5%, 1,500 accounts, 12 centers anywhere: a plan, the same each time."""
    bands = {"workload": Band.within(0.05), "potential": Band.within(0.05)}
    wishes = Criteria(bands, centers="free")
    one, two = (solve(random_problem(1500, 12), wishes, QUICK) for _ in range(2))
    held(one)
    assert np.array_equal(one.alignment.territory_of, two.alignment.territory_of)


def test_free_centers_are_near_their_units_and_claim_no_bound() -> None:
    """Free centers beat homes that lie badly; the gap says that no bound is known."""
    problem = random_problem(300, 5)
    homes = solve(problem, BALANCED, QUICK)
    free = solve(problem, replace(BALANCED, centers="free"), QUICK)
    held(free)
    assert free.objective < homes.objective
    assert free.bound == 0.0
    assert free.gap == 1.0


def test_a_measure_without_band_is_left_alone() -> None:
    """With no band at all every unit goes to its nearest home, proven optimal."""
    problem = random_problem(100, 4)
    plan = solve(problem, Criteria(), QUICK)
    nearest = np.argmin(np.hypot(*(problem.units.xy[:, None] - problem.home).T).T, axis=1)
    assert plan.alignment.territory_of.tolist() == nearest.tolist()
    assert plan.status == "optimal"


def test_the_weight_inside_the_band_pulls_to_the_target() -> None:
    """A wish to be near the target makes totals more even, at a price in distance."""
    problem = random_problem(200, 5)
    loose = solve(problem, Criteria(bands={"workload": Band.within(0.3)}), QUICK)
    tight = solve(problem, Criteria(bands={"workload": Band.within(0.3, weight=500)}), QUICK)
    held(tight)
    from territory_planner.evaluation.balance import relative_deviation

    def spread(plan: Plan) -> float:
        return float(np.abs(relative_deviation(problem, plan.alignment)[:, 0]).mean())

    assert spread(tight) < 0.5 * spread(loose)


def test_the_same_seed_gives_the_same_plan() -> None:
    """Same inputs, seed and one worker: the same alignment, bit for bit."""
    problem = random_problem(300, 6)
    criteria = replace(BALANCED, contiguous=True)
    first, second = (solve(problem, criteria, QUICK) for _ in range(2))
    assert first.alignment == second.alignment
    assert first.fingerprint == second.fingerprint


def test_progress_tells_of_ever_better_values() -> None:
    """Each step has a better best or a better bound, and the last is the plan's."""
    steps: list[Step] = []
    plan = solve(random_problem(200, 5), BALANCED, QUICK, progress=steps.append)
    # Between them the callback hears of the last one again.
    assert [step for step in steps if step in plan.trace] == list(plan.trace)
    assert [s.bound for s in steps] == sorted(s.bound for s in steps)
    assert [s.best for s in steps] == sorted((s.best for s in steps), reverse=True)
    assert steps[-1].best == pytest.approx(plan.objective)


def test_prices_are_those_of_full_territories() -> None:
    """Where no band binds, prices are zero; a crowded territory has a price."""
    crowded = grid_problem("9111", n_territories=2)
    tight = solve(crowded, Criteria(bands={"workload": Band.within(0.6)}), QUICK)
    roomy = solve(crowded, Criteria(bands={"workload": Band(-1.0, 5.0)}), QUICK)
    assert not roomy.prices.any()
    assert tight.prices.any()


def test_two_locks_too_heavy_are_named_with_their_numbers() -> None:
    """The conflict names load and limit, and the smallest change."""
    problem = grid_problem("9911/1111")
    locked = np.full(8, NONE)
    locked[[0, 1]] = 0
    with pytest.raises(
        InfeasibleError,
        match=r"2 units locked to T1 carry 18\.00 h/yr of workload\n.*that is 13\n.*"
        r"raise the upper limit of T1 to 18\.00 h/yr .*or release 1 of its 2 locks",
    ):
        solve(replace(problem, locked=locked), Criteria(bands={"workload": Band.within(0.1)}))


def test_a_budget_too_small_is_named_with_what_is_needed() -> None:
    """The clash is budget against band, without the criteria that do not matter."""
    problem = grid_problem("9911/1111", current="AABB/AABB")
    criteria = Criteria(
        bands={"workload": Band.within(0.1)},
        contiguous=True,
        disruption=(Disruption("workload", 0.05),),
    )
    with pytest.raises(
        InfeasibleError, match=r"Raise the budget of workload from 5\.00% to 2"
    ) as e:
        solve(problem, criteria)
    (conflict,) = e.value.conflicts
    assert len(conflict.criteria) == 2
    assert "one piece" not in str(e.value)


def test_a_clash_of_distance_is_named() -> None:
    """A unit beyond the largest distance is named with how far it is."""
    with pytest.raises(InfeasibleError, match=r"U3 is 3 km from the next\n.*max_distance_km to 3"):
        solve(grid_problem("1111", n_territories=1), Criteria(max_distance_km=2.0))


def test_when_time_ends_without_a_plan_the_violations_are_told() -> None:
    """No proof and no plan: the error says what the best alignment still breaks."""
    problem = random_problem(3000, 40)
    criteria = replace(
        BALANCED,
        bands={"workload": Band.within(1e-7), "potential": Band.within(1e-7)},
        contiguous=True,
    )
    with pytest.raises(NoPlanFoundError, match=r"still violates:\n  - workload of T") as e:
        solve(problem, criteria, SolveOptions(time_limit_s=2))
    assert len(e.value.territory_of) == 3000


def test_one_territory_takes_everything() -> None:
    """With one territory there is one plan, proven optimal."""
    plan = solve(random_problem(50, 1), BALANCED, QUICK)
    held(plan)
    assert plan.status == "optimal"


@pytest.mark.parametrize("scale", [1e-6, 1e12])
def test_the_scale_of_a_measure_does_not_matter(scale: float) -> None:
    """Millions of hours or millionths: the bands are relative and the plan holds them."""
    base = random_problem(150, 4)
    accounts = replace(base.accounts, activity=base.accounts.activity * scale)
    held(solve(replace(base, accounts=accounts, target=base.target * scale), BALANCED, QUICK))


def test_a_measure_that_is_all_zero_is_held() -> None:
    """Zero targets are met by zero totals."""
    base = random_problem(60, 3)
    activity = base.accounts.activity.copy()
    activity[:, 1] = 0
    accounts = replace(base.accounts, activity=activity)
    target = base.target.copy()
    target[:, 1] = 0
    held(solve(replace(base, accounts=accounts, target=target), BALANCED, QUICK))


def test_a_territory_with_share_zero_stays_empty() -> None:
    """A target of zero is a band of zero: nothing with activity goes there."""
    base = random_problem(80, 4)
    share = np.array([0.0, 1, 1, 1]) / 3
    problem: Problem = replace(base, target=share[:, None] * base.activity.sum(axis=0))
    plan = solve(problem, BALANCED, QUICK)
    held(plan)
    assert not (plan.alignment.territory_of == 0).any()


def test_all_units_at_one_point_are_balanced() -> None:
    """No distance to make small: the bands are held all the same."""
    base = random_problem(80, 4)
    same = np.zeros_like(base.units.xy)
    problem = replace(
        base,
        units=replace(base.units, xy=same),
        accounts=replace(base.accounts, xy=same),
    )
    held(solve(problem, BALANCED, QUICK))


def test_unlisted_pairs_are_priced_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """With three near homes listed, bound and gap are those of the complete list."""
    from territory_planner.solving import candidates, given

    problem = random_problem(600, 12)
    criteria = replace(BALANCED, disruption=(Disruption("potential", 0.8, 5.0),))
    complete = solve(problem, criteria, QUICK)
    monkeypatch.setattr(candidates, "COMPLETE_UP_TO", 10)
    monkeypatch.setattr(given, "FEW", 3)
    widened = solve(problem, criteria, QUICK)
    held(widened)
    assert widened.bound == pytest.approx(complete.bound, rel=2e-3)
    assert widened.bound <= complete.objective
    assert widened.gap < 0.02


def stop_at_first_plan(step: Step) -> bool:
    """Ask for an end as soon as there is a plan."""
    return bool(np.isfinite(step.best))


def test_a_callback_ends_the_search() -> None:
    """When the callback returns True the best plan so far is returned, and says why."""
    problem = random_problem(600, 8)
    plan = solve(problem, BALANCED, SolveOptions(60, 0.0, seed=3), progress=stop_at_first_plan)
    held(plan)
    assert plan.stopped == "stopped"


def test_an_interrupt_keeps_the_best_plan() -> None:
    """Ctrl-C once there is a plan returns it, and Ctrl-C means what it meant before."""
    before = signal.getsignal(signal.SIGINT)

    def interrupt(step: Step) -> None:
        if np.isfinite(step.best):
            signal.raise_signal(signal.SIGINT)

    plan = solve(random_problem(600, 8), BALANCED, SolveOptions(60, 0.0, seed=3), interrupt)
    held(plan)
    assert plan.stopped == "stopped"
    assert signal.getsignal(signal.SIGINT) is before
