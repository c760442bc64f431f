"""Ties, what they cost, and annealing among them, against every assignment of a few atoms."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from territory_planner.domain.arrays import IntArray
from territory_planner.domain.plan import SolveOptions
from territory_planner.solving.dual import Relaxation, climb
from territory_planner.solving.exchange import exchange
from territory_planner.solving.limits import limits, overspent, strain
from territory_planner.solving.model import Model
from territory_planner.solving.progress import Search
from territory_planner.solving.reduced import worth_of
from territory_planner.solving.ties import Ties, found_ties
from tests.solving.tiny import drawn_prices, drawn_start, every, only, regrets, tiny_model

ALL = 99


def all_ties(model: Model, prices: Relaxation, of: IntArray) -> Ties:
    return found_ties(model, prices, of, np.full(model.n_territories, ALL))


@pytest.mark.parametrize("seed", range(6))
def test_a_plan_costs_its_bound_its_regrets_and_what_limits_leave(seed: int) -> None:
    """Equation (17), for every assignment that holds all limits, at any prices and tolls."""
    model = tiny_model(seed, 8, 2 + seed % 2)
    prices, everything = drawn_prices(model, seed), every(model)
    regret, charge = everything.regret(prices), everything.charge(prices, 0.0)
    parts = prices.bound + regret + charge
    assert everything.is_held.any()
    assert parts[everything.is_held] == pytest.approx(everything.value[everything.is_held])
    assert regret.min() >= -1e-9
    assert charge.min() >= -1e-9


@pytest.mark.parametrize("seed", range(4))
def test_limits_cost_what_plain_sums_say(seed: int) -> None:
    """Inside limits and beyond them, for some of all assignments."""
    model, dear = tiny_model(seed, 8, 2 + seed % 2), 3.0
    prices, everything = drawn_prices(model, seed), every(model)
    bands, budgets = limits(model, prices, dear)
    expected = everything.charge(prices, dear)
    for i in np.random.default_rng(seed).integers(len(expected), size=50):
        cost = sum(
            strain(total, k, b, bands) for (k, b), total in np.ndenumerate(everything.totals[i])
        )
        cost += sum(overspent(moved, d, budgets) for d, moved in enumerate(everything.moved[i]))
        assert cost == pytest.approx(expected[i], abs=1e-9)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("wanted", [0, 1, 2, ALL])
def test_ties_are_the_smallest_regrets_of_each_territory(wanted: int, seed: int) -> None:
    """What is left out has as many smaller regrets on its way out, and on its way in, as asked."""
    model = tiny_model(seed, 9, 3)
    prices, (of, at) = drawn_prices(model, seed), drawn_start(model, seed)
    ties = found_ties(model, prices, of, np.full(3, wanted))
    row = np.repeat(np.arange(9), np.diff(ties.start))
    kept = np.isin(np.arange(len(model.cost)), _candidates(model, row, ties.territory))
    regret = regrets(model, prices)
    assert kept[at].all()
    assert ties.regret == pytest.approx(regret[kept])
    assert ties.free.tolist() == np.flatnonzero(np.diff(ties.start) > 1).tolist()
    atom, to = model.row_of_candidate, model.territory
    cheapest = to[regret == 0][atom]
    away = at[atom] != np.arange(len(atom))
    for j in np.flatnonzero(away):
        sides = [away & (side == side[j]) for side in (cheapest, to)]
        if kept[j]:
            assert min((regret[side] < regret[j]).sum() for side in sides) < wanted
        else:
            assert min((regret[side] <= regret[j]).sum() for side in sides) > wanted


def _candidates(model: Model, atom: IntArray, territory: IntArray) -> IntArray:
    """Return where pairs of atom and territory stand among the candidates of the model."""
    pairs = list(zip(model.row_of_candidate.tolist(), model.territory.tolist(), strict=True))
    wanted = zip(atom.tolist(), territory.tolist(), strict=True)
    return np.array([pairs.index(pair) for pair in wanted])


@pytest.mark.parametrize("seed", range(4))
def test_the_atoms_between_two_territories_are_those_that_may_be_in_both(seed: int) -> None:
    """Each pair of territories lists them, and where their two candidates stand."""
    model = tiny_model(seed, 9, 3)
    ties = all_ties(model, drawn_prices(model, seed), drawn_start(model, seed)[0])
    found = {
        (k, int(ties.other[pair]), int(ties.pair_atom[e]), *ties.pair_at[e].tolist())
        for k in range(3)
        for pair in range(ties.first_pair[k], ties.first_pair[k + 1])
        for e in range(ties.pair_start[pair], ties.pair_start[pair + 1])
    }
    expected = {
        (int(ties.territory[i]), int(ties.territory[j]), a, i, j)
        for a in range(model.n_atoms)
        for i, j in combinations(range(ties.start[a], ties.start[a + 1]), 2)
    }
    assert found == expected
    assert len(found) == len(ties.pair_atom)


@pytest.mark.parametrize("is_climbed", [False, True])
@pytest.mark.parametrize("seed", range(6))
def test_annealing_tells_how_far_above_the_bound_it_got(seed: int, is_climbed: bool) -> None:
    """Regrets and limits of the best, that is its value less the bound."""
    model = tiny_model(seed, 8, 2 + seed % 2)
    everything, (of, at) = every(model), drawn_start(model, seed)
    prices = drawn_prices(model, seed)
    if is_climbed:
        prices = climb(model, Search(SolveOptions(20)))
    ties, worth = all_ties(model, prices, of), worth_of(model)
    best, heat = of.copy(), 0.1 * worth / model.n_atoms
    value = exchange(
        of, at, model.activity, ties, limits(model, prices, worth), 40_000, heat, heat / 200, 100.0,
        np.random.default_rng(seed), best,
    )  # fmt: skip
    assert (ties.territory[at] == of).all()
    assert everything.is_held.any()
    here = only(model, best)
    assert here.is_held.all()
    assert value == pytest.approx(here.regret(prices)[0] + here.charge(prices, 0.0)[0], abs=1e-9)
    assert value == pytest.approx(here.value[0] - prices.bound, abs=1e-9)
    assert value >= everything.optimum - prices.bound - 1e-9
