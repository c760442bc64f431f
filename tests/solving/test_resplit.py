"""Splitting pairs of territories again, against every split of a few atoms."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from territory_planner.domain.arrays import FloatArray, IntArray
from territory_planner.solving.dual import Relaxation
from territory_planner.solving.limits import limits
from territory_planner.solving.model import Model
from territory_planner.solving.reduced import worth_of
from territory_planner.solving.resplit import resplit
from territory_planner.solving.ties import found_ties
from tests.solving.tiny import Every, drawn_prices, drawn_start, every, only, tiny_model

FEW = 7
"""Atoms that are split in at most 128 ways: fewer, in all rounds of one enumeration together, than
it may look at."""

SWEEPS = 50


def costs(some: Every, prices: Relaxation, dear: float) -> FloatArray:
    """Return what is to be small: regrets, what limits leave unused, and what is beyond them."""
    return some.regret(prices) + some.charge(prices, dear)


def split_again(
    model: Model, prices: Relaxation, of: IntArray, dear: float, changed: bool = True
) -> tuple[IntArray, float]:
    """Return the assignment after splitting among all candidates, and what is said to be gained."""
    k = model.n_territories
    ties = found_ties(model, prices, of, np.full(k, 99))
    after, at = of.copy(), model.position(of)
    gained = resplit(
        after, at, model.activity, ties, limits(model, prices, dear), np.full(k, changed), SWEEPS
    )
    assert (ties.territory[at] == after).all()
    return after, gained


@pytest.mark.parametrize("firm", [0.1, 20.0])
@pytest.mark.parametrize("seed", range(8))
def test_two_territories_are_split_in_the_best_of_all_ways(seed: int, firm: float) -> None:
    """At any prices, with limits dear or cheap to break, from any start."""
    model = tiny_model(seed, FEW, 2)
    prices, (of, _) = drawn_prices(model, seed), drawn_start(model, seed)
    dear = firm * worth_of(model)
    after, gained = split_again(model, prices, of, dear)
    before, now = (float(costs(only(model, one), prices, dear)[0]) for one in (of, after))
    assert now == pytest.approx(float(costs(every(model), prices, dear).min()), abs=1e-9)
    assert gained == pytest.approx(before - now, abs=1e-9)


@pytest.mark.parametrize("firm", [0.1, 20.0])
@pytest.mark.parametrize("seed", range(8))
def test_no_pair_of_three_territories_can_be_split_better(seed: int, firm: float) -> None:
    """Nothing is lost, as much is gained as is said, and every pair ends at its best split."""
    model = tiny_model(seed, 9, 3)
    prices, (of, _) = drawn_prices(model, seed), drawn_start(model, seed)
    dear = firm * worth_of(model)
    after, gained = split_again(model, prices, of, dear)
    before, now = (float(costs(only(model, one), prices, dear)[0]) for one in (of, after))
    assert gained >= 0
    assert gained == pytest.approx(before - now, abs=1e-9)
    everything = every(model)
    cost = costs(everything, prices, dear)
    for pair in combinations(range(3), 2):
        between = np.isin(after, pair)
        same = (everything.of[:, ~between] == after[~between]).all(axis=1)
        inside = np.isin(everything.of[:, between], pair).all(axis=1)
        if between.sum() <= FEW:
            assert now <= cost[same & inside].min() + 1e-9


@pytest.mark.parametrize("seed", range(3))
def test_pairs_that_have_not_changed_are_left_alone(seed: int) -> None:
    """However badly they are split."""
    model = tiny_model(seed, 9, 3)
    prices, (of, _) = drawn_prices(model, seed), drawn_start(model, seed)
    dear = worth_of(model)
    assert split_again(model, prices, of, dear)[1] > 0
    after, gained = split_again(model, prices, of, dear, changed=False)
    assert gained == 0
    assert (after == of).all()
