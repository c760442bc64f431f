"""What any one territory may lose of what it holds today, in every engine."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest

from territory_planner.domain.alignment import Alignment
from territory_planner.domain.criteria import Band, Criteria, Disruption
from territory_planner.domain.plan import SolveOptions
from territory_planner.errors import InfeasibleError, TerritoryPlannerError
from territory_planner.evaluation.disruption import lost_shares
from territory_planner.evaluation.objective import objective
from territory_planner.evaluation.violations import violations
from territory_planner.solving import budgets, solve
from tests.solving.test_adversarial import ENGINES, LOOSE
from tests.worlds import grid_problem

OPTIONS = SolveOptions(time_limit_s=20, relative_gap=1e-6, seed=4)
WORLD = grid_problem(
    "2345/5432", potential="5141/2912", current="BBAA/BBA.", homes="A..B/....", n_territories=2
)


@pytest.mark.parametrize("share", [0.0, 0.3, 0.6, 0.8])
def test_the_plan_is_the_best_of_all_alignments(share: float) -> None:
    """Homes lie on the wrong side, so that the limit binds; the bound knows it."""
    criteria = Criteria(
        {"workload": Band.within(0.5)}, disruption=(Disruption("potential", per_territory=share),)
    )
    every = (Alignment(np.array(of)) for of in itertools.product(range(2), repeat=8))
    held = [a for a in every if not violations(WORLD, a, criteria)]
    best = min(objective(WORLD, a, criteria) for a in held)
    plan = solve(WORLD, criteria, OPTIONS)
    assert plan.objective == pytest.approx(best)
    assert plan.bound == pytest.approx(best)
    assert lost_shares(WORLD, plan.alignment)[:, 1].max() <= share + 1e-9


ALONE = (Disruption("potential", per_territory=0.34),)
BESIDE = (Disruption("potential", 0.5, per_territory=0.34), Disruption("workload", 0.5))


@pytest.mark.parametrize("disruption", [ALONE, BESIDE], ids=["alone", "beside budgets"])
@pytest.mark.parametrize("engine", ENGINES)
def test_every_engine_keeps_to_it(engine: str, disruption: tuple[Disruption, ...]) -> None:
    """A third of its potential, alone and with budgets of all that moves beside it."""
    world = grid_problem(
        "123456/654321", potential="111111/999999", current="AABBCC/AABBCC", n_territories=3
    )
    criteria = replace(
        ENGINES[engine],
        bands={**LOOSE, "workload": Band.within(0.2)},
        disruption=disruption,
    )
    plan = solve(world, criteria, OPTIONS)
    assert violations(world, plan.alignment, criteria) == []
    assert plan.bound <= plan.objective + 1e-9


def test_a_clash_names_the_limit_and_what_would_do() -> None:
    """A has 12 of 14, of which 5 must leave: no limit below that can be kept."""
    world = grid_problem("3333/11..".replace(".", "0"), current="AAAA/BBBB")
    criteria = Criteria(
        {"workload": Band.within(0.3)}, disruption=(Disruption("workload", per_territory=0.1),)
    )
    with pytest.raises(InfeasibleError) as caught:
        solve(world, criteria, OPTIONS)
    told = str(caught.value)
    assert "no territory loses more than 10.0% of the workload it holds today" in told
    assert "let T1 lose" in told


def test_too_many_numbers_are_refused_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before memory is asked for, with what to do instead."""
    monkeypatch.setattr(budgets, "MOST_SHARES", 10)
    criteria = Criteria({"workload": Band.within(0.5)}, disruption=ALONE)
    with pytest.raises(TerritoryPlannerError, match="Plan by area instead of by account"):
        solve(WORLD, criteria, OPTIONS)
