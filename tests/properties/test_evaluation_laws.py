"""Laws of evaluation: what every alignment of every world obeys."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from territory_planner.domain.alignment import Alignment
from territory_planner.domain.criteria import Band, Criteria, Disruption
from territory_planner.domain.problem import NONE, Problem
from territory_planner.evaluation.balance import (
    gini,
    inside_band,
    relative_deviation,
    territory_totals,
)
from territory_planner.evaluation.compactness import mean_distance_km
from territory_planner.evaluation.contiguity import pieces
from territory_planner.evaluation.disruption import disruption, gains_and_losses, moved_accounts
from territory_planner.evaluation.objective import objective
from territory_planner.evaluation.scorecard import Scorecard, evaluate, evaluate_today
from territory_planner.evaluation.violations import violations
from tests.properties.drawn_worlds import (
    alignments,
    criteria,
    in_other_order,
    relabelled,
    worlds,
)

MEDIAN_KM = 0.01
"""How far apart two free centers of the same units may lie: the median is found to a metre."""

few = settings(max_examples=40, deadline=None)


@few
@given(st.data())
def test_totals_conserve_activity(data: st.DataObject) -> None:
    """What the territories hold is what the units with a territory hold, nothing lost or made."""
    problem = data.draw(worlds())
    alignment = data.draw(alignments(problem, least=NONE))
    held = alignment.of_accounts(problem) != NONE
    expected = problem.accounts.activity[held].sum(axis=0)
    assert territory_totals(problem, alignment).sum(axis=0) == pytest.approx(expected)


@few
@given(st.data())
def test_every_account_is_counted_once(data: st.DataObject) -> None:
    """In one territory, or among those without."""
    problem = data.draw(worlds())
    card = evaluate(problem, data.draw(alignments(problem, least=NONE)), Criteria())
    assert card.accounts.sum() + card.unassigned_accounts == problem.n_accounts


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_names_and_order_change_nothing(data: st.DataObject) -> None:
    """Renamed and reordered territories, units and accounts have the same scorecard."""
    problem, wishes = data.draw(worlds()), data.draw(criteria())
    alignment = data.draw(alignments(problem, least=NONE))
    units, accounts, territories = (
        data.draw(st.permutations(range(size)))
        for size in (problem.n_units, problem.n_accounts, problem.n_territories)
    )
    other = in_other_order(problem, units, accounts, territories)
    moved = Alignment(relabelled(alignment.territory_of[units], np.argsort(territories)))
    one, two = evaluate(problem, alignment, wishes), evaluate(other, moved, wishes)
    _assert_same(one, two, territories)
    _assert_same(evaluate_today(problem, wishes), evaluate_today(other, wishes), territories)
    assert len(violations(problem, alignment, wishes)) == len(violations(other, moved, wishes))


def _assert_same(one: Scorecard, other: Scorecard, territories: list[int]) -> None:
    """Compare all entries but the names; those of territories in their new order."""
    for field in fields(Scorecard):
        here, there = getattr(one, field.name), getattr(other, field.name)
        if field.name == "territory_ids" or here is None:
            assert field.name == "territory_ids" or there is None
            continue
        if isinstance(here, np.ndarray) and field.name not in ("banded", "gini", "disruption"):
            here = here[territories]
        tolerance = MEDIAN_KM * 10 if field.name == "moment_of_inertia" else MEDIAN_KM
        assert np.array_equal(here, there) or there == pytest.approx(
            here, rel=1e-9, abs=tolerance if _is_distance(field.name) else 1e-9
        ), field.name


def _is_distance(name: str) -> bool:
    return name.endswith("_km") or name in ("moment_of_inertia", "objective")


@few
@given(st.data(), st.sampled_from([1e-3, 60.0, 1e6]))
def test_the_unit_of_a_measure_changes_nothing(data: st.DataObject, factor: float) -> None:
    """Hours or minutes: deviations, bands, Gini, shares, distances and objective are the same."""
    problem, wishes = data.draw(worlds()), data.draw(criteria())
    alignment = data.draw(alignments(problem))
    scale = np.array([factor, 1.0])
    other = replace(
        problem,
        accounts=replace(problem.accounts, activity=problem.accounts.activity * scale),
        target=problem.target * scale,
    )

    def numbers(of: Problem) -> list[Any]:
        return [
            relative_deviation(of, alignment),
            inside_band(of, alignment, wishes),
            gini(of, alignment),
            disruption(of, alignment),
            objective(of, alignment, wishes),
        ]

    for here, there in zip(numbers(problem), numbers(other), strict=True):
        assert np.allclose(here, there, rtol=1e-9, atol=1e-9)


@few
@given(st.data(), st.floats(-1e7, 1e7), st.floats(-1e7, 1e7), st.floats(0, 6.3))
def test_the_place_of_the_map_changes_nothing(
    data: st.DataObject, east: float, north: float, angle: float
) -> None:
    """Shifted and turned together, units and homes keep their distances."""
    problem = data.draw(worlds())
    alignment = data.draw(alignments(problem))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    home = problem.home @ turn.T + [[east, north]]
    other = replace(
        problem,
        units=replace(problem.units, xy=problem.units.xy @ turn.T + [[east, north]]),
        territories=tuple(
            replace(t, home=(float(x), float(y)))
            for t, (x, y) in zip(problem.territories, home, strict=True)
        ),
    )
    for centers, tolerance in (("home", 1e-6), ("free", MEDIAN_KM)):
        wishes = Criteria(centers="home" if centers == "home" else "free")
        here, there = (mean_distance_km(p, alignment, wishes) for p in (problem, other))
        assert there == pytest.approx(here, abs=tolerance)


@few
@given(st.data())
def test_gini_lies_from_nought_to_below_one(data: st.DataObject) -> None:
    """At most (n − 1) / n, when one of n has everything, and 0 when all meet their targets."""
    problem = data.draw(worlds())
    value = gini(problem, data.draw(alignments(problem, least=NONE)))
    assert (value >= -1e-12).all()
    assert (value <= 1 - 1 / problem.n_territories + 1e-12).all()


@few
@given(st.data())
def test_the_objective_is_the_sum_of_its_parts(data: st.DataObject) -> None:
    """Distance alone, plus what each price adds alone."""
    problem = data.draw(worlds())
    alignment = data.draw(alignments(problem))
    cost, weight = data.draw(st.floats(0, 10)), data.draw(st.floats(0, 10))
    free = Criteria()
    moving = Criteria(disruption=(Disruption("potential", cost=cost),))
    leaning = Criteria({"workload": Band(weight=weight)})
    both = Criteria({"workload": Band(weight=weight)}, disruption=moving.disruption)
    alone, moved, leant, whole = (
        objective(problem, alignment, wishes) for wishes in (free, moving, leaning, both)
    )
    off_target = np.abs(relative_deviation(problem, alignment)[:, 0]).mean()
    assert alone == mean_distance_km(problem, alignment, free)
    assert moved - alone == pytest.approx(cost * disruption(problem, alignment)[1], abs=1e-9)
    assert leant - alone == pytest.approx(weight * off_target, abs=1e-9)
    assert whole - alone == pytest.approx((moved - alone) + (leant - alone), abs=1e-9)


@few
@given(worlds(), criteria())
def test_today_moves_nothing(problem: Problem, wishes: Criteria) -> None:
    """Measured against itself today's alignment has no moved account and no disruption."""
    card = evaluate_today(problem, wishes)
    assert card.moved_accounts == 0
    assert not card.disruption.any()
    assert card.unassigned_accounts == (problem.accounts.current == NONE).sum()


