"""A first whole assignment for the search to improve on.

On the map it comes from the prices of the compactness measure alone: with one measure the cheapest
territory is a matter of place, so that territories come out nearly whole, where the prices of
several measures interleave them. Off the map each atom lies where the relaxation's prices like it.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from territory_planner.domain.arrays import FloatArray
from territory_planner.domain.problem import NONE
from territory_planner.solving import pricing
from territory_planner.solving.dual import Relaxation, climb, reduced_costs
from territory_planner.solving.improve import Start
from territory_planner.solving.land import Land
from territory_planner.solving.locate import Located
from territory_planner.solving.model import Model
from territory_planner.solving.progress import Search
from territory_planner.solving.whole import made_whole

ROUGHLY = (0.2, 0.05)
REBUILD = 3.0
SETTLED = 1.0
MEND = 0.1


def given_start(
    model: Model, land: Land, center: FloatArray, relaxation: Relaxation, search: Search
) -> Start:
    """Return a start among given centers: every territory on the map whole, and its heat."""
    if not model.on_map.any():
        reduced = reduced_costs(model, relaxation.price, relaxation.toll)
        cheapest = pricing.cheapest(model.start, reduced)
        return Start(model.territory[cheapest], center, MEND)
    weight = model.weight[:, None]
    share = model.target.sum(axis=1) if not model.target.size else _shares(model)
    by_place = replace(
        model,
        activity=weight,
        target=share[:, None],
        lower=0.98 * share[:, None],
        upper=1.02 * share[:, None],
        slope=np.zeros((len(share), 1)),
        elsewhere=None,
    )
    prices = climb(by_place, search.silent(), temperatures=ROUGHLY)
    reduced = reduced_costs(by_place, prices.price, prices.toll)
    choice = pricing.cheapest(model.start, reduced)
    whole = made_whole(model, land, center, model.territory[choice])
    return Start(whole, center, REBUILD)


def located_start(model: Model, land: Land, located: Located) -> Start:
    """Return a start among centers just placed: the cells round them, whole on the map."""
    of = np.zeros(model.n_atoms, dtype=np.int32)
    # A group goes where its first unit lies.
    of[model.atom_of[::-1]] = located.of[::-1]
    if land.is_listed:
        barred = model.position(of) == NONE
        cheapest = pricing.cheapest(model.start, model.cost)
        of[barred] = model.territory[cheapest[barred]]
    if model.on_map.any():
        of = made_whole(model, land, located.center, of)
    return Start(of, located.center, SETTLED)


def _shares(model: Model) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return ``(n_territories,)``: the share of all weight each territory should have."""
    share = model.target / np.maximum(model.target.sum(axis=0), 1e-300)
    middle: np.ndarray[tuple[int], np.dtype[np.float64]] = share.mean(axis=1)
    total = middle.sum()
    return middle / total if total > 0 else np.full(len(middle), 1 / len(middle))
