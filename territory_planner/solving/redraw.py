"""A part of the map drawn anew as if there were no other, where a plan is far from its bound.

The gap of a plan is a sum over its territories (17): what each one's atoms cost above the cheapest
at prices, and what room it leaves that has a price. Where that is much, the borders are wrong by
more than shifts of single units can mend, and the territories there share anew: a large
neighbourhood search (Shaw 1998, doi 10.1007/3-540-49481-2_30).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from territory_planner.domain.arrays import BoolArray, FloatArray, IntArray
from territory_planner.solving import pricing
from territory_planner.solving.anneal import FEASIBLE
from territory_planner.solving.dual import Relaxation
from territory_planner.solving.excerpt import excerpt
from territory_planner.solving.improve import improve
from territory_planner.solving.land import listed_land
from territory_planner.solving.model import Model
from territory_planner.solving.progress import Search
from territory_planner.solving.reduced import reduced_costs
from territory_planner.solving.region import neighbours, with_neighbours
from territory_planner.solving.start import given_start

SHARE, MORE = 0.5, 0.1
"""Of the gap, what the core of a part makes up, and how much more of it the next try."""
FAILURES = 2
ROUNDS = 4
EFFORT = 0.1
WORTH_IT = 1e-3
"""Improvement, as a share of the objective, for which a part is taken."""


def losses(model: Model, relaxation: Relaxation, of: IntArray) -> FloatArray:
    """Return ``(n_territories,)``: what each contributes to the gap, in km.

    Their sum is the objective of the assignment less the bound of the prices, but for budgets.

    Parameters
    ----------
    of
        ``(n_atoms,)`` territories, inside their limits.
    """
    price, total = relaxation.price, model.totals(of)
    reduced = reduced_costs(model, price, relaxation.toll)
    above = reduced[model.position(of)] - np.minimum.reduceat(reduced, model.start[:-1])
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


def redrawn(
    model: Model,
    center: FloatArray,
    relaxation: Relaxation,
    of: IntArray,
    among: BoolArray,
    search: Search,
    rng: np.random.Generator,
    effort: float = EFFORT,
) -> IntArray:
    """Return the assignment with some territories drawn anew, be they inside their limits or not.

    Parameters
    ----------
    of
        ``(n_atoms,)`` territories.
    among
        ``(n_territories,)`` those that share anew what they hold together.
    """
    part = excerpt(model, of, among, np.ones(len(model.cost), dtype=np.bool_))
    there = part.territories
    prices = replace(relaxation, price=relaxation.price[there])
    land = listed_land(part.model, reduced_costs(part.model, prices.price, prices.toll))
    # What a part is worth is no plan.
    silent = search.silent()
    start = given_start(part.model, land, center[there], prices, silent, effort=effort)
    return part.put_back(of, improve(part.model, land, [start], silent, rng, 1).of)


def drawn_nearer(
    model: Model,
    center: FloatArray,
    relaxation: Relaxation,
    of: IntArray,
    will_do: float,
    search: Search,
    rng: np.random.Generator,
) -> IntArray:
    """Return an assignment nearer its bound: parts are drawn anew where most of the gap lies.

    Parameters
    ----------
    of
        ``(n_atoms,)`` territories, inside every limit.
    will_do
        The objective that is good enough.
    """
    value, share, failures = model.value(of), SHARE, 0
    for _ in range(ROUNDS):
        if value <= will_do or failures == FAILURES or search.is_over():
            break
        lost = losses(model, relaxation, of)
        order = np.argsort(-lost)
        count = int(np.searchsorted(np.cumsum(lost[order]), share * lost.sum())) + 1
        core = np.isin(np.arange(len(lost)), order[:count])
        among = with_neighbours(core, neighbours(model, of))
        tried = redrawn(model, center, relaxation, of, among, search, rng)
        there = model.value(tried)
        is_plan = model.violation(tried) <= FEASIBLE and model.is_whole(tried)
        if is_plan and there < (1 - WORTH_IT) * value:
            of, value, failures = tried, there, 0
            search.improved(value, "parts drawn anew")
        else:
            share, failures = min(share + MORE, 1.0), failures + 1
    return of
