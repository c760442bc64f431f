"""Parts of the map drawn anew as if there were no other, where a plan is far from its bound.

The gap of a plan is a sum over its territories (17): what each one's atoms cost above the cheapest
at prices, and what room it leaves that has a price. Where that is much, the borders are wrong by
more than shifts of single units can mend, and the territories there share anew: a large
neighbourhood search (Shaw 1998, doi 10.1007/3-540-49481-2_30). Each worker draws a part of its own.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np

from territory_planner.domain.arrays import BoolArray, FloatArray, IntArray
from territory_planner.solving import pricing
from territory_planner.solving.anneal import FEASIBLE
from territory_planner.solving.chains import run_chains
from territory_planner.solving.coarse import led_coarsely
from territory_planner.solving.dual import Relaxation
from territory_planner.solving.excerpt import Excerpt, excerpt
from territory_planner.solving.improve import improve
from territory_planner.solving.land import listed_land
from territory_planner.solving.model import Model
from territory_planner.solving.progress import Search
from territory_planner.solving.reduced import reduced_costs
from territory_planner.solving.region import neighbours, with_neighbours
from territory_planner.solving.start import given_start, warm_start

LEAST = 4
"""Territories of a part."""
RINGS = 2
"""Rings of territories that are led by prices together with those drawn anew; others that miss
their bands come along with one."""
LED, POLISH = 0.05, 0.025
"""Shares of a full search that they are led by prices, and polished afterwards."""
EFFORT = 0.025
"""Share of a full search that a part is led by prices, and as much that it is polished."""
TIRED = 0.5
"""Chance of a part to be drawn once more, each time that nothing came of it."""
BROKEN = 100.0
"""The same of one that breaks its limits, beside all others together."""
PASS = 0.25
"""Parts drawn anew, in all territories, until it is asked whether that was worth it."""
WORTH_IT = 1e-4
"""Improvement by them, as a share of the objective, for which as many more are tried."""


def regrets(model: Model, relaxation: Relaxation) -> FloatArray:
    """Return ``(n_candidates,)``: by how much each is dearer at prices than its atom's cheapest."""
    reduced = reduced_costs(model, relaxation.price, relaxation.toll)
    least = np.minimum.reduceat(reduced, model.start[:-1])
    result: FloatArray = reduced - least[model.row_of_candidate]
    return result


def losses(model: Model, relaxation: Relaxation, of: IntArray, regret: FloatArray) -> FloatArray:
    """Return ``(n_territories,)``: what each contributes to the gap, in km.

    Their sum is the objective of the assignment less the bound of the prices, but for budgets.

    Parameters
    ----------
    of
        ``(n_atoms,)`` territories, inside their limits.
    regret
        ``(n_candidates,)`` as `regrets` returns it.
    """
    price, total = relaxation.price, model.totals(of)
    above = regret[model.position(of)]
    nothing = np.empty((0, 0))
    bands = (model.lower, model.upper, model.target, model.slope, price)
    least = np.empty(model.n_territories)
    for k in range(model.n_territories):
        lower, upper, target, slope, prices = (each[k : k + 1] for each in bands)
        least[k] = pricing.band_terms(
            lower, upper, target, slope, prices, nothing, nothing, nothing
        )
    room = model.slope * np.abs(total - model.target) - price * total
    result: FloatArray = np.bincount(of, above, model.n_territories) + room.sum(axis=1) - least
    return result


def drawn_anew(
    model: Model,
    center: FloatArray,
    relaxation: Relaxation,
    of: IntArray,
    among: BoolArray,
    search: Search,
    rng: np.random.Generator,
) -> IntArray:
    """Return the assignment with some territories drawn as if nothing were known of them.

    With those in some rings round them, that give way or take what is too much.

    Parameters
    ----------
    of
        ``(n_atoms,)`` territories.
    among
        ``(n_territories,)`` those that share anew what they hold together.
    """
    part, silent = _part(model, of, among), search.silent()
    land = listed_land(part.model, part.model.cost)
    start = given_start(
        part.model, land, center[part.territories], _prices(part, relaxation), silent
    )
    of = part.put_back(of, start.of)
    edges = neighbours(model, of)
    for _ in range(RINGS):
        among = with_neighbours(among, edges)
    broken = (model.missed(of) > FEASIBLE).any(axis=1) & ~among
    part = _part(model, of, among | with_neighbours(broken, edges))
    return part.put_back(of, _led(part, center, relaxation, LED, POLISH, silent, rng))