@few
@given(st.data())
def test_what_one_gains_another_loses(data: st.DataObject) -> None:
    """Gains and losses add up to what moves, and explain the totals of those served today."""
    problem = data.draw(worlds())
    alignment = data.draw(alignments(problem))
    gains, losses = gains_and_losses(problem, alignment)
    moved = problem.accounts.activity[moved_accounts(problem, alignment)].sum(axis=0)
    assert gains.sum(axis=0) == pytest.approx(moved)
    assert losses.sum(axis=0) == pytest.approx(moved)
    before, new = np.zeros_like(gains), np.zeros_like(gains)
    for a, k in enumerate(problem.accounts.current):
        of = alignment.of_accounts(problem)[a]
        (new if k == NONE else before)[of if k == NONE else k] += problem.accounts.activity[a]
    after = territory_totals(problem, alignment)
    assert after == pytest.approx(before + gains - losses + new)


@few
@given(st.data())
def test_free_centers_are_no_farther_than_homes(data: st.DataObject) -> None:
    """The median is the nearest point there is: no other center makes the mean distance less."""
    problem = data.draw(worlds())
    alignment = data.draw(alignments(problem))
    free = mean_distance_km(problem, alignment, Criteria(centers="free"))
    assert free <= mean_distance_km(problem, alignment, Criteria()) + MEDIAN_KM


@few
@given(st.data())
def test_another_edge_joins_at_most_two_pieces(data: st.DataObject) -> None:
    """No territory gets more pieces by an edge, and all together lose at most one."""
    problem = data.draw(worlds())
    alignment = data.draw(alignments(problem))
    inside = np.flatnonzero(~problem.units.named)
    if not inside.size:
        return
    edge = [data.draw(st.sampled_from(inside.tolist())) for _ in range(2)]
    joined = replace(problem, contiguity=np.vstack([problem.contiguity, edge]).astype(np.int32))
    lost = pieces(problem, alignment) - pieces(joined, alignment)
    assert (lost >= 0).all()
    assert lost.sum() <= 1


@few
@given(st.data())
def test_a_wider_band_breaks_no_more(data: st.DataObject) -> None:
    """What holds in a band holds in a wider one."""
    problem = data.draw(worlds())
    alignment = data.draw(alignments(problem))
    widths = st.floats(0, 1)
    lower, upper, more = data.draw(widths), data.draw(widths), data.draw(widths)
    narrow = Criteria({"workload": Band(-lower, upper)})
    wide = Criteria({"workload": Band(-lower - more, upper + more)})
    broken = violations(problem, alignment, narrow)
    assert len(violations(problem, alignment, wide)) <= len(broken)
    inside = inside_band(problem, alignment, narrow)
    assert inside_band(problem, alignment, wide)[inside].all()