def drawn_nearer(
    model: Model,
    center: FloatArray,
    relaxation: Relaxation,
    of: IntArray,
    search: Search,
    rng: np.random.Generator,
    will_do: float = 0.0,
    most: float = np.inf,
) -> IntArray:
    """Return an assignment nearer its bound, or its limits: parts are drawn anew where it is far.

    Parameters
    ----------
    of
        ``(n_atoms,)`` territories, each on the map in one piece.
    will_do
        The objective that is good enough.
    most
        Parts, in all territories, after which a plan is taken as it is.
    """
    value, regret = _worth(model, of), regrets(model, relaxation)
    failures, left = np.zeros(model.n_territories), most * model.n_territories
    batches = int(np.ceil(PASS * model.n_territories / search.options.workers))
    draw = partial(_redrawn, center, relaxation, search)
    while True:
        before = value
        for _ in range(batches):
            is_enough = value[0] == 0.0 and (value[1] <= will_do or left <= 0)
            if is_enough or search.is_over() or search.has_closed():
                return of
            chance = chances(model, losses(model, relaxation, of, regret), of) * TIRED**failures
            picked = chosen(model, of, chance, search.options.workers, rng)
            if not picked:
                return of
            parts = [_part(model, of, among) for among in picked.values()]
            ends = run_chains(draw, parts, search, rng)
            left -= len(parts)
            for k, part, drawn in zip(picked, parts, ends, strict=True):
                tried = part.put_back(of, drawn)
                if (worth := _worth(model, tried)) < value:
                    of, value = tried, worth
                    failures[part.territories] = 0
                else:
                    failures[k] += 1
            if value[0] == 0.0:
                search.improved(value[1], "parts drawn anew")
        if value[0] >= before[0] and not value[1] < (1 - WORTH_IT) * before[1]:
            return of


def _worth(model: Model, of: IntArray) -> tuple[float, float]:
    """Return by how much limits are broken, and the objective: first the one counts."""
    if not model.is_whole(of):
        return np.inf, np.inf
    broken = model.violation(of)
    return broken if broken > FEASIBLE else 0.0, model.value(of)


def chances(model: Model, lost: FloatArray, of: IntArray) -> FloatArray:
    """Return ``(n_territories,)``: how much each calls for being drawn anew.

    Those that break their limits before all others; else each its share of the gap.
    """
    lost = np.maximum(lost, 0.0)
    broken = (model.missed(of) > FEASIBLE).any(axis=1)
    return np.where(broken, BROKEN, lost / max(float(lost.sum()), 1e-300))


def chosen(
    model: Model, of: IntArray, chance: FloatArray, count: int, rng: np.random.Generator
) -> dict[int, BoolArray]:
    """Return some territories, and round each the ``(n_territories,)`` of a part; none in two.

    Parameters
    ----------
    chance
        ``(n_territories,)`` of each to be drawn, beside the others.
    count
        Of parts, at the most.
    """
    edges, chance = neighbours(model, of), chance.copy()
    parts: dict[int, BoolArray] = {}
    for _ in range(count):
        if not chance.sum() > 0:
            break
        k = int(rng.choice(len(chance), p=chance / chance.sum()))
        among = with_neighbours(np.arange(len(chance)) == k, edges)
        among = among if among.sum() >= LEAST else with_neighbours(among, edges)
        for other in parts.values():
            among &= ~other
        parts[k] = among
        chance[among] = 0.0
    return parts


def _part(model: Model, of: IntArray, among: BoolArray) -> Excerpt:
    return excerpt(model, of, among, np.ones(len(model.cost), dtype=np.bool_))


def _prices(part: Excerpt, relaxation: Relaxation) -> Relaxation:
    return replace(relaxation, price=relaxation.price[part.territories])


def _redrawn(
    center: FloatArray, relaxation: Relaxation, search: Search, part: Excerpt,
    rng: np.random.Generator,
) -> IntArray:  # fmt: skip
    """Return a part drawn anew by one chain."""
    return _led(part, center, relaxation, EFFORT, EFFORT, search.alone(), rng)


def _led(
    part: Excerpt,
    center: FloatArray,
    relaxation: Relaxation,
    effort: float,
    after: float,
    search: Search,
    rng: np.random.Generator,
) -> IntArray:
    """Return a part led by prices, and then polished.

    Parameters
    ----------
    effort, after
        Shares of a full search that it is one and the other.
    """
    model, center, prices = part.model, center[part.territories], _prices(part, relaxation)
    of = led_coarsely(model, center, prices, part.of, effort, search, rng)
    land = listed_land(model, reduced_costs(model, prices.price, prices.toll))
    return improve(model, land, [warm_start(of, center, after)], search, rng, 1, rounds=1).of
